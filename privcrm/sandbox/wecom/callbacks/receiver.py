"""The receiver of an app: its address verified, letters sealed and posted to it, its passive replies opened."""

from collections.abc import Callable, Mapping
from urllib.parse import quote

import attrs

from privcrm.sandbox.wecom.apps import App, Role
from privcrm.sandbox.wecom.callbacks import xml
from privcrm.sandbox.wecom.callbacks.post import Outcome, Outgoing, send
from privcrm.sandbox.wecom.callbacks.sealing import Seal, Sealed
from privcrm.sandbox.world.chance import Stream

VERIFY_WITHIN = 1.0
"""Seconds (90930)."""
_OK = 200


@attrs.frozen
class Letter:
    """A sealed event: what stands in the query, and the body."""

    query: str = attrs.field(repr=False)
    body: bytes = attrs.field(repr=False)


class Receiver:
    """Speaks to receivers for one company. Nonces come from the seed, timestamps are *real_time*'s."""

    def __init__(self, company: str, seed: int, real_time: Callable[[], float]) -> None:
        self._company = company
        self._draw = Stream(seed, "nonces")
        self._drawn = 0
        self._real_time = real_time

    def letter(self, app: App, text: str) -> Letter:
        """Return an event's text sealed for an app, each time another way."""
        sealed = self._sealed(app, text)
        agent = "" if Role.CONTACT_SYNC in app.roles else str(app.agent_id)
        return Letter(_query(sealed), xml.envelope(self._company, agent, sealed).encode())

    async def post(self, url: str, letter: Letter, *, within: float, hang_up: bool) -> Outcome:
        """Post a letter; *hang_up* leaves before the answer."""
        return await send(Outgoing("POST", _with(url, letter.query), letter.body), within=within, hang_up=hang_up)

    async def objection(self, url: str, app: App) -> str:
        """Ask an address for echostr as the console does; return what went wrong, empty if nothing."""
        echo = str(self._next())
        sealed = self._sealed(app, echo)
        query = f"{_query(sealed)}&echostr={quote(sealed.ciphertext, safe='')}"
        outcome = await send(Outgoing("GET", _with(url, query)), within=VERIFY_WITHIN)
        if outcome.error == "timed out":
            return "the address did not answer within a second"
        if outcome.status == 0:
            return f"the address cannot be reached ({outcome.error})"
        if outcome.status != _OK:
            return f"the address answered HTTP {outcome.status}"
        if outcome.body != echo.encode():
            return "the address answered a wrong body: what stands in echostr is expected, decrypted, and nothing else"
        return ""

    def reply(self, app: App, outcome: Outcome) -> tuple[Mapping[str, str] | None, str]:
        """Return the passive reply in an answer, or what is wrong with it; neither if there is none."""
        if outcome.status != _OK or not outcome.body.lstrip().startswith(b"<"):
            return None, ""
        try:
            return xml.read(self._seal(app).open(xml.read_sealed(outcome.body))), ""
        except ValueError as error:  # of UnicodeDecodeError the text would show what it holds
            return None, "it is no UTF-8" if isinstance(error, UnicodeError) else str(error)

    def _seal(self, app: App) -> Seal:
        return Seal(app.callback_token, app.callback_aes_key, self._company)

    def _sealed(self, app: App, text: str) -> Sealed:
        nonce = str(self._next() % 10**10)
        random = b"".join(self._next().to_bytes(8, "big") for _ in range(2))
        return self._seal(app).close(text, timestamp=str(int(self._real_time())), nonce=nonce, random=random)

    def _next(self) -> int:
        self._drawn += 1
        return self._draw(self._drawn)


def _query(sealed: Sealed) -> str:
    return f"msg_signature={sealed.signature}&timestamp={sealed.timestamp}&nonce={sealed.nonce}"


def _with(url: str, query: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}{query}"
