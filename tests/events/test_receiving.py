"""Taking in: what is answered, what is refused, and what must not be answered at all."""

import logging
import threading

import pytest

from privcrm.clock import ManualClock
from privcrm.errors import ConfigurationError, StoreError, WriteForbidden
from privcrm.events.memory_inbox import MemoryInbox
from privcrm.events.stored_inbox import StoredInbox
from privcrm.models import Content
from privcrm.models.events import Event, MemberAdded, MessageReceived
from privcrm.provider import CallbackApp, Secret
from privcrm.provider.quiet import check_calls
from privcrm.web.answering import Answering
from privcrm.web.receiver import Receiver
from tests.events.told import AT, Place, ToldProvider, added, body_of

DAY = 86_400.0


class Moody(MemoryInbox):
    """Fails to keep as often as told, and takes its time for it."""

    def __init__(self, failures: int = 0, clock: ManualClock | None = None, takes: float = 0.0) -> None:
        super().__init__()
        self.failures = failures
        self.clock = clock
        self.takes = takes

    def add(self, arrivals, patience):
        if self.clock is not None:
            self.clock.advance(self.takes)
        if self.failures:
            self.failures -= 1
            raise StoreError("away")
        return super().add(arrivals, patience)


def test_what_was_kept_is_answered_with_an_empty_200():
    place = Place(MemoryInbox())
    reply = place.post(added(1))
    assert (reply.status, reply.body, reply.abort) == (200, b"", False)
    assert place.webhooks.inbox.summary().new == 1


def test_the_vendors_check_of_our_address_is_answered_with_its_own_words():
    place = Place(MemoryInbox())
    reply = place.webhooks.handle("GET", f"token=ours&at={int(place.real.time())}&echo=123", [], b"")
    assert (reply.status, reply.body) == (200, b"123")
    assert ("Content-Type", "text/plain") in reply.headers


@pytest.mark.parametrize(
    "wrong",
    [{"token": "theirs"}, {"body": b"garbage"}, {"age": 400.0}, {"age": -400.0}],
    ids=["signature", "key", "old", "ahead"],
)
def test_all_refusals_look_alike(wrong):
    place, other = Place(MemoryInbox()), Place(MemoryInbox())
    refused = place.post(added(1), **wrong)
    assert refused == other.post(added(2), token="also wrong")
    assert refused.status == 403
    assert not place.webhooks.inbox.summary().new


def test_refusals_are_counted_by_what_was_wrong():
    place = Place(MemoryInbox())
    place.post(added(1), token="theirs")
    place.post(body=b"garbage")
    assert place.webhooks.health()["refused"] == {"signature": 1, "key": 1}


def test_other_methods_are_told_which_ones_are_taken():
    reply = Place(MemoryInbox()).webhooks.handle("PUT", "", [], b"")
    assert reply.status == 405
    assert ("Allow", "GET, POST") in reply.headers


def test_headers_may_be_a_mapping_too():
    place = Place(MemoryInbox())
    assert place.webhooks.handle("POST", f"token=ours&at={int(place.real.time())}", {"A": "b"}, b"").status == 200


def test_a_check_of_our_address_opens_no_store():
    """The console waits a second for it, and a cold store may take as long."""
    place = Place(lambda: pytest.fail("the store was opened"))
    assert place.webhooks.handle("GET", f"token=ours&at={int(place.real.time())}&echo=123", [], b"").body == b"123"


# -- what cannot be kept


def test_a_store_that_fails_for_a_while_is_asked_again():
    place = Place(Moody(failures=5))
    assert place.post(added(1)).status == 200
    assert sum(place.real.slept) < 4


def test_a_store_that_goes_on_failing_leaves_the_vendor_without_an_answer_before_it_hangs_up():
    place = Place(Moody(failures=10_000))
    began = place.real.monotonic()
    assert place.post(added(1)).abort
    assert 3.5 < place.real.monotonic() - began <= 4
    assert place.webhooks.health()["lost"] == 1


def test_a_slow_store_that_fails_is_given_up_in_time():
    inbox = Moody(failures=10_000)
    place = Place(inbox)
    inbox.clock, inbox.takes = place.real, 1.5
    began = place.real.monotonic()
    assert place.post(added(1)).abort
    assert place.real.monotonic() - began < 6


def test_a_store_that_cannot_be_opened_is_no_answer_either():
    def closed():
        raise StoreError("made by a newer privcrm")

    assert Place(closed).post(added(1)).abort


def test_a_bug_while_keeping_is_no_answer_either():
    inbox = Moody()
    inbox.add = lambda arrivals, patience: 1 / 0
    assert Place(inbox).post(added(1)).abort


def test_what_cannot_be_told_apart_from_a_bug_in_the_adapter_is_no_answer_either(caplog):
    provider = ToldProvider()
    provider.callbacks.open = lambda *args, **more: {}["secret text"]
    assert Place(MemoryInbox(), provider=provider).post(added(1)).abort
    assert "secret text" not in caplog.text


# -- age


