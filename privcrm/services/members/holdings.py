"""Where the store keeps what about people: one entry for each table, and how a person is found, given and removed.

A test holds this list against the tables that there are: a new one needs an entry here, or a reason why not.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

from attrs import field, frozen

from privcrm.services.members.job_items import JobItems
from privcrm.services.members.person import Person
from privcrm.services.members.texts import Texts
from privcrm.store import Connection, Database
from privcrm.store.database import marks
from privcrm.store.mirror import snapshots

__all__ = ["NOBODY", "ROWS", "TEXTS", "Holding", "Kept", "Spoken"]

NUMBER: Final = "_number"
"""An entry of the sealed details' owner in an exported row; left out of what is handed out."""


class Holding(Protocol):
    """A table with rows about people; ``columns`` are those that may name one."""

    @property
    def table(self) -> str:
        """Its name, without the prefix that all have."""
        ...

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that may name a person."""
        ...

    def rows(self, connection: Connection, person: Person) -> list[dict[str, Any]]:
        """Return the rows about a person, by the names of what they hold."""
        ...


class Spoken(Holding, Protocol):
    """A table of which any row may speak of anybody."""

    def erase(self, database: Database, person: Person, now: float) -> int:
        """Take the person out of the rows, in transactions of its own; return how many were changed."""
        ...


class Kept(Holding, Protocol):
    """A table of which rows belong to one person, and go with them."""

    def erase(self, connection: Connection, person: Person) -> int:
        """Delete the rows, inside a transaction; return how many."""
        ...


@frozen
class _Found:
    """Rows that are found by equality; ``told`` are what an export holds of them, as SQL over ``t`` and ``joins``."""

    table: str
    by: tuple[str, ...]
    told: Mapping[str, str]
    joins: str = field(default="", kw_only=True)
    also: tuple[str, ...] = field(default=(), kw_only=True)

    @property
    def columns(self) -> tuple[str, ...]:
        """What they are found by, and what goes with them."""
        return (*self.by, *self.also)

    def rows(self, connection: Connection, person: Person) -> list[dict[str, Any]]:
        """Return what is told of them."""
        where, params = self._where(person, "t.")
        if not (params and self.told):
            return []
        chosen = ", ".join(self.told.values())
        rows = connection.all(f"SELECT {chosen} FROM privcrm_{self.table} t {self.joins} WHERE {where}", *params)
        return [dict(zip(self.told, row, strict=True)) for row in rows]

    def erase(self, connection: Connection, person: Person) -> int:
        """Delete them."""
        where, params = self._where(person)
        return connection.run(f"DELETE FROM privcrm_{self.table} WHERE {where}", *params) if params else 0

    def _values(self, person: Person) -> Sequence[Any]:
        raise NotImplementedError

    def _where(self, person: Person, prefix: str = "") -> tuple[str, list[Any]]:
        values = self._values(person)
        if not values:
            return "", []
        any_of = " OR ".join(f"{prefix}{column} IN ({marks(values)})" for column in self.by)
        return f"{prefix}company = ? AND ({any_of})", [person.company, *list(values) * len(self.by)]


class _ByNumber(_Found):
    def _values(self, person: Person) -> Sequence[Any]:
        return person.numbers


class _ById(_Found):
    def _values(self, person: Person) -> Sequence[Any]:
        return person.ids

    def _where(self, person: Person, prefix: str = "") -> tuple[str, list[Any]]:
        where, params = super()._where(person, prefix)
        # No id is empty; said, it lets an index be used that leaves empty ones out.
        filled = " AND ".join(f"{prefix}{column} <> ''" for column in self.by)
        return (f"{where} AND {filled}", params) if params else (where, params)


class _Facts:
    """Facts that hang on the person's ids and identities; those on a shared identity stay for the others."""

    table = "fact"
    columns = ("value",)

    def rows(self, connection: Connection, person: Person) -> list[dict[str, Any]]:
        """Return them with their identities, hashed or not."""
        names: tuple[str, ...] = ("name", "kind", "value", "source", "type", "text", "at", "imported_at")
        found: list[dict[str, Any]] = []
        for identity in (*_ids(person), *person.identities):
            rows = connection.all(
                f"SELECT {', '.join(names)} FROM privcrm_fact WHERE company = ? AND kind = ? AND value = ?",
                *(person.company, *identity),
            )
            found.extend(dict(zip(names, row, strict=True)) for row in rows)
        return found

    def erase(self, connection: Connection, person: Person) -> int:
        """Delete them."""
        return connection.run_many(
            "DELETE FROM privcrm_fact WHERE company = ? AND kind = ? AND value = ?",
            [
                (person.company, *identity)
                for identity in (*_ids(person), *person.identities)
                if identity not in person.shared
            ],
        )


