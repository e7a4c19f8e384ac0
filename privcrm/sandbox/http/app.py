"""The ASGI application: control plane, the simulated vendor, and 404 for what is not simulated."""

from urllib.parse import parse_qsl

from privcrm.sandbox.control.plane import PREFIX, ControlPlane
from privcrm.sandbox.http.date import DateHeader
from privcrm.sandbox.http.faulty import FaultyAnswer
from privcrm.sandbox.http.protocol import RawConnection, Receive, Scope, Send
from privcrm.sandbox.http.replies import Reply
from privcrm.sandbox.http.visitors import objection
from privcrm.sandbox.simulation import Simulation
from privcrm.sandbox.wecom.wire import Request

_LARGEST_BODY = 8 * 1024 * 1024


class SandboxApp:
    """Answers every request of one sandbox, all on one event loop."""

    def __init__(self, simulation: Simulation, *, exposed: bool = False) -> None:
        self._simulation = simulation
        self._exposed = exposed
        self._control = ControlPlane(simulation)
        self._date = DateHeader(simulation.clock.time)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(
            scope["method"],
            scope["path"],
            dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)),
            await _body(receive),
            scope["client"][0],
        )
        if request.path.startswith(PREFIX):
            reply: Reply | None = self._control_reply(request, scope)
        else:
            reply = await self._vendor_reply(request, RawConnection(scope, receive))
        if reply is not None:
            await reply.send(send)

    def _control_reply(self, request: Request, scope: Scope) -> Reply:
        reason = objection(scope["headers"], exposed=self._exposed)
        if reason:
            return Reply.json({"error": reason}, 403)
        status, value = self._control.answer(request.method, request.path, request.query, request.body)
        return Reply.json(value, status)

    async def _vendor_reply(self, request: Request, connection: RawConnection) -> Reply | None:
        simulation = self._simulation
        if not simulation.wire.simulates(request.path):
            return Reply.json({"error": "not simulated", "path": request.path}, 404)
        fault = simulation.faults.meet(request.path)
        if fault is not None:
            return await FaultyAnswer(simulation, fault, request, connection).reply()
        return Reply.of(await simulation.wire.answer(request), date=self._date.line())


async def _body(receive: Receive) -> bytes:
    """Read a whole body; what is larger than any real call is cut and so becomes bad JSON."""
    message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body") and len(body) <= _LARGEST_BODY:
        message = await receive()
        body += message.get("body", b"")
    return body
