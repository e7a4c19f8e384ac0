"""Parameters of a call, in a wrapper that shows none of them."""

from collections.abc import Iterator, Mapping
from typing import Any


class Params(Mapping[str, Any]):
    """Parameters by name: remarks, phones and message texts among them, so a ``repr`` tells only how many.

    Tracebacks with local values are what this is for: every frame that may raise holds this and not a ``dict``.
    """

    __slots__ = ("values_by_name",)

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values_by_name: dict[str, Any] = dict(values)

    def __getitem__(self, name: str) -> Any:
        return self.values_by_name[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_by_name)

    def __len__(self) -> int:
        return len(self.values_by_name)

    def __repr__(self) -> str:
        return f"<{len(self)} parameters>"