class _Invitations:
    """Who invited others into a group: that is taken off, the others stay."""

    table = "known_group_member"
    columns = ("invited_by",)

    def rows(self, connection: Connection, person: Person) -> list[dict[str, Any]]:
        """Return in which groups the person invited how many."""
        rows = connection.all(
            "SELECT group_id, count(*) FROM privcrm_known_group_member"
            f" WHERE company = ? AND invited_by IN ({marks(person.ids)}) GROUP BY group_id",
            *(person.company, *person.ids),
        )
        return [{"group_id": group_id, "invited": count} for group_id, count in rows]

    def erase(self, connection: Connection, person: Person) -> int:
        """Blank the inviter."""
        return connection.run(
            "UPDATE privcrm_known_group_member SET invited_by = ''"
            f" WHERE company = ? AND invited_by IN ({marks(person.ids)})",
            *(person.company, *person.ids),
        )


class _Files:
    """Files whose names name the person: an erasure tells of them for the last time."""

    table = "file"
    columns = ("path",)

    def rows(self, connection: Connection, person: Person) -> list[dict[str, Any]]:
        """Return nothing: an export lists all files."""
        del connection, person
        return []

    def erase(self, connection: Connection, person: Person) -> int:
        """Forget them."""
        redaction = person.redaction
        paths = connection.stream("SELECT path FROM privcrm_file WHERE company = ?", person.company)
        found = [path for (path,) in paths if redaction.is_in([path])]
        return connection.run_many(
            "DELETE FROM privcrm_file WHERE company = ? AND path = ?", [(person.company, path) for path in found]
        )


class _Snapshots:
    """Frozen segments: the person's bit."""

    table = "snapshot_bits"
    columns = ("bits",)

    def rows(self, connection: Connection, person: Person) -> list[dict[str, Any]]:
        """Return the snapshots that hold the person."""
        found = snapshots.holding(connection, person.company, person.numbers)
        names = connection.all("SELECT id, name, at FROM privcrm_snapshot WHERE company = ?", person.company)
        return [{"id": each, "name": name, "at": at} for each, name, at in names if each in found]

    def erase(self, connection: Connection, person: Person) -> int:
        """Take the bit out."""
        return snapshots.forget(connection, person.company, person.numbers)


def _ids(person: Person) -> list[tuple[str, str]]:
    return [("member_id", member_id) for member_id in person.ids]


_STAFF: Final = "JOIN privcrm_staff s ON s.company = t.company AND s.number = t.staff"
_MEMBER: Final = "JOIN privcrm_member m ON m.company = t.company AND m.number = t.member"
_TAG: Final = (
    "JOIN privcrm_tag g ON g.company = t.company AND g.number = t.tag"
    " LEFT JOIN privcrm_tag_group tg ON tg.company = g.company AND tg.group_id = g.group_id"
)


def _same(*names: str) -> dict[str, str]:
    return {name: f"t.{name}" for name in names}


