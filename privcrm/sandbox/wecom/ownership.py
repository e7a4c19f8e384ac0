"""Things that only the app that made them may change: albums, intercept rules (95096, 95097)."""

from typing import Protocol, TypeVar

from privcrm.sandbox.wecom.company import Call
from privcrm.sandbox.wecom.errors import Refusal


class Made(Protocol):
    """A thing that remembers which program made it."""

    @property
    def maker(self) -> str:
        """The program."""
        ...


M = TypeVar("M", bound=Made)


def own(call: Call, thing: M, unknown: int) -> M:
    """Return a thing of the calling app. Another's is refused like an *unknown* one, or with 48002, as switched."""
    if thing.maker != call.app.maker:
        raise Refusal(unknown if call.company.rules.things_of_another_app == "unknown" else 48002)
    return thing
