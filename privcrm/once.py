"""Values that are made when they are first asked for, once for all threads."""

from collections.abc import Callable
from threading import Lock
from typing import Any, Generic, Self, TypeVar, overload

from privcrm.forks import reset_in_children

__all__ = ["Once", "made_once"]

T = TypeVar("T")


class Once(Generic[T]):
    """Makes a value when it is first called; a failure is not kept, the next call tries again."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._values: list[T] = []
        self.reset()
        reset_in_children(self)

    def reset(self) -> None:
        """Start with a new lock, after a fork: a thread of the parent may have held it."""
        self._lock = Lock()

    def __call__(self) -> T:
        if not self._values:
            with self._lock:
                if not self._values:
                    self._values.append(self._make())
        return self._values[0]

    @property
    def made(self) -> bool:
        """Whether there is a value yet."""
        return bool(self._values)


class made_once(Generic[T]):  # noqa: N801 - a decorator
    """A property whose value is made once for each object; unlike ``cached_property`` by one thread only.

    Objects lend a dict ``_parts`` in which the values are kept.
    """

    def __init__(self, make: Callable[[Any], T]) -> None:
        self._make = make
        self._name = ""
        self.__doc__ = make.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...

    @overload
    def __get__(self, instance: object, owner: type) -> T: ...

    def __get__(self, instance: Any, owner: type) -> Self | T:
        if instance is None:
            return self
        parts: dict[str, Once[T]] = instance._parts  # noqa: SLF001 - lent for this
        if self._name not in parts:
            parts.setdefault(self._name, Once(lambda: self._make(instance)))
        return parts[self._name]()