def test_with_a_store_an_old_message_is_accepted_once_marked_and_alarmed(store, caplog):
    place = Place(StoredInbox(store.database, store.clock))
    seen = []
    place.router.on(MemberAdded, name="see")(seen.append)
    with caplog.at_level(logging.WARNING, "privcrm.events"):
        assert place.post(added(1), age=2 * DAY).status == 200
    assert "signed 172800 s ago" in caplog.text
    assert place.post(added(1), age=2 * DAY).status == 200
    place.webhooks.work()
    assert [event.stale for event in seen] == [True]


def test_what_is_older_than_keys_are_kept_is_refused(store):
    place = Place(StoredInbox(store.database, store.clock))
    assert place.post(added(1), age=8 * DAY).status == 403


def test_the_key_of_what_is_still_accepted_is_never_forgotten(store):
    place = Place(StoredInbox(store.database, store.clock))
    signed_ahead = -299.0
    place.post(added(1), age=signed_ahead)
    place.webhooks.work()
    place.real.advance(7 * DAY - 1)
    place.webhooks.purge()
    assert place.post(added(1), age=7 * DAY - 1 + signed_ahead).status == 200
    assert place.webhooks.health()["repeated"] == 1
    place.real.advance(DAY)
    assert place.webhooks.purge() == 1


def test_an_old_event_signed_anew_is_refused(store):
    """Who knows the token can sign; what was sealed says when it happened."""
    place = Place(StoredInbox(store.database, store.clock))
    place.real.advance(8 * DAY)
    assert place.post(added(1)).status == 403
    assert place.webhooks.health()["refused"] == {"stale": 1}


def test_the_vendors_signature_is_judged_by_the_real_clock_whatever_the_crms_shows():
    place = Place(MemoryInbox())
    place.clock.advance(90 * DAY)
    assert place.post(added(1)).status == 200


# -- many at once


def test_those_who_come_together_are_kept_in_few_commits(store):
    inbox, commits, gate = StoredInbox(store.database, store.clock), [], threading.Event()
    place = Place(inbox, commit_within=30.0)
    keep = inbox.add

    def add(arrivals, patience):
        gate.wait(20)
        commits.append(len(arrivals))
        return keep(arrivals, 20.0)

    inbox.add = add
    threads = [threading.Thread(target=lambda n=n: place.post(added(n))) for n in range(30)]
    for thread in threads:
        thread.start()
    while len(place.webhooks.receiver._commits._queue) < 29 and not commits:
        pass
    gate.set()
    for thread in threads:
        thread.join(30)
    assert sum(commits) == inbox.summary().new == 30
    assert len(commits) <= 3


