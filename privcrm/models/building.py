"""Frozen models made quickly, for decoding pages by the hundred thousand."""

from typing import Any


def draft_of(model: type) -> Any:
    """Return a plain class whose instances are filled field by field and then become the frozen ``model``.

    Set every field, then ``draft.__class__ = model``; from there on it is frozen. A frozen ``__init__`` takes a call
    with all fields and writes around its own guard: for values made by the million, that is half of what they cost.
    Only for models without slots, validators and converters.
    """
    return type(f"{model.__name__}Draft", (), {})
