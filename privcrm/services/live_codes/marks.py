"""By what a code is found again: its state."""

from collections.abc import Mapping
from typing import Any

from attrs import evolve

from privcrm.models import ContactCode, GroupCode
from privcrm.provider import Intent


def with_state(intent: Intent, state: str) -> Intent:
    """Return the intent of making a code with a state of its own, which then is the mark; "" keeps the intent's."""
    return evolve(intent, marker=state) if state else intent


def given_of(code: ContactCode | GroupCode, intent: Intent) -> Mapping[str, Any]:
    """Return what an order of a code was given; who updates the code later has to name the ``state`` again."""
    return {"id": code.code_id, "qr_url": code.qr_url, "state": intent.marker}
