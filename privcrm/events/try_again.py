"""What a handler raises when it is too early for it."""

from privcrm.errors import PrivcrmError

__all__ = ["TryAgain"]


class TryAgain(PrivcrmError):
    """Nothing is wrong, but it is too early: call me again in ``seconds``. Counts as a try."""

    def __init__(self, seconds: float, why: str = "") -> None:
        super().__init__(why or f"to be called again in {seconds:g} s")
        self.seconds = seconds

    def __reduce__(self) -> tuple[type["TryAgain"], tuple[float, str]]:
        return type(self), (self.seconds, str(self))
