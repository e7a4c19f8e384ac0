"""From a list of rows to the items of a job: rows and facts meet in the store, member by member, never in memory."""

from collections.abc import Iterator
from itertools import islice
from random import Random, SystemRandom
from typing import Final

from attrs import evolve

from privcrm.jobs import ItemDraft
from privcrm.models import Member, staff_key
from privcrm.provider import Provider
from privcrm.services.files.cells import bare_digits
from privcrm.services.files.problems import Problems
from privcrm.services.tagging import scratch
from privcrm.services.tagging.intake import Intake
from privcrm.services.tagging.names import TagLibrary
from privcrm.services.tagging.options import TagOptions
from privcrm.services.tagging.plan import Facts, plan_member, plan_unmatched
from privcrm.services.tagging.presence import Presence, ReadBy, facts_of
from privcrm.services.tagging.preview import Tally
from privcrm.services.tagging.progress import PlanStage, Watch
from privcrm.services.tagging.reader import Source, name_of, read_rows
from privcrm.services.tagging.relation import TagTable, Wish
from privcrm.services.tagging.rows import Key
from privcrm.store import Stage

Known = tuple[str, list[Wish], Facts | None]
"""A member with its rows and with what is known; None for a member whom the vendor does not know."""

_AT_ONCE: Final = 1_000
_LOOKED_UP_AT_ONCE: Final = 200
_SECRET_BYTES: Final = 32


