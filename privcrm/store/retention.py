"""How long rows are kept: which are old, from what age on they go, and what goes with them."""

from collections.abc import Mapping
from math import isfinite
from typing import Final

from attrs import frozen

from privcrm.errors import InputError
from privcrm.store.mirror.truth import DELETED_BY_MEMBER

__all__ = ["DAY", "RULES", "Along", "Rule", "ages"]

DAY: Final = 86_400.0


@frozen
class Along:
    """Rows of another table that go with a rule's: ``column`` names whose they are, ``place`` orders them within.

    ``owner`` is the owner's key as SQL of what stands in ``column``. Those that go ``together`` go in the same
    transaction: they are few, and may be written before their owner.
    """

    table: str
    column: str
    place: tuple[str, ...]
    owner: str = "{}"
    together: bool = False


@frozen
class Rule:
    """Rows of ``privcrm_<table>`` that go when they are old; ``what`` they are, in the words of people.

    ``key`` tells them apart and orders them, ``first`` is below every key. ``old`` is a condition on ``t`` in which
    each ``?`` is the moment (unix seconds) that lies the rule's age ago. ``days`` is the default age, None for
    "kept for ever". ``at_once`` rows go in one transaction.
    """

    name: str
    what: str
    table: str
    key: tuple[str, ...]
    first: tuple[str | int, ...]
    old: str
    days: float | None
    along: tuple[Along, ...] = ()
    at_once: int = 500


def _none(rows: str) -> str:
    """Say that there are no such rows. Asked for each row by index, where PostgreSQL would join all for NOT EXISTS."""
    return f"COALESCE((SELECT 1 FROM {rows} LIMIT 1), 0) = 0"


# -- jobs: nothing was said about them in the audit since, and nobody may still do something with them


_HITS: Final = "privcrm_tag_rule_hit h WHERE h.state IN ('adding', 'removing')"


def _ended_job(job: str) -> str:
    return (
        f"({job}.state IN ('done', 'cancelled') AND {job}.created_at < ? AND {job}.finished_at < ?"
        f" AND {job}.lease_until < ? AND replace({job}.counts, '\"unknown\"', '') = {job}.counts"
        f" AND {_none(f'privcrm_audit a WHERE a.company = {job}.company AND a.job_id = {job}.id AND a.at >= ?')}"
        f" AND ({job}.company, {job}.id) NOT IN"
        " (SELECT s.company, s.job_id FROM privcrm_send s WHERE s.state = 'sent')"
        f" AND {_none(f'{_HITS} AND h.company = {job}.company AND h.job_id = {job}.id')}"
        f" AND ({job}.company, {job}.id) NOT IN (SELECT u.company, u.undo_of FROM privcrm_job u"
        " WHERE u.undo_of <> '' AND u.state NOT IN ('done', 'cancelled')))"
    )


# An undo stays as long as what it took back: that could be undone a second time otherwise.
_OLD_JOB: Final = f"{_ended_job('t')} AND " + _none(
    f"privcrm_job p WHERE p.company = t.company AND p.id = t.undo_of AND NOT {_ended_job('p')}"
)
_OF_JOBS: Final = (
    Along("item", "job_id", ("seq",)),
    Along("send", "job_id", ("number",)),
    Along("approval", "job_id", ("stage",)),
    Along("stage", "job_id", ("key", "seq"), owner="replace({}, ' check', '')"),  # a check of a job has a stage as well
)


# -- people


def _old_relation(follow: str) -> str:
    """Say that a relation ended: of who deleted the employee, also that the vendor lists it no more.

    Until then the vendor's list would make it look alive if nothing were kept of it.
    """
    return (
        f"({follow}.live = 0 AND {follow}.ended_at < ? AND {follow}.gone_at < ? AND {follow}.as_of < ?"
        f" AND ({follow}.ended_how <> '{DELETED_BY_MEMBER}' OR {follow}.gone_at > 0"
        f" OR EXISTS (SELECT 1 FROM privcrm_staff e WHERE e.company = {follow}.company AND e.number = {follow}.staff"
        " AND e.state = 'left')))"
    )


_OTHER_RELATIONS: Final = (
    f"privcrm_follow f WHERE f.company = t.company AND f.member = t.number AND NOT {_old_relation('f')}"
)
_GROUPS: Final = (
    "privcrm_known_group_member g LEFT JOIN privcrm_known_group k ON k.company = g.company AND k.group_id = g.group_id"
    " WHERE g.company = t.company AND g.user_id = t.member_id AND g.is_staff = 0"
    " AND (k.lives IS NULL OR k.lives = 1 OR k.noted_at >= ?)"
)
# What sweeps know, where the mirror was never told of it.
_SWEPT: Final = (
    "privcrm_known_follow n JOIN privcrm_known_follow o ON o.company = n.company AND o.staff_id = n.staff_id"
    " AND o.member_id = n.member_id WHERE n.company = t.company AND n.member_id = t.member_id AND o.lives = 1 AND "
    + _none(
        "privcrm_staff e JOIN privcrm_follow f ON f.company = e.company AND f.staff = e.number"
        " WHERE e.company = t.company AND e.staff_id = n.staff_id AND f.member = t.number"
    )
)
_OLD_MEMBER: Final = f"t.as_of < ? AND {_none(_OTHER_RELATIONS)} AND {_none(_GROUPS)} AND {_none(_SWEPT)}"

