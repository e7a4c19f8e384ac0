"""Alarms that stand, and what was decided lately."""

from collections.abc import Iterable
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from privcrm.cli.live_code.decisions import what_was_decided, why_it_was
from privcrm.cli.live_code.words import ALARMS
from privcrm.cli.times import beijing, iso

if TYPE_CHECKING:
    from privcrm.cli.session import Session
    from privcrm.store.live_codes.notes import Alarm, Decision

SHOWN: Final = 10


def show_alarms(session: "Session", alarms: "Iterable[Alarm]") -> None:
    """Show alarms: what kind it is in the language of the session, and what was told of it."""
    session.out.table(
        ("Alarm", "Since", "Details"),
        ((session.translate(ALARMS.get(each.kind, each.kind)), beijing(each.since), each.told) for each in alarms),
    )


def alarms_json(alarms: "Iterable[Alarm]") -> list[dict[str, Any]]:
    """Return alarms as ``--json`` prints them."""
    return [{"kind": each.kind, "told": each.told, "since": iso(each.since)} for each in alarms]


def show_decisions(session: "Session", decisions: "Iterable[Decision]") -> None:
    """Show the last decisions with what led to them."""
    session.out.table(
        ("At", "Decided", "Because"),
        (
            (beijing(each.at), what_was_decided(session, each), why_it_was(session, each))
            for each in islice(decisions, SHOWN)
        ),
    )


def decisions_json(decisions: "Iterable[Decision]") -> list[dict[str, Any]]:
    """Return decisions as ``--json`` prints them."""
    return [{"at": iso(each.at), "what": each.what, "why": each.why} for each in decisions]
