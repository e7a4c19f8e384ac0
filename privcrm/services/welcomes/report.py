"""Figures of welcomes: how they ended, how many others won, how quick they were."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

from attrs import frozen

from privcrm.services.welcomes.outcome import WelcomeOutcome, WelcomeRecord

Counts = Mapping[WelcomeOutcome, int]

_STEPS_A_SECOND: Final = 10


@frozen
class WelcomeReport:
    """Welcomes of the adds between ``since`` and ``until`` (unix seconds, the end excluded, None for no end).

    ``share_of_others`` is the part of all greeted members that somebody else greeted, None if nobody was greeted.
    ``median_seconds`` and ``slow_seconds`` (95 of 100 are quicker) lie between event and our welcome, to a tenth.
    """

    since: int
    until: int | None
    counts: Counts
    by_state: Mapping[str, Counts]
    by_staff: Mapping[str, Counts]
    share_of_others: float | None = None
    median_seconds: float | None = None
    slow_seconds: float | None = None


def report_of(records: Iterable[WelcomeRecord], since: int, until: int | None) -> WelcomeReport:
    """Count records one by one; what is held grows with states and employees, not with records."""
    counts: Counter[WelcomeOutcome] = Counter()
    by_state: defaultdict[str, Counter[WelcomeOutcome]] = defaultdict(Counter)
    by_staff: defaultdict[str, Counter[WelcomeOutcome]] = defaultdict(Counter)
    steps: Counter[int] = Counter()
    for record in records:
        for counter in (counts, by_state[record.state], by_staff[record.staff_id]):
            counter[record.outcome] += 1
        if record.seconds is not None:
            steps[round(record.seconds * _STEPS_A_SECOND)] += 1
    ours, theirs = counts[WelcomeOutcome.SENT], counts[WelcomeOutcome.SENT_BY_OTHER]
    return WelcomeReport(
        *(since, until, dict(counts), _plain(by_state), _plain(by_staff)),
        share_of_others=theirs / (ours + theirs) if ours + theirs else None,
        median_seconds=_quantile(steps, 0.5),
        slow_seconds=_quantile(steps, 0.95),
    )


def _plain(counters: Mapping[str, Counter[WelcomeOutcome]]) -> dict[str, Counts]:
    return {name: dict(counter) for name, counter in counters.items()}


def _quantile(steps: Counter[int], part: float) -> float | None:
    """Return the smallest value that at least this part of all do not exceed."""
    wanted, seen = part * steps.total(), 0
    for step in sorted(steps):
        seen += steps[step]
        if seen >= wanted:
            return step / _STEPS_A_SECOND
    return None