ROWS: Final[tuple[Kept, ...]] = (
    _ByNumber(
        "follow_tag",
        ("member",),
        {
            "member_id": "m.member_id",
            "staff_id": "s.shown_id",
            "tag_id": "g.tag_id",
            "name": "g.name",
            "group": "coalesce(tg.name, '')",
        },
        joins=f"{_MEMBER} {_STAFF} {_TAG}",
    ),
    _ByNumber(
        "follow",
        ("member",),
        {
            "member_id": "m.member_id",
            "staff_id": "s.shown_id",
            **_same("created_at", "add_way", "state", "operator_id", "live", "ended_at", "ended_how", "gone_at"),
            **_same("as_of", "last_tags", "details"),
            NUMBER: "t.member",
        },
        joins=f"{_MEMBER} {_STAFF}",
        also=("operator_id", "details"),
    ),
    _ByNumber("tag_rule_hit", ("member",), _same("rule", "tag_id", "state", "why", "at", "removed_at")),
    _ByNumber("tag_rule_event", ("member",), _same("rule", "event", "at")),
    _ByNumber("deleted_tag_holder", ("member",), _same("tag", "staff")),
    _ByNumber("code_add", ("member",), _same("code", "staff", "at")),
    _ByNumber("code_join", ("member",), _same("code", "group_id", "how", "at")),
    _ByNumber("person_key", ("member",), {}),
    _ByNumber("person_merge", ("kept", "absorbed"), _same("id", "reason", "who", "at", "split_at", "split_by")),
    _Facts(),
    _ByNumber(
        "identity",
        ("member",),
        {"member_id": "m.member_id", **_same("kind", "value", "source", "since")},
        joins=_MEMBER,
        also=("value",),
    ),
    _Snapshots(),
    _Files(),
    _ById("known_follow", ("member_id",), _same("member_id", "staff_id", "since", "lives", "noted_at")),
    _ById("known_group_member", ("user_id",), _same("group_id", "joined_at", "scene", "invited_by", "state")),
    _Invitations(),
    _ById("welcome", ("subject",), _same("at", "kind", "staff", "state", "rule", "outcome", "decided_at")),
    _ById(
        "member",
        ("member_id",),
        {**_same("member_id", "kind", "gender", "is_customer", "first_seen", "as_of", "details"), NUMBER: "t.number"},
        also=("number", "details"),
    ),
)
"""In the order in which they are erased: the member last, by whom the others are found."""

TEXTS: Final[tuple[Spoken, ...]] = (
    Texts("timer", ("kind", "key"), ("key", "payload")),
    Texts("stage", ("job_id", "key", "seq"), ("key", "payload")),
    Texts("job", ("id",), ("params", "note")),
    Texts(
        "inbox",
        ("number",),
        ("subject", "concerns", "payload", "error", "storage_key", "business_key"),
        told=("kind", "at", "received_at", "source", "app", "state"),
        subject="subject",
        # Not to be handled any more, nor tried again by who is just at it; and nobody's turn is waited for.
        ending="subject = '', concerns = '', fence = fence + 1,"
        " state = CASE WHEN state = 'new' THEN 'done' ELSE state END",
    ),
    JobItems(),
)
"""Tables of which any row may speak of anybody: they are read to the end."""

NOBODY: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        ("bitmap", "bitmap_mark", "sync_seen"),
        "numbers, which are given once: without the member's row they are nobody's",
    ),
    **dict.fromkeys(
        ("staff", "staff_change", "staff_rename", "known_staff", "shop", "shop_department", "shop_staff"),
        "employees",
    ),
    **dict.fromkeys(("department", "department_staff"), "employees"),
    **dict.fromkeys(("tag", "tag_group", "group_tag", "known_group", "tag_rule"), "tags and groups"),
    **dict.fromkeys(("segment", "snapshot"), "conditions and counts"),
    **dict.fromkeys(
        ("live_code", "vendor_code", "code_state", "code_picture", "code_making", "code_alarm", "code_decision"),
        "codes, by keys and numbers",
    ),
    **dict.fromkeys(("code_seat", "code_day", "code_pace"), "employees and counts"),
    **dict.fromkeys(
        ("code_group", "code_prefix", "code_group_name", "code_generation", "code_hour", "code_group_image"),
        "groups and counts",
    ),
    **dict.fromkeys(("code_link", "code_funnel", "code_target", "code_door"), "codes, groups and counts"),
    **dict.fromkeys(
        ("code_reservation", "code_visitor", "code_commitment", "code_hold"),
        "visitors, by marks that the gateway made up, or keyed hashes",
    ),
    **dict.fromkeys(("sync_run", "sync_part", "known_mark", "counter", "bitmap_build"), "progress"),
    **dict.fromkeys(("send", "approval", "upload"), "digests and states"),
    **dict.fromkeys(("token", "quota", "breaker", "lease", "switch", "version"), "our own working"),
    "audit": "append-only; by rule it names nobody",
    "secret": "keys",
    "staff_task": "whoever is to be deleted is named only sealed with the store's keys",
    "task_point": "what is to be done, and how that is known",
    "tombstone": "keyed hashes",
}
"""The tables that name nobody, each with the reason."""