@pytest.mark.parametrize("error", [StoreError("bad row"), RuntimeError("a bug")])
def test_one_that_cannot_be_kept_does_not_keep_the_others_out(error):
    inbox = MemoryInbox()
    keep = inbox.add

    def add(arrivals, patience):
        if any(arrival.subject == "wm13" for arrival in arrivals):
            raise error
        return keep(arrivals, patience)

    inbox.add = add
    place = Place(inbox, commit_within=0.2)
    replies = {}
    threads = [threading.Thread(target=lambda n=n: replies.update({n: place.post(added(n))})) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert [number for number, reply in replies.items() if reply.abort] == [13]
    assert inbox.summary().new == 19


def test_a_commit_that_hangs_holds_up_only_those_who_waited_for_it():
    inbox, hanging, release, calls = MemoryInbox(), threading.Event(), threading.Event(), []
    keep = inbox.add

    def add(arrivals, patience):
        calls.append(arrivals)
        if len(calls) == 1:
            hanging.set()
            release.wait(20)
        return keep(arrivals, patience)

    inbox.add = add
    place = Place(inbox)
    first = threading.Thread(target=lambda: place.post(added(1)))
    first.start()
    assert hanging.wait(20)
    place.real.advance(6.0)
    assert place.post(added(2)).status == 200
    release.set()
    first.join(20)
    assert inbox.summary().new == 2


# -- replies


def spoke(text="hi") -> MessageReceived:
    return MessageReceived(at=AT, staff_id="zhaoyi", message_id="m1", text=text)


def test_a_passive_reply_goes_out_sealed_and_the_event_is_kept():
    place = Place(MemoryInbox())
    place.router.replies(MessageReceived)(lambda event: f"you said {event.text}")
    assert place.post(spoke()).body == b"sealed you said hi"
    assert place.webhooks.inbox.summary().new == 1


def test_the_first_replier_that_says_something_is_heard():
    place = Place(MemoryInbox())
    place.router.replies(Event)(lambda event: None)
    place.router.replies(MessageReceived)(lambda event: Content("second"))
    place.router.replies(MessageReceived)(lambda event: "third")
    assert place.post(spoke()).body == b"sealed second"


def test_a_replier_that_raises_or_hangs_leaves_an_empty_answer():
    release = threading.Event()
    place = Place(MemoryInbox(), reply_within=0.05)
    place.router.replies(MessageReceived)(lambda event: release.wait(20) and "late")
    assert (place.post(spoke()).status, place.post(spoke("b")).body) == (200, b"")
    release.set()
    place = Place(MemoryInbox())
    place.router.replies(MessageReceived)(lambda event: {}["x"])
    assert (place.post(spoke()).status, place.post(spoke("b")).body) == (200, b"")


def test_repliers_that_hang_are_bounded_in_number(monkeypatch):
    monkeypatch.setattr("privcrm.events.replying.MOST_AT_ONCE", 2)
    release, asked = threading.Event(), []
    place = Place(MemoryInbox(), reply_within=0.02)
    place.router.replies(MessageReceived)(lambda event: asked.append(event) or (release.wait(20) and None))
    for number in range(5):
        assert place.post(spoke(str(number))).status == 200
    assert len(asked) == 2
    release.set()


def test_a_replier_may_make_no_vendor_calls():
    place, met = Place(MemoryInbox()), []

    def replier(event):
        try:
            check_calls("mark_tag")
        except WriteForbidden as error:
            met.append(str(error))
        return "done"

    place.router.replies(MessageReceived)(replier)
    assert place.post(spoke()).body == b"sealed done"
    assert "mark_tag was not sent" in met[0]
    check_calls("mark_tag")


def test_an_async_replier_is_refused_when_it_is_registered():
    async def replier(event):
        return "x"

    with pytest.raises(ConfigurationError):
        Place(MemoryInbox()).router.replies(MessageReceived)(replier)


# -- several companies and apps


def companies(*described):
    places = [Place(MemoryInbox(), provider=ToldProvider(name, *apps)) for name, apps in described]
    return places, Answering([place.webhooks.desk for place in places], places[0].real)


def app(name: str, token: str, path: str = "") -> CallbackApp:
    return CallbackApp(name, path, (Secret(token),))


def query_of(place, token):
    return f"token={token}&at={int(place.real.time())}"


def test_whose_a_message_is_the_token_tells():
    (acme, beta), answering = companies(("acme", [app("main", "a")]), ("beta", [app("main", "b")]))
    assert answering.handle("POST", query_of(acme, "b"), [], b"").status == 200
    assert (acme.provider.callbacks.opened, beta.provider.callbacks.opened) == (0, 1)


def test_a_path_belongs_to_one_app_and_no_other_is_tried_there():
    (acme, beta), answering = companies(("acme", [app("main", "a", "/acme")]), ("beta", [app("main", "b")]))
    assert answering.handle("POST", query_of(acme, "b"), [], b"", "/acme").status == 403
    assert answering.handle("POST", query_of(acme, "a"), [], b"", "/elsewhere").status == 403
    assert answering.handle("POST", query_of(acme, "a"), [], b"", "acme/").status == 200
    assert answering.handle("POST", query_of(acme, "b"), [], b"", "/elsewhere").status == 200
    assert beta.provider.callbacks.opened == 1


def test_a_message_with_our_token_and_another_key_is_tried_with_no_other_company():
    (acme, beta), answering = companies(("acme", [app("main", "a")]), ("beta", [app("main", "b")]))
    beta.provider.callbacks.open = lambda *args, **more: pytest.fail("tried to decrypt for another company")
    assert answering.handle("POST", query_of(acme, "a"), [], b"garbage").status == 403


@pytest.mark.parametrize(
    "described",
    [
        [("acme", [app("main", "a")]), ("beta", [app("main", "a")])],
        [("acme", [app("main", "a", "/x")]), ("beta", [app("main", "b", "x/")])],
        [("acme", [app("main", "a"), app("second", "a")])],
    ],
    ids=["token", "path", "apps"],
)
def test_who_could_not_be_told_apart_is_refused_at_once(described):
    with pytest.raises(ConfigurationError):
        companies(*described)


def test_a_receiver_tells_how_all_its_companies_stand_and_handles_for_all():
    places = [Place(MemoryInbox(), provider=ToldProvider(name, app("main", name))) for name in ("acme", "beta")]
    receiver = Receiver(places)
    for place in places:
        place.router.on(Event, name="x")(lambda event: None)
        assert receiver.handle("POST", query_of(place, place.provider.company), [], body_of(added(1))).status == 200
    assert receiver.work() == 2
    health = receiver.health()
    assert (health["status"], [each["stored"] for each in health["companies"]]) == ("ok", [1, 1])
    places[1].webhooks.inbox.summary = _away
    assert receiver.health()["status"] == "store_unreachable"


def _away():
    raise StoreError("away")


def test_apps_of_one_token_may_be_told_apart_by_their_paths():
    (acme,), answering = companies(("acme", [app("main", "a", "/1"), app("second", "a", "/2")]))
    assert answering.handle("POST", query_of(acme, "a"), [], b"", "/2").status == 200


def test_a_company_without_tokens_is_told_what_to_set():
    provider = ToldProvider()
    provider.callbacks._apps = ()
    with pytest.raises(ConfigurationError, match="CALLBACK_TOKEN"):
        Place(MemoryInbox(), provider=provider).post(added(1))
