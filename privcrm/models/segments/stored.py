"""An expression as the store holds it."""

import json

from privcrm.models.segments.as_json import from_json, to_json
from privcrm.models.segments.combining import Condition
from privcrm.models.segments.grammar import parse
from privcrm.models.segments.text import to_text

__all__ = ["condition_of_text", "text_of_condition"]


def text_of_condition(condition: Condition) -> str:
    """Return a segment's expression as the store holds it: JSON, or text where it is nested too deep for that."""
    try:
        return json.dumps(to_json(condition), ensure_ascii=False)
    except RecursionError:
        return to_text(condition)


def condition_of_text(text: str) -> Condition:
    """Return the expression of a stored segment; raises ``InputError``."""
    return from_json(json.loads(text)) if text.lstrip().startswith("{") else parse(text, longest=None)
