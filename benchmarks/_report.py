"""How every benchmark here says what it found: one JSON object a line, a ratio with its target."""

import json
from typing import Any


def report(
    benchmark: str, figure: str, value: float, *, target: float | None = None, at_least: bool = False, **facts: Any
) -> bool:
    """Print one figure and return whether it meets its target (a ceiling, or a floor with ``at_least``)."""
    met = target is None or (value >= target if at_least else value <= target)
    row = {"benchmark": benchmark, "figure": figure, "value": round(value, 4), "target": target, "met": met}
    if target is not None:
        row["kind"] = "floor" if at_least else "ceiling"
    print(json.dumps(row | facts, ensure_ascii=False), flush=True)
    return met
