import pytest
from attrs import evolve
from cryptography.fernet import Fernet

from privcrm.clock import ManualClock
from privcrm.errors import ConfigurationError, InputError
from privcrm.models.ids import StaffId
from privcrm.models.staff_task import StaffTask, TaskPoint, TaskState
from privcrm.store import Store
from privcrm.store.keyring import Keyring
from privcrm.store.staff_tasks import StaffTasks

KEY = Fernet.generate_key().decode()


def tasks_of(store: Store, clock: ManualClock, *keys: str) -> StaffTasks:
    return StaffTasks(store.database, clock, Keyring(keys))


@pytest.fixture
def tasks(store: Store, clock: ManualClock) -> StaffTasks:
    return tasks_of(store, clock, KEY)


def put(store: Store, tasks: StaffTasks, *given: StaffTask) -> list[bool]:
    with store.database.transaction() as connection:
        return [tasks.open(connection, task) for task in given]


def task(name: str, staff: str = "Zhang", due_at: float = 0.0, details: str = "") -> StaffTask:
    return StaffTask(name, "delete_contact", StaffId(staff), "Delete the contact", details, due_at=due_at)


def test_a_task_is_kept_once(store: Store, tasks: StaffTasks, clock: ManualClock) -> None:
    assert put(store, tasks, task("a"), task("a", "Li"), task("b", "LI")) == [True, False, True]
    first, second = tasks.list()
    assert (first.task_id, first.staff_id, first.state, first.created_at) == ("a", "zhang", "open", clock.time())
    assert [each.task_id for each in tasks.list(staff_id="Li")] == ["b"]
    assert second.kind == "delete_contact"


def test_details_are_sealed_with_the_stores_keys(store: Store, tasks: StaffTasks, clock: ManualClock) -> None:
    put(store, tasks, task("a", details="wm1 Zhang San"))
    with store.database.connect() as connection:
        assert "wm1" not in repr(connection.all("SELECT * FROM privcrm_staff_task"))
    assert [each.details for each in tasks.list()] == ["wm1 Zhang San"]
    with pytest.raises(ConfigurationError, match="PRIVCRM_STORE_KEYS"):
        list(tasks_of(store, clock).list())


def test_without_keys_nobody_is_named(store: Store, clock: ManualClock) -> None:
    bare = tasks_of(store, clock)
    put(store, bare, task("a", details="wm1 Zhang San"))
    assert [each.details for each in bare.list()] == [""]


def test_open_tasks_come_due_the_longest_overdue_first(store: Store, tasks: StaffTasks, clock: ManualClock) -> None:
    now = clock.time()
    put(store, tasks, *(task(name, due_at=due) for name, due in (("a", now + 5), ("b", now), ("c", now - 5), ("d", 0))))
    assert [each.task_id for each in tasks.due()] == ["c", "b"]
    clock.advance(5)
    tasks.done("c", "the vendor's listing")
    assert [each.task_id for each in tasks.due()] == ["b", "a"]
    assert [each.is_late(clock.time()) for each in tasks.list()] == [False, True, False, False]


def test_the_first_evidence_counts(store: Store, tasks: StaffTasks, clock: ManualClock) -> None:
    put(store, tasks, task("a"), task("b"))
    clock.advance(7)
    done = tasks.done("a", "told by an event")
    clock.advance(7)
    assert tasks.done("a", "said so") == done
    assert (done.state, done.evidence, done.done_at) == (TaskState.DONE, "told by an event", clock.time() - 7)
    assert [each.task_id for each in tasks.list(state=TaskState.OPEN)] == ["b"]


def test_whom_a_task_was_about_is_forgotten_once_it_is_done(store: Store, tasks: StaffTasks) -> None:
    put(store, tasks, task("a", details="wm1 Zhang San"))
    assert tasks.done("a", "told by an event").details == ""
    with store.database.connect() as connection:
        assert connection.all("SELECT details FROM privcrm_staff_task") == [("",)]


def test_a_task_that_is_not_there_is_told(tasks: StaffTasks) -> None:
    with pytest.raises(InputError, match="no task 'x'"):
        tasks.done("x", "")


CHECKLIST = (TaskPoint("welcome", "Set the welcome template"), TaskPoint("notice", "Write the notice"))


def test_points_are_ticked_one_by_one_and_the_last_one_ends_the_task(
    store: Store, tasks: StaffTasks, clock: ManualClock
) -> None:
    put(store, tasks, evolve(task("a"), points=CHECKLIST), task("b"))
    assert [each.points for each in tasks.list()] == [CHECKLIST, ()]
    clock.advance(3)
    ticked = tasks.tick("a", "notice", "seen in the group")
    assert ticked.state is TaskState.OPEN
    assert ticked.points == (CHECKLIST[0], TaskPoint("notice", "Write the notice", "seen in the group", clock.time()))
    clock.advance(3)
    assert tasks.tick("a", "notice", "said so") == ticked
    done = tasks.tick("a", "welcome", "photo 17")
    assert (done.state, done.done_at, [point.is_ticked for point in done.points]) == ("done", clock.time(), [True] * 2)


@pytest.mark.parametrize(("name", "point"), [("a", "admins"), ("b", "notice"), ("none", "notice")])
def test_what_is_no_point_of_a_task_cannot_be_ticked(store: Store, tasks: StaffTasks, name: str, point: str) -> None:
    put(store, tasks, evolve(task("a"), points=CHECKLIST), task("b"))
    with pytest.raises(InputError, match=r"has no point|there is no task"):
        tasks.tick(name, point, "")
    assert {each.state for each in tasks.list()} == {TaskState.OPEN}


def test_the_last_of_a_series_is_found_by_how_ids_begin(store: Store, tasks: StaffTasks) -> None:
    put(store, tasks, task("spare-1-0001"), task("spare-1-0002"), task("spare-10-0001"))
    tasks.done("spare-1-0002", "")
    with store.database.connect() as connection:
        assert tasks.last_like(connection, "spare-1-") == ("spare-1-0002", TaskState.DONE)
        assert tasks.last_like(connection, "spare-2-") is None
