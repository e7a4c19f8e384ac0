"""Files in welcomes: uploaded ahead, kept over a restart, and no reason to stay silent."""

import os
from collections import Counter

import pytest

from privcrm.clock import ManualClock
from privcrm.errors import AnswerLost, InvalidArgument
from privcrm.events.router import Router
from privcrm.jobs import Jobs, Runner
from privcrm.models import Content, Image, Link, MediaKind, MiniProgram
from privcrm.services.welcomes import MediaFile, ShopStaff, WelcomeOutcome, WelcomeRule, Welcomes

DAY = 86_400


@pytest.fixture
def poster(tmp_path):
    path = tmp_path / "poster.png"
    path.write_bytes(b"first")
    return path


@pytest.fixture
def uploads(provider, monkeypatch):
    """Names and kinds of what is uploaded."""
    seen, upload = [], provider.media.upload

    def look(content, filename, kind, *more):
        seen.append((filename, kind))
        return upload(content, filename, kind, *more)

    monkeypatch.setattr(provider.media, "upload", look)
    return seen


@pytest.fixture
def rule(poster):
    return WelcomeRule("poster", Content("海报", (Image(MediaFile(poster)), Link("https://example.com", "Page"))))


@pytest.fixture
def sent(provider):
    """Return the content of the last welcome."""
    return lambda: list(provider.world.welcomes.after(-1))[-1].greeting.content["content"]


def test_a_file_is_uploaded_ahead_and_its_id_is_sent(welcomes, rule, uploads, added, sent, *, provider):
    welcomes.add(rule)
    welcomes.prepare()
    assert uploads == [("poster.png", MediaKind.IMAGE)]
    record = welcomes.handle(added())
    assert (record.outcome, record.left_out) == (WelcomeOutcome.SENT, 0)
    picture, link = sent().attachments
    assert provider.media.get(picture.media_id).content == b"first"
    assert link.title == "Page"
    assert len(uploads) == 1


def test_a_restart_uploads_nothing_anew_if_there_is_a_store(welcomes, rule, uploads, provider, clock, *, store):
    welcomes.add(rule)
    welcomes.prepare()
    again = Welcomes(provider, Router(), clock, store)
    again.add(rule)
    again.prepare()
    assert len(uploads) == (1 if store is not None else 2)


def test_an_upload_is_replaced_a_day_before_it_ends(welcomes, rule, uploads, clock):
    welcomes.add(rule)
    for _ in range(4):
        welcomes.prepare()
        clock.advance(DAY * 0.9)
    assert len(uploads) == 2


def test_a_file_that_has_changed_is_uploaded_anew(welcomes, rule, uploads, poster, added, *, sent, provider):
    welcomes.add(rule)
    welcomes.prepare()
    welcomes.handle(added())
    poster.write_bytes(b"second")
    os.utime(poster, (1, 1))
    welcomes.handle(added())
    assert provider.media.get(sent().attachments[0].media_id).content == b"second"


def test_what_was_not_prepared_is_uploaded_if_there_is_time(welcomes, rule, uploads, added):
    welcomes.add(rule)
    record = welcomes.handle(added())
    assert (record.outcome, record.left_out, len(uploads)) == (WelcomeOutcome.SENT, 0, 1)


def test_without_time_for_it_the_text_goes_alone_and_that_is_told(welcomes, rule, uploads, added, sent, *, clock):
    welcomes.add(rule)
    record = welcomes.handle(added(at=int(clock.time()) - 14))
    assert (record.outcome, record.left_out, uploads) == (WelcomeOutcome.SENT, 1, [])
    assert [type(each) for each in sent().attachments] == [Link]
    assert list(welcomes.outcomes()) == [record]


def test_an_upload_about_to_end_is_not_used(welcomes, rule, uploads, added, clock):
    welcomes.add(rule)
    welcomes.prepare()
    clock.advance(3 * DAY - 200)
    welcomes.handle(added())
    assert len(uploads) == 2


@pytest.mark.parametrize("problem", ["upload", "file"])
def test_an_upload_that_fails_does_not_keep_from_greeting(
    welcomes, rule, provider, monkeypatch, added, *, poster, problem
):
    def lost(*file):
        raise AnswerLost("lost", provider="memory", operation="media.upload")

    welcomes.add(rule)
    poster.unlink() if problem == "file" else monkeypatch.setattr(provider.media, "upload", lost)
    record = welcomes.handle(added())
    assert (record.outcome, record.left_out) == (WelcomeOutcome.SENT, 1)


def test_when_nothing_is_left_to_say_it_fails(welcomes, poster, added, clock):
    welcomes.add(WelcomeRule("picture", Content("", (Image(MediaFile(poster)),))))
    record = welcomes.handle(added(at=int(clock.time()) - 14))
    assert (record.outcome, record.code, record.left_out) == (WelcomeOutcome.FAILED, "InputError", 1)


def test_an_id_that_the_vendor_does_not_know_is_replaced(welcomes, rule, uploads, added, provider, *, monkeypatch):
    welcomes.add(rule)
    welcomes.prepare()
    greet, tries = provider.messages.welcome, Counter()

    def picky(code, content, **more):
        tries["calls"] += 1
        if tries["calls"] == 1:
            raise InvalidArgument("no such upload", provider="memory", operation="messages.welcome", code=40007)
        return greet(code, content, **more)

    monkeypatch.setattr(provider.messages, "welcome", picky)
    record = welcomes.handle(added())
    assert (record.outcome, record.left_out, len(uploads)) == (WelcomeOutcome.SENT, 0, 2)


def test_covers_and_contents_of_functions_are_prepared_too(welcomes, uploads, poster):
    cover = Content("小程序", (MiniProgram("wx1", "p", "Shop", MediaFile(poster)),))
    welcomes.add(WelcomeRule("made", lambda event: cover, prepare=(cover,)))
    welcomes.prepare()
    assert uploads == [("poster.png", MediaKind.IMAGE)]


@pytest.mark.parametrize("store", ["sqlite", "postgresql"], indirect=True)
def test_the_runner_keeps_uploads_and_departments_fresh(provider, router, store, rule, uploads, *, monkeypatch):
    clock: ManualClock = store.clock
    reads, read = [], provider.staff.list
    monkeypatch.setattr(provider.staff, "list", lambda one: reads.append(one) or read(one))
    jobs = Jobs(store, clock)
    welcomes = Welcomes(provider, router, clock, store, jobs.timers)
    department = next(iter(provider.staff.departments(None))).department_id
    welcomes.set_shops({"north": ShopStaff(department_ids=(department,))})
    welcomes.add(rule)
    welcomes.prepare()
    runner = Runner(jobs, clock)
    assert not runner.run_once()
    for _ in range(4):
        clock.advance(DAY)
        assert runner.run_once()
    assert (len(uploads), len(reads)) == (3, 5)


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_process_without_rules_leaves_the_timer_to_one_that_has_them(provider, router, store, rule, uploads):
    jobs = Jobs(store, store.clock)
    welcomes = Welcomes(provider, router, store.clock, store, jobs.timers)
    welcomes.add(rule)
    welcomes.prepare()
    store.clock.advance(3 * DAY)
    idle = Jobs(store, store.clock)
    Welcomes(provider, Router(), store.clock, store, idle.timers)
    assert not Runner(idle, store.clock).run_once()
    assert Runner(jobs, store.clock).run_once()
