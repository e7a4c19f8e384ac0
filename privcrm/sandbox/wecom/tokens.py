"""Access tokens: issued, kept while valid, expired, revoked (developer.work.weixin.qq.com/document/path/91039)."""

import attrs

from privcrm.sandbox.wecom.apps import App, secret_for
from privcrm.sandbox.wecom.errors import Refusal
from privcrm.sandbox.wecom.rules import Rules


@attrs.define
class _Token:
    app: App
    expires_at: float
    revoked: bool = False


class TokenDesk:
    """Issues tokens for one company and tells whose a token is. Times are virtual unix seconds."""

    def __init__(self, seed: int, rules: Rules, earlier: int = 0) -> None:
        self._seed = seed
        self._earlier = earlier
        self._rules = rules
        self._issued: dict[str, _Token] = {}
        self._current: dict[int, str] = {}

    def issue(self, app: App, now: float) -> tuple[str, int]:
        """Return the app's token and the seconds it has left; the same token while it is valid."""
        text = self._current.get(app.agent_id)
        token = self._issued.get(text or "")
        if text is None or token is None or token.revoked or token.expires_at <= now:
            text = secret_for(self._seed, f"token {app.agent_id} {self._earlier} {len(self._issued)}", 86)
            token = self._issued[text] = _Token(app, now + self._rules.token_lifetime)
            self._current[app.agent_id] = text
        return text, int(token.expires_at - now)

    def app_behind(self, text: str, now: float) -> App:
        """Return whose token this is. Refuses missing (41001), unknown or revoked (40014) and expired ones (42001)."""
        if not text:
            raise Refusal(41001)
        token = self._issued.get(text)
        if token is None or token.revoked or not token.app.enabled:
            raise Refusal(40014)
        if token.expires_at <= now:
            raise Refusal(42001)
        return token.app

    def revoke(self, text: str) -> None:
        """Withdraw a token early, as the vendor may at any time."""
        if text in self._issued:
            self._issued[text].revoked = True
