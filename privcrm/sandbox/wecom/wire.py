"""From a request to the vendor's answer: who calls, may he, how often, with what; then the handler; then the record."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any

import attrs

from privcrm.sandbox.calls import RecordedCall, Recorder
from privcrm.sandbox.jsonio import dumps, is_object, loads
from privcrm.sandbox.wecom.api.basics import NOBODY, app_with_secret, trusted
from privcrm.sandbox.wecom.api.media import MEDIA_GET
from privcrm.sandbox.wecom.apps import App
from privcrm.sandbox.wecom.company import Call, Company
from privcrm.sandbox.wecom.endpoint import Access, Endpoint
from privcrm.sandbox.wecom.endpoints import ENDPOINTS
from privcrm.sandbox.wecom.errors import Refusal, error_body, message
from privcrm.sandbox.wecom.fields import Args, from_query, sift
from privcrm.sandbox.wecom.files import File, Upload
from privcrm.sandbox.wecom.permissions import permits

JSON = "application/json; charset=UTF-8"
_OK = dumps({"errcode": 0, "errmsg": "ok"})


@attrs.frozen
class Request:
    """What came over HTTP."""

    method: str
    path: str
    query: Mapping[str, str] = attrs.field(repr=False)
    body: bytes = attrs.field(repr=False)
    address: str
    origin: str = ""
    """Scheme, host and port that the caller used."""
    wanted: str = ""
    """The Range header."""
    upload: Callable[[], Upload | None] = attrs.field(default=lambda: None, repr=False)
    """Reads the file of a form: work that is done for callers who may call only."""


@attrs.frozen
class Answer:
    """What goes back over HTTP. The vendor says errors with status 200 and repeats them in two headers."""

    body: bytes
    errcode: int = 0
    errmsg: str = "ok"
    status: int = 200
    content_type: str = JSON
    headers: tuple[tuple[str, str], ...] = ()


@attrs.define
class _Attempt:
    """What is known of a call so far; the record needs it also when the call is refused."""

    request: Request
    endpoint: Endpoint
    now: float
    app: App = NOBODY
    args: Args = attrs.Factory(dict[str, Any])
    wrong_json: bool = False


class WeComWire:
    """Answers the vendor's calls for one company."""

    def __init__(self, company: Company, recorder: Recorder) -> None:
        self.company = company
        self._recorder = recorder

    @staticmethod
    def simulates(path: str) -> bool:
        """Whether there is such an endpoint."""
        return path in ENDPOINTS

    @staticmethod
    def takes_file(path: str) -> bool:
        """Whether calls of this path carry a form with a file."""
        return path in ENDPOINTS and ENDPOINTS[path].takes_file

    @staticmethod
    def gives_file(path: str) -> bool:
        """Whether calls of this path are answered with a file, and change nothing."""
        return path == MEDIA_GET

    async def answer(self, request: Request, fault: str = "", status: int = 200) -> Answer:
        """Do what a call asks and answer it. *fault* and *status* tell the record what becomes of the answer."""
        attempt = self._attempt(request)
        try:
            answer = await self._perform(attempt)
        except Refusal as refusal:
            answer = self._refuse(attempt, refusal.errcode)
        self._record(attempt, answer.errcode, fault, status)
        return answer

    def ignore(self, request: Request, fault: str, status: int) -> Answer:
        """Record a call that a fault keeps from being done; the answer pretends that it was."""
        self._record(self._attempt(request), 0, fault, status)
        return Answer(_OK)

    def replace(self, request: Request, errcode: int, *, done: bool, fault: str) -> Answer:
        """Answer with *errcode*, and record that unless the call was *done* and recorded already."""
        attempt = self._attempt(request)
        if not done:
            self._record(attempt, errcode, fault, 200)
        return self._refuse(attempt, errcode)

    def _attempt(self, request: Request) -> _Attempt:
        return _Attempt(request, ENDPOINTS[request.path], self.company.clock.time())

    async def _perform(self, attempt: _Attempt) -> Answer:
        self._admit(attempt)
        with self._flight(attempt):
            if self.company.rules.latency_ms:
                await asyncio.sleep(self.company.rules.latency_ms / 1000)
            request = attempt.request
            call = Call(self.company, attempt.app, attempt.args, attempt.now, request.address, request.origin)
            with self.company.world.lock:
                self.company.origin = request.origin
                self.company.catch_up(attempt.now)
                content = attempt.endpoint.handler(call)
        if isinstance(content, File):
            part = content.part(request.wanted, self.company.rules.media_range_multiple)
            return Answer(part.body, 0, "ok", part.status, part.content_type, part.headers)
        return Answer(dumps({"errcode": 0, "errmsg": "ok", **content}) if content else _OK)

    def _admit(self, attempt: _Attempt) -> None:
        """Check in the vendor's order: token, address, frequency, permission, parameters."""
        endpoint, request, now = attempt.endpoint, attempt.request, attempt.now
        if endpoint.access is Access.NO_TOKEN:
            attempt.app = app_with_secret(self.company, request.query.get("corpsecret", ""))
        else:
            attempt.app = self.company.tokens.app_behind(request.query.get("access_token", ""), now)
            trusted(attempt.app, request.address)
            self.company.wrong_secrets.check_tokens(request.address, now)
        if not endpoint.own_limits:
            self.company.frequency.count(endpoint.path, request.address, now)
        if not permits(self.company, attempt.app, endpoint.access):
            raise Refusal(48002)
        self._read(attempt)

    def _read(self, attempt: _Attempt) -> None:
        endpoint, request = attempt.endpoint, attempt.request
        given: Mapping[str, Any] = {}
        if endpoint.method == "GET":
            given = from_query(endpoint.fields, request.query)
        elif endpoint.takes_file:
            given = {**from_query(endpoint.fields, request.query), "media": request.upload()}
        elif request.method == "GET":
            raise Refusal(endpoint.without_body)
        else:
            given, attempt.wrong_json = _body(request.body)
        attempt.args, lost = sift(endpoint.fields, given)
        attempt.wrong_json |= lost
        for field in endpoint.fields:
            field.check(attempt.args.get(field.name))

    def _flight(self, attempt: _Attempt) -> AbstractContextManager[None]:
        alone_on = attempt.endpoint.alone_on
        if alone_on is not None:
            return self.company.flights.alone((*alone_on, *(attempt.args[name].casefold() for name in alone_on)))
        if not attempt.endpoint.counts_flights:
            return contextlib.nullcontext()
        record = (attempt.args["userid"].casefold(), attempt.args["external_userid"])
        return self.company.flights.one_more(attempt.endpoint.path, record)

    def _refuse(self, attempt: _Attempt, errcode: int) -> Answer:
        hint = int(attempt.now * 1000)
        errmsg = message(errcode, hint=hint, address=attempt.request.address, wrong_json=attempt.wrong_json)
        return Answer(dumps(error_body(errcode, errmsg, attempt.endpoint.empty)), errcode, errmsg)

    def _record(self, attempt: _Attempt, errcode: int, fault: str, status: int) -> None:
        args = attempt.args
        self._recorder.note(
            RecordedCall(
                number=self._recorder.next_number(),
                at=attempt.now,
                path=attempt.request.path,
                agent_id=attempt.app.agent_id,
                errcode=errcode,
                status=status,
                userid=args.get("userid", ""),
                external_userid=args.get("external_userid", ""),
                chat_id=args.get("chat_id", ""),
                fault=fault,
            )
        )


def _body(body: bytes) -> tuple[Mapping[str, Any], bool]:
    """Return the object in a body, and whether it was no object at all; an empty body counts as an empty object."""
    if not body:
        return {}, False
    try:
        value = loads(body)
    except ValueError:
        return {}, True
    return (value, False) if is_object(value) else ({}, True)
