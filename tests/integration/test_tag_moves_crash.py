"""kill -9 of a process that merges tags: no tag goes before all its holders carry the new one."""

import random
import signal
from fnmatch import fnmatch
from pathlib import Path

import pytest

from privcrm import CRM
from privcrm.jobs import JobState, OutcomeState
from privcrm.sandbox import Sandbox

from .conftest import Shop
from .processes import Killer

KILLS = 10
CALLS_TO_A_KILL = 30
SOURCES, TARGET = ("旧/甲", "旧/乙"), "新/老客"


@pytest.mark.crash
def test_kills_at_random_moments_and_at_each_of_the_last_steps(tmp_path: Path, workers, monkeypatch):
    store = f"sqlite:///{tmp_path / 'store.db'}"
    moments = random.Random(20261128).choices(range(3, CALLS_TO_A_KILL), k=KILLS)
    with Sandbox(seed=11, staff=8, members=300, groups=0) as sandbox, CRM.from_env(sandbox.env, store=store) as crm:
        shop = Shop(sandbox, crm, tmp_path)
        put_tags(shop)
        crm.sync.run()
        before = shop.relations()
        holders = {pair for pair, tags in before.items() if tags & set(SOURCES)}
        assert len(holders) > KILLS * CALLS_TO_A_KILL // 2
        merging = workers("tag_move_process.py", sandbox.env, store, TARGET, *SOURCES)
        killer = Watching(sandbox, holders)
        monkeypatch.setattr(sandbox.recorder, "note", killer.note)
        for call in moments:
            assert killer.kill_next(merging, call) == -signal.SIGKILL, "the job was over before all the kills"
        for path in ("*/batch/get_by_user", "*/del_corp_tag", "*/del_corp_tag"):
            assert killer.kill_at(merging, path) == -signal.SIGKILL, path
        merging.start()
        assert merging.end() == 0

        wanted = {
            pair: (tags - set(SOURCES)) | ({TARGET} if pair in holders else set()) for pair, tags in before.items()
        }
        assert shop.relations() == wanted
        assert killer.deletions > 1
        assert killer.losses == 0
        (job,) = (job for job in crm.jobs.list() if job.state is not JobState.PREPARING)
        assert (job.state, job.counts[OutcomeState.DONE]) == (JobState.DONE, len(holders) + 1)
        assert mirrored(crm, TARGET) == len(holders)


def put_tags(shop):
    """Make tags of our own, and put the sources on two thirds of all relations, overlapping."""
    for title in (*SOURCES, TARGET):
        group, _, name = title.partition("/")
        shop.crm.provider.tags.create([name], group_name=group)
    world = shop.sandbox.company.world
    numbers = tag_numbers(shop.sandbox)
    for place, relation in enumerate(world.relations()):
        more = {numbers[title] for title, every in zip(SOURCES, (2, 3), strict=True) if place % every == 0}
        staff, member = relation.staff.number, relation.member.number
        world.follows.set_tags(staff, member, {*world.live_tags(staff, member), *more})


def tag_numbers(sandbox):
    library = sandbox.company.world.tags
    return {f"{group.name}/{tag.name}": tag.number for group in library.groups() for tag in library.tags(group.number)}


def mirrored(crm, title):
    """Return how many relations wear a tag by the mirror."""
    with crm.store.database.connect() as connection:
        (count,) = connection.one(
            "SELECT COUNT(*) FROM privcrm_follow_tag w JOIN privcrm_tag t ON t.number = w.tag WHERE t.name = ?",
            title.partition("/")[2],
        )
    return count


class Watching(Killer):
    """A killer that also looks, whenever a tag was deleted, whether every holder carries the target."""

    def __init__(self, sandbox, holders):
        super().__init__(sandbox)
        self._sandbox = sandbox
        self._holders = holders
        self._at = ""
        self.deletions = 0
        self.losses = 0

    def note(self, call):
        if fnmatch(call.path, "*/del_corp_tag"):
            self.deletions += 1
            self._look()
        if self._at and fnmatch(call.path, self._at):
            self._at, self._left = "", 1
        super().note(call)

    def kill_at(self, workers, path):
        """Start a process and kill it while the vendor answers its next call of a path."""
        self._left, self._at = 0, path
        self._victims.put(workers.start())
        return workers.end()

    def _look(self):
        company = self._sandbox.company
        target = tag_numbers(self._sandbox)[TARGET]
        for staff_id, member_id in self._holders:
            staff, member = company.world.staff.find(staff_id), company.ids.member_number(member_id)
            self.losses += target not in company.world.live_tags(staff.number, member)
