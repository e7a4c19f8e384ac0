"""Answers that go wrong on the way."""

from privcrm.sandbox.faults import Fault, FaultKind
from privcrm.sandbox.http.protocol import RawConnection
from privcrm.sandbox.http.replies import HTML, Reply, head
from privcrm.sandbox.simulation import Simulation
from privcrm.sandbox.wecom.wire import Answer, Request

_BROKEN = frozenset({FaultKind.RESET, FaultKind.HANG, FaultKind.HALF_STATUS_LINE})
_PAGE = "<html><head><title>{0}</title></head><body><center><h1>{0}</h1></center></body></html>"
_SERVER = b"Server: nginx\r\n"
_SLOW_BYTES = 20


class FaultyAnswer:
    """Carries out one fault on one call. `reply` gives the reply to send, None if the connection was dealt with."""

    def __init__(self, simulation: Simulation, fault: Fault, request: Request, connection: RawConnection) -> None:
        self._simulation = simulation
        self._fault = fault
        self._request = request
        self._connection = connection

    async def reply(self) -> Reply | None:
        """Carry out the fault."""
        match self._fault.kind:
            case FaultKind.TOKEN_REVOKED:
                return Reply.of(await self._revoking())
            case FaultKind.ERRCODE:
                return Reply.of(await self._with_errcode())
            case FaultKind.SLOW_HEADERS | FaultKind.SLOW_BODY:
                await self._slowly()
                return None
            case _:
                return await self._spoilt()

    async def _done(self, status: int = 200) -> Answer:
        return await self._simulation.wire.answer(self._request, self._fault.kind.value, status)

    async def _revoking(self) -> Answer:
        tokens, token = self._simulation.company.tokens, self._request.query.get("access_token", "")
        if not self._fault.after:
            tokens.revoke(token)
        answer = await self._done()
        tokens.revoke(token)
        return answer

    async def _with_errcode(self) -> Answer:
        if self._fault.after:
            await self._done()
        kind = self._fault.kind.value
        errcode = -1 if self._fault.errcode is None else self._fault.errcode
        return self._simulation.wire.replace(self._request, errcode, done=self._fault.after, fault=kind)

    async def _slowly(self) -> None:
        """Drip for a while, then finish the answer. A call not done before is done only if somebody still listens.

        A file is looked up before in any case, which changes nothing: its length and name stand in the headers.
        """
        early = self._fault.after or self._simulation.wire.gives_file(self._request.path)
        reply = Reply.of(await self._done()) if early else None
        start = head(reply.status, reply=reply) if reply else head(200)
        if self._fault.kind is FaultKind.SLOW_HEADERS:
            line, end, rest = start.partition(b"\r\n")
            body = await self._dripped(line + end + _SERVER, reply)
        else:
            self._connection.write(start)
            rest = b""
            # Blanks may stand before JSON, not before a file.
            slow = reply.body[:_SLOW_BYTES] if reply else b" " * _SLOW_BYTES
            body = await self._dripped(slow, reply)
            body = body[len(slow) :] if reply else body
        self._connection.write(rest + body)
        await self._connection.close()

    async def _dripped(self, slow: bytes, reply: Reply | None) -> bytes:
        """Drip, then return the body to follow: that of the reply, or of the call that is done only now."""
        await self._connection.drip(slow, self._fault.delay_s)
        if reply is not None:
            return reply.body
        if self._connection.broken:
            return self._simulation.wire.ignore(self._request, self._fault.kind.value, 0).body
        return (await self._done()).body

    async def _spoilt(self) -> Reply | None:
        status = 0 if self._fault.kind in _BROKEN else self._status()
        if self._fault.after:
            answer = await self._done(status)
        else:
            answer = self._simulation.wire.ignore(self._request, self._fault.kind.value, status)
        if self._fault.kind in _BROKEN:
            await self._break()
            return None
        return await self._replaced(answer)

    def _status(self) -> int:
        return self._fault.http_status or 200

    async def _break(self) -> None:
        if self._fault.kind is FaultKind.HANG:
            await self._connection.wait_for_hang_up(self._fault.delay_s)
        if self._fault.kind is FaultKind.HALF_STATUS_LINE:
            self._connection.write(b"HTTP/1.1 2")
            await self._connection.close()
        else:
            await self._connection.reset()

    async def _replaced(self, answer: Answer) -> Reply | None:
        match self._fault.kind:
            case FaultKind.TRUNCATED:
                half = answer.body[: len(answer.body) // 2]
                self._connection.write(head(answer.status, len(answer.body), Reply.of(answer)) + half)
                await self._connection.close()
                return None
            case FaultKind.BAD_UTF8:
                return Reply(200, answer.body.replace(b'"errmsg":"', b'"errmsg":"\xff\xfe', 1))
            case FaultKind.HTML:
                return Reply(200, _PAGE.format("系统维护中").encode(), content_type=HTML)
            case _:
                return Reply(self._status(), _PAGE.format(self._status()).encode(), content_type=HTML)
