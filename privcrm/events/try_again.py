"""What a handler raises when it is too early for it."""

from privcrm.errors import PrivcrmError

__all__ = ["TryAgain"]


class TryAgain(PrivcrmError):
    """Nothing is wrong, but it is too early: call me again in ``seconds``. Counts as a try.

    With ``holds`` the handlers that come after this one, and rely on it, wait as well: until the last try.
    """

    def __init__(self, seconds: float, why: str = "", holds: bool = False) -> None:
        super().__init__(why or f"to be called again in {seconds:g} s")
        self.seconds = seconds
        self.holds = holds

    def __reduce__(self) -> tuple[type["TryAgain"], tuple[float, str, bool]]:
        return type(self), (self.seconds, str(self), self.holds)
