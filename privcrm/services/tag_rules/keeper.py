"""Rules that hear of events: what happens is compared with their triggers, and what they hit is planned."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from privcrm.clock import Clock
from privcrm.events.router import Router
from privcrm.models.events import (
    AcquisitionTalk,
    Event,
    GroupMembersJoined,
    MemberAdded,
    MemberEdited,
    MemberEvent,
    TagEvent,
)
from privcrm.models.ids import staff_key
from privcrm.models.tag_rule import AddedBetween, ChannelIs, HappenedAtLeast, JoinedGroup, StateContains, TagRule
from privcrm.services.tag_rules.codec import told
from privcrm.services.tag_rules.finding import Finding
from privcrm.services.tag_rules.hits import Hits, Pair
from privcrm.services.tag_rules.records import RuleRecords
from privcrm.services.tag_rules.tag_users import TagUsers
from privcrm.store.database import Connection, Database
from privcrm.store.mirror.numbers import Numbers

__all__ = ["RuleKeeper", "subscribe"]

MOST_IN_GROUP: Final = 5_000
_DAY: Final = 86_400


class RuleKeeper:
    """The handler ``privcrm.tag_rules``; it comes after those that keep the mirror true.

    ``due`` is called when something was hit: what is planned is to be gathered into a job.
    """

    def __init__(
        self, database: Database, records: RuleRecords, finding: Finding, clock: Clock, due: Callable[[], None]
    ) -> None:
        self._database = database
        self._company = database.company
        self._records = records
        self._finding = finding
        self._clock = clock
        self._due = due
        self._hits = Hits(database)
        self._users = TagUsers(database)
        self._numbers = Numbers(database)

    def take(self, event: Event) -> None:
        """Take an event in; the same one twice hits once."""
        if not self._active():  # most companies have no rules: their events hold up no writer
            return
        with self._database.transaction() as connection:
            rules = [each for each in self._records.all(connection) if each.state == "active"]
            if isinstance(event, MemberEdited):
                self._notice(connection, event)
            if isinstance(event, TagEvent):
                self._users.freeze_deleted(connection)
            matched = [self._take(connection, rule, event) for rule in rules if not rule.frozen]
        if any(matched):  # also where nothing is new: a process may have been killed between the two
            self._due()

    def _active(self) -> bool:
        with self._database.connect() as connection:
            return any(each.state == "active" for each in self._records.all(connection))

    def _take(self, connection: Connection, rule: TagRule, event: Event) -> bool:
        matched = False
        for trigger in rule.when:
            match trigger:
                case StateContains() | ChannelIs() | AddedBetween() if isinstance(event, MemberAdded):
                    pairs = self._added(connection, trigger, event)
                case JoinedGroup() if isinstance(event, GroupMembersJoined):
                    pairs = self._joined(connection, trigger, event)
                case HappenedAtLeast() if isinstance(event, trigger.kind):
                    pairs = self._counted(connection, rule, trigger, event)
                case _:
                    pairs = ()
            if pairs:
                matched = True
                anew = event.at if isinstance(event, MemberAdded) else 0.0
                now, clause = self._clock.time(), told(trigger)
                self._hits.record(
                    connection, rule, pairs, clause=clause, now=now, event=event.key, anew_before=float(anew)
                )
        return matched

    def _added(
        self, connection: Connection, trigger: StateContains | ChannelIs | AddedBetween, event: MemberAdded
    ) -> Sequence[Pair]:
        pair = self._pair(connection, event)
        if isinstance(trigger, AddedBetween):
            return [pair] if trigger.holds(event.at) else []
        state = event.state or self._state(connection, pair)
        holds = trigger.keyword in state if isinstance(trigger, StateContains) else trigger.state == state
        return [pair] if holds else []

    def _joined(self, connection: Connection, trigger: JoinedGroup, event: GroupMembersJoined) -> Sequence[Pair]:
        if not self._finding.is_meant(connection, trigger, event.group_id):
            return []
        return self._finding.followers(connection, self._people(connection, event))

    def _counted(self, connection: Connection, rule: TagRule, trigger: HappenedAtLeast, event: Event) -> Sequence[Pair]:
        often: list[int] = []
        since = event.at - trigger.days * _DAY
        for member in self._people(connection, event):
            mine = (self._company, rule.id, member)
            connection.run(
                "INSERT INTO privcrm_tag_rule_event (company, rule, member, event, at) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT DO NOTHING",
                *(*mine, event.key or f"{type(event).__name__} {event.at}", event.at),
            )
            connection.run(
                "DELETE FROM privcrm_tag_rule_event WHERE company = ? AND rule = ? AND member = ? AND at <= ?",
                *(*mine, since),
            )
            row = connection.one(
                "SELECT COUNT(*) FROM privcrm_tag_rule_event WHERE company = ? AND rule = ? AND member = ?", *mine
            )
            if row is not None and row[0] >= trigger.times:
                often.append(member)
        return self._finding.followers(connection, often)

    def _people(self, connection: Connection, event: Event) -> Iterable[int]:
        """Return the numbers of the members whom an event is about."""
        if not isinstance(event, GroupMembersJoined):
            return self._numbers.members(connection, [event.subject] if event.subject else []).values()
        ids = list(event.user_ids)
        if len(ids) < event.count:  # the vendor did not say who: all who are in it have come at some time
            rows = connection.all(
                "SELECT user_id FROM privcrm_known_group_member"
                " WHERE company = ? AND group_id = ? AND is_staff = 0 LIMIT ?",
                *(self._company, event.group_id, MOST_IN_GROUP),
            )
            ids = [user_id for (user_id,) in rows]
        return self._numbers.members(connection, ids).values()

    def _pair(self, connection: Connection, event: MemberEvent) -> Pair:
        member = self._numbers.ensure_members(connection, [event.member_id], self._clock.time())[event.member_id]
        return member, self._numbers.ensure_staff(connection, [event.staff_id])[staff_key(event.staff_id)]

    def _state(self, connection: Connection, pair: Pair) -> str:
        row = connection.one(
            "SELECT state FROM privcrm_follow WHERE company = ? AND member = ? AND staff = ?", self._company, *pair
        )
        return "" if row is None else str(row[0])

    def _notice(self, connection: Connection, event: MemberEdited) -> None:
        for member in self._numbers.members(connection, [event.member_id]).values():
            self._hits.taken_off(connection, member)


def subscribe(router: Router, keeper: Callable[[], RuleKeeper]) -> None:
    """Register it; the store is opened with the first event, not before."""

    @router.on(MemberEvent, GroupMembersJoined, AcquisitionTalk, TagEvent, sweep=True, name="privcrm.tag_rules")
    def keep_rules(event: Event) -> None:
        keeper().take(event)
