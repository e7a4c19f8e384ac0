"""Books of messages, welcomes and chats as facts of the world, without any wire."""

import pytest

from privcrm.sandbox.world.messages import MassMessage, MessageBook, Result, Task
from privcrm.sandbox.world.staff_chats import StaffChat, StaffChatBook
from privcrm.sandbox.world.staff_messages import StaffMessageBook
from privcrm.sandbox.world.templates import GroupWelcomeBook
from privcrm.sandbox.world.welcomes import Greeting, WelcomeBook


@pytest.fixture
def messages():
    book = MessageBook()
    for at in (10, 20, 20, 30):
        book.add(MassMessage(len(book), "p", None, False, {}, at), {7: [1, 2], 3: None})
    return book


class TestMessages:
    @pytest.mark.parametrize(
        ("start", "after", "numbers"),
        [(0, -1, [0, 1, 2, 3]), (20, -1, [1, 2, 3]), (21, -1, [3]), (31, -1, []), (20, 1, [2, 3]), (0, 3, [])],
    )
    def test_messages_since_a_time_and_behind_a_number(self, messages, start, after, numbers):
        assert [m.number for m in messages.since(start, after)] == numbers

    def test_tasks_stand_by_ascending_sender(self, messages):
        assert [task.sender for task in messages.tasks(1)] == [3, 7]
        assert messages.task(1, 4) is None
        assert messages.find(4) is messages.find(-1) is None

    def test_a_task_waits_until_it_has_results(self, messages):
        task = messages.task(0, 7)
        assert list(task.outcomes()) == [(1, Result.WAITING), (2, Result.WAITING)]
        messages.change_task(Task(0, 7, [1, 2], 40, (Result.SENT, Result.OVER_QUOTA)))
        assert list(messages.task(0, 7).outcomes()) == [(1, Result.SENT), (2, Result.OVER_QUOTA)]
        assert list(messages.task(0, 3).outcomes()) == []

    def test_members_and_groups_with_one_number_are_counted_apart(self, messages):
        for at in (10, 20, 30):
            messages.reached(5, is_group=False, at=at)
        assert [messages.received_since(5, start, is_group=False) for start in (0, 10, 11, 30, 31)] == [3, 3, 2, 1, 0]
        assert messages.received_since(5, 0, is_group=True) == 0

    def test_nothing_written_shows_in_a_repr(self):
        assert "secret" not in repr(MassMessage(0, "p", None, False, {"text": {"content": "secret"}}, 1))


class TestWelcomes:
    def test_codes_differ_and_are_the_same_for_one_seed(self):
        first, second = WelcomeBook(1), WelcomeBook(1)
        codes = [first.issue(1, n, at=0) for n in range(100)]
        assert len(set(codes)) == 100
        assert codes == [second.issue(2, n, at=9) for n in range(100)]
        assert WelcomeBook(2).issue(1, 0, at=0) not in codes

    @pytest.mark.parametrize("arrives", [True, False])
    def test_a_greeting_is_under_way_and_then_arrived_or_not(self, arrives):
        book = WelcomeBook(1)
        code = book.issue(1, 2, at=0)
        book.greet(book.find(code), Greeting("p", 5, 10, arrives))
        welcome = book.find(code)
        assert [(welcome.under_way(now), welcome.greeted(now)) for now in (6, 10)] == [(True, False), (False, arrives)]

    def test_unknown_codes_and_reprs(self):
        book = WelcomeBook(1)
        code = book.issue(1, 2, at=0)
        assert book.find("") is None
        assert code not in repr(book.find(code))


def test_templates_deleted_are_not_found_but_still_listed():
    book = GroupWelcomeBook()
    first = book.add("p", {}, at=1, asks_staff=True)
    book.add("p", {}, at=2, asks_staff=False)
    book.delete(first)
    assert (book.living, len(book), book.find(0), book.find(9)) == (1, 2, None, None)
    assert [t.deleted for t in book.after(-1)] == [True, False]


def test_the_latest_of_equal_messages_is_found():
    book = StaffMessageBook()
    for at in (1, 2):
        book.add("p", (1,), {}, at=at, fingerprint="f")
    assert book.latest("f").sent_at == 2
    assert book.latest("g") is book.find(2) is None
    book.recall(book.find(0), at=3)
    assert [m.recalled_at for m in book.after(-1)] == [3, None]


def test_chats_keep_what_was_said_in_order():
    book = StaffChatBook()
    book.add(StaffChat(0, "n", "id", "p", 1, (1, 2), 0))
    for at in (1, 2):
        book.say(0, {"text": {"content": "secret"}}, at=at)
    assert [said.at for said in book.said(0)] == [1, 2]
    assert "secret" not in repr(book.said(0))
    assert book.find("other") is None
