"""A vendor of our own, which takes its token in a header."""

from collections.abc import Mapping
from typing import Any

from privcrm.errors import NotFound
from privcrm.provider import Endpoint, Token
from privcrm.transport import Failure


class Dialect:
    name = "ours"

    def authorize(self, target: str, token: str) -> tuple[str, Mapping[str, str]]:
        return target, {"Authorization": f"Bearer {token}"}

    def judge(self, endpoint: Endpoint, answer: Mapping[str, Any], attempt: int) -> Failure | None:
        if answer.get("ok"):
            return None
        return Failure(NotFound("nothing there", provider=self.name, operation=endpoint.name, attempt=attempt))


class OneToken:
    def get(self) -> Token:
        return Token("TOP", 0.0)

    def reject(self, token: Token) -> bool:
        raise AssertionError

    def accept(self, token: Token) -> None:
        pass
