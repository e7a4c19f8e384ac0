"""By what a code is found again: its state."""

from attrs import evolve

from privcrm.provider import Intent


def with_state(intent: Intent, state: str) -> Intent:
    """Return the intent of making a code with a state of its own, which then is the mark; "" keeps the intent's."""
    return evolve(intent, marker=state) if state else intent