class Planner:
    """Makes one plan: ``read`` the list, then take the ``items``.

    Afterwards ``tally``, ``table``, ``presence`` and ``read_by`` tell about it.
    """

    def __init__(
        self, provider: Provider, source: Source, options: TagOptions, watch: Watch, rng: Random | None = None
    ) -> None:
        self._provider = provider
        self.presence = Presence(provider, watch, options.max_calls)
        self.table = TagTable()
        self.tally = Tally(name_of(source))
        self.read_by = ReadBy.STAFF_PAGES
        self._source = source
        self._options = options
        self._watch = watch
        self._serving: frozenset[str] = frozenset()
        self._matching = scratch.Matching((rng or SystemRandom()).randbytes(_SECRET_BYTES))

    def read(self, stage: Stage) -> Intake:
        """Put the rows into ``stage``; raises ``InputError`` with everything that is wrong in the list."""
        problems = Problems(name_of(self._source))
        library = TagLibrary(self.presence.tag_groups(), create=self._options.create_tags)
        intake = Intake(self._options.key, library, self.table, problems, self._matching)
        rows = read_rows(self._source, self._options.key, problems)
        stage.add_many(intake.staged(self._watch.passing(PlanStage.READING_ROWS, rows)))
        problems.refuse()
        self.tally.rows = intake.rows
        return intake

    def items(self, stage: Stage, intake: Intake) -> Iterator[ItemDraft]:
        """Yield the items for the rows in ``stage``, in the order of member ids; ``stage`` is used up."""
        staff_ids = self._staff_to_read(intake)
        if self._options.key is Key.MEMBER_ID:
            self.read_by = self.presence.choose(intake.keys.distinct, staff_ids)
        if self.read_by is ReadBy.STAFF_PAGES:
            relations = self._watch.passing(PlanStage.READING_MEMBERS, self.presence.relations(staff_ids))
            stage.add_many(self._facts(relations, intake))
        for item in self._plan(stage, intake):
            self.tally.note(item)
            yield item

    def _staff_to_read(self, intake: Intake) -> list[str]:
        serving = self.presence.serving()
        self._serving = frozenset(map(staff_key, serving))
        if not intake.every_row_names_staff:
            return serving
        return [staff_id for staff_id in serving if staff_key(staff_id) in intake.staff_named]

    def _facts(self, relations: Iterator[Member], intake: Intake) -> Iterator[scratch.Staged]:
        """Yield the relations of wanted members; of all, where a phone or a unionid may mean anybody."""
        for member in relations:
            if self._options.key is not Key.MEMBER_ID:
                yield from self._candidates(member, intake)
            elif member.member_id not in intake.keys:
                continue
            yield scratch.facts_about(member.member_id, facts_of(member, self.table))

    def _candidates(self, member: Member, intake: Intake) -> Iterator[scratch.Staged]:
        for follow in member.follows:
            phones = map(bare_digits, follow.phones or ())
            for key in phones if self._options.key is Key.PHONE else filter(None, [member.unionid]):
                if key in intake.keys:
                    yield self._matching.candidate(key, member.member_id, follow.staff_id)

    def _plan(self, stage: Stage, intake: Intake) -> Iterator[ItemDraft]:
        if self._options.key is not Key.MEMBER_ID:
            self._match(stage)
        # Reading by pages is over by now; reading one by one goes on while the plan is made.
        doing = PlanStage.PLANNING if self.read_by is ReadBy.STAFF_PAGES else PlanStage.READING_MEMBERS
        for member_id, wishes, facts in self._watch.passing(doing, self._known(stage), intake.keys.distinct):
            self.tally.members += facts is not None
            yield from plan_member(member_id, wishes, facts, self._in_scope)
        for wish, found in scratch.rows_without_member(stage):
            yield from plan_unmatched(wish, found)

    def _in_scope(self, staff_id: str) -> bool:
        return self._provider.may_write("staff", staff_id)

    def _match(self, stage: Stage) -> None:
        """Put each row under the only member that its key means, or with those that mean none or several."""
        matched: list[scratch.Staged] = []
        for wish, found in scratch.matches(stage):
            if len(found) == 1:
                matched.append(scratch.wish_of(found[0], wish))
            else:
                matched.append(scratch.row_without_member(wish, found))
            if len(matched) >= _AT_ONCE:
                stage.add_many(matched)
                matched.clear()
        stage.add_many(matched)

    def _known(self, stage: Stage) -> Iterator[Known]:
        """Yield each member with its rows and with what is known, read now where pages did not tell it."""
        if self.read_by is ReadBy.STAFF_PAGES:
            members = scratch.members(stage)
            while batch := list(islice(members, _LOOKED_UP_AT_ONCE)):
                yield from self._completed(batch)
        else:
            wanted = ((member_id, wishes) for member_id, wishes, _ in scratch.members(stage))
            for member_id, wishes, member in self.presence.get_each(wanted):
                yield member_id, wishes, self._told(member, wishes)

    def _completed(self, batch: list[Known]) -> Iterator[Known]:
        """Yield the facts of the pages; where they lack what a row is about, those of the member's own record.

        Missing from the pages is who left, is known from groups only, or is followed by somebody not serving. Pages
        are read only where they are fewer than the members: both together cost less than twice one call for each.
        """
        missing = ((member_id, wishes) for member_id, wishes, facts in batch if not _is_complete(wishes, facts))
        found = {member_id: self._told(member, wishes) for member_id, wishes, member in self.presence.get_each(missing)}
        for member_id, wishes, facts in batch:
            yield member_id, wishes, found.get(member_id, facts)

    def _told(self, member: Member | None, wishes: list[Wish]) -> Facts | None:
        """Return what a member's own record tells.

        It lists employees without customer contact as well, which pages never do: they count only where a row names
        them, so that both ways of reading give one plan.
        """
        if member is None:
            return None
        named = {staff_key(wish.staff_id) for wish in wishes if wish.staff_id}
        facts = facts_of(member, self.table)
        follows = ((staff_key(follow[0]), follow) for follow in facts.follows)
        return evolve(facts, follows=tuple(follow for key, follow in follows if key in self._serving or key in named))


def _is_complete(wishes: list[Wish], facts: Facts | None) -> bool:
    """Return whether pages told all that these rows are about."""
    told = {staff_key(staff_id) for staff_id, _ in facts.follows} if facts else set[str]()
    return bool(told) and all(not wish.staff_id or staff_key(wish.staff_id) in told for wish in wishes)