RULES: Final[tuple[Rule, ...]] = (
    Rule(
        "welcomes",
        "What became of welcomes",
        *("welcome", ("at", "key"), (-1, ""), "t.at < ? AND t.decided_at < ?", 400),
    ),
    Rule(
        "uploads",
        "Uploads that have expired",
        *("upload", ("digest", "kind"), ("", ""), "t.expires_at > 0 AND t.expires_at < ?", 30),
    ),
    Rule(
        "drafts",
        "Plans that were never finished",
        *("job", ("id",), ("",), "t.state = 'preparing' AND t.created_at < ? AND t.lease_until < ?", 7),
        along=_OF_JOBS,
    ),
    Rule(
        "jobs",
        "Jobs that have ended, with items and journal",
        *("job", ("id",), ("",), _OLD_JOB, 400),
        along=_OF_JOBS,
    ),
    Rule(
        "sync_runs",
        "Synchronisations, but for the last of each kind",
        "sync_run",
        ("id",),
        ("",),
        # One that is open so long is taken up by nobody.
        "t.started_at < ? AND t.finished_at < ? AND t.beat < ? AND (t.state <> 'done' OR EXISTS (SELECT 1"
        " FROM privcrm_sync_run n WHERE n.company = t.company AND n.kind = t.kind AND n.state = 'done'"
        " AND (n.finished_at, n.id) > (t.finished_at, t.id)))",
        30,
        along=(Along("sync_part", "run", ("part",)), Along("sync_seen", "run", ("part", "page"))),
    ),
    Rule(
        "tag_rule_events",
        "Events that tag rules have counted",
        *("tag_rule_event", ("rule", "member", "event"), ("", -1, "")),
        "t.at < ? OR EXISTS (SELECT 1 FROM privcrm_tag_rule r WHERE r.company = t.company AND r.id = t.rule"
        " AND r.state = 'removed')",
        366,  # the longest that a rule looks back
    ),
    Rule(
        "deleted_tag_holders",
        "Who wore tags that were deleted",
        *("deleted_tag_holder", ("tag", "member", "staff"), (-1, -1, -1)),
        "(SELECT g.deleted_at FROM privcrm_tag g WHERE g.company = t.company AND g.number = t.tag) BETWEEN 1 AND ?",
        400,
    ),
    Rule(
        "staff_changes",
        "The history of employees",
        *("staff_change", ("staff", "seq"), (-1, -1), "t.at < ?", 1_100),
    ),
    Rule(
        "staff_tasks",
        "Tasks of employees that are done",
        *("staff_task", ("id",), ("",), "t.state = 'done' AND t.done_at < ?", 400),
        along=(Along("task_point", "task", ("place",), together=True),),
    ),
    Rule(
        "code_visitors",
        "What the gateway showed a visitor, once it is over",
        *("code_visitor", ("code", "visitor"), (-1, ""), "t.until < ?", 1),
    ),
    Rule(
        "code_holds",
        "Places that visitors held at employees, once that is over",
        *("code_hold", ("code", "visitor"), (-1, ""), "t.held_until < ?", 1),
    ),
    Rule(
        "code_commitments",
        "Visitors who would come to a live code",
        *("code_commitment", ("code", "visitor"), (-1, ""), "t.at < ?", 400),
    ),
    Rule(
        "relations",
        "Relations that have ended",
        *("follow", ("member", "staff"), (-1, -1), _old_relation("t"), 1_100),
        at_once=100,
    ),
    Rule(
        "members",
        "Members without a live relation or group, with all that is kept of them",
        *("member", ("number",), (-1,), _OLD_MEMBER, 1_100),
        at_once=50,
    ),
    Rule(
        "snapshots",
        "Frozen segments",
        *("snapshot", ("id",), ("",), "t.at < ?", None),
        along=(Along("snapshot_bits", "id", ("chunk",), together=True),),
        at_once=20,
    ),
)
"""In the order in which they are applied."""


def ages(changed: Mapping[str, float | None] | None = None) -> dict[str, float | None]:
    """Return the age in days of each rule, None for "kept for ever"; ``changed`` ones in place of the defaults.

    0 means for ever as well. Raises ``InputError`` for a rule that there is not, and for what is no age.
    """
    given = dict(changed or {})
    chosen = {rule.name: given.pop(rule.name, rule.days) for rule in RULES}
    if given:
        raise InputError(f"there is no retention rule {min(given)!r}; known: {', '.join(chosen)}")
    for name, days in chosen.items():
        if days is not None and not (isfinite(days) and days >= 0):
            raise InputError(f"{name} cannot be kept for {days!r} days: give 0 for ever, or a number above 0")
    return {name: days or None for name, days in chosen.items()}
