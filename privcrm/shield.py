"""Errors without the frames in which secrets lie: crash reporters print the local values of every frame."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from privcrm.errors import PrivcrmError

P = ParamSpec("P")
T = TypeVar("T")


def shielded(function: Callable[P, T]) -> Callable[P, T]:
    """Have ``function`` raise what it raises, but without its frames, those below it, and its arguments."""

    @wraps(function)
    def shield(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return function(*args, **kwargs)
        except BaseException as error:  # noqa: BLE001 - raised again below
            caught = without_frames(error)
        del args, kwargs  # this frame will be part of the traceback
        raise caught

    return shield


def without_frames(error: BaseException) -> BaseException:
    """Take the frames off an error and off those that led to it; where one of another kind came from becomes a note."""
    if error.__traceback__ is not None and not isinstance(error, PrivcrmError):
        from traceback import extract_tb  # noqa: PLC0415 - seldom needed, and naming ``CRM`` must cost little

        last = extract_tb(error.__traceback__)[-1]
        error.add_note(f"raised in {last.name}, line {last.lineno} of {last.filename}; frames left out")
    link: BaseException | None = error
    while link is not None and link.__traceback__ is not None:
        link.__traceback__ = None
        if link.__suppress_context__:
            link.__context__ = None  # what "from None" hides, some reporters show all the same
        link = link.__cause__ or link.__context__
    return error
