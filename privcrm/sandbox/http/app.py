"""The ASGI application: control plane, the simulated vendor, and 404 for what is not simulated."""

import asyncio
from functools import partial
from urllib.parse import parse_qsl

from privcrm.sandbox.control.plane import PREFIX, ControlPlane
from privcrm.sandbox.faults import CALL_FAULTS
from privcrm.sandbox.http.date import DateHeader
from privcrm.sandbox.http.faulty import FaultyAnswer
from privcrm.sandbox.http.forms import read_upload
from privcrm.sandbox.http.protocol import RawConnection, Receive, Scope, Send
from privcrm.sandbox.http.replies import Reply
from privcrm.sandbox.http.visitors import objection
from privcrm.sandbox.simulation import Simulation
from privcrm.sandbox.wecom.files import LARGEST_FORM, content_type
from privcrm.sandbox.wecom.live_codes import picture_of
from privcrm.sandbox.wecom.media import PICTURES, picture_at
from privcrm.sandbox.wecom.wire import Request

_LARGEST_BODY = 8 * 1024 * 1024
_SLOW = f"{PREFIX}/callback"
"""Asks receivers, or waits for them."""


class SandboxApp:
    """Answers every request of one sandbox, all on one event loop."""

    def __init__(self, simulation: Simulation, *, exposed: bool = False) -> None:
        self._simulation = simulation
        self._exposed = exposed
        self._control = ControlPlane(simulation)
        self._date = DateHeader(simulation.clock.time)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = await self._request(scope, receive)
        if request.path.startswith(PREFIX):
            answering = partial(self._control_reply, request, scope)
            slow = request.path.startswith(_SLOW)
            reply: Reply | None = await asyncio.to_thread(answering) if slow else answering()
        else:
            reply = await self._vendor_reply(request, RawConnection(scope, receive))
        if reply is not None:
            await reply.send(send)

    async def _request(self, scope: Scope, receive: Receive) -> Request:
        path = scope["path"]
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        takes_file = self._simulation.wire.takes_file(path)
        body = await _body(receive, LARGEST_FORM if takes_file else _LARGEST_BODY)
        return Request(
            scope["method"],
            path,
            dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)),
            body,
            scope["client"][0],
            f"http://{headers.get('host', '')}",
            headers.get("range", ""),
            partial(read_upload, headers.get("content-type", ""), body),
        )

    def _control_reply(self, request: Request, scope: Scope) -> Reply:
        reason = objection(scope["headers"], exposed=self._exposed)
        if reason:
            return Reply.json({"error": reason}, 403)
        self._simulation.company.origin = request.origin
        status, value = self._control.answer(request.method, request.path, request.query, request.body)
        return Reply.json(value, status)

    async def _vendor_reply(self, request: Request, connection: RawConnection) -> Reply | None:
        simulation = self._simulation
        if request.path.startswith(PICTURES):
            return self._picture(request.path)
        if not simulation.wire.simulates(request.path):
            return Reply.json({"error": "not simulated", "path": request.path}, 404)
        fault = simulation.faults.meet(request.path, CALL_FAULTS)
        if fault is not None:
            return await FaultyAnswer(simulation, fault, request, connection).reply()
        return Reply.of(await simulation.wire.answer(request), date=self._date.line())

    def _picture(self, path: str) -> Reply:
        company = self._simulation.company
        uploaded = picture_at(company, path)
        try:
            content = picture_of(company, path) if uploaded is None else uploaded.read()
        except ImportError:
            told = "pictures of live codes are drawn by segno; install it with: pip install 'privcrm[qr]'"
            return Reply.json({"error": told}, 501)
        if content is None:
            return Reply.json({"error": "there is no such picture"}, 404)
        return Reply(200, content, content_type(content).encode())


async def _body(receive: Receive, most: int) -> bytes:
    """Read a whole body; what is larger than any real call is cut and so becomes bad JSON or a form without end."""
    message = await receive()
    parts = [message.get("body", b"")]
    size = len(parts[0])
    while message.get("more_body") and size <= most:
        message = await receive()
        parts.append(message.get("body", b""))
        size += len(parts[-1])
    return b"".join(parts)
