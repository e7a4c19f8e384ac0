"""Two apps of one company are told of the same add: in every order, and at the same time, one welcome is sent."""

from threading import Barrier, Thread

from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from privcrm.clock import ManualClock
from privcrm.errors import AnswerLost, NotSent
from privcrm.events.router import Router
from privcrm.models import Content, Greeted
from privcrm.models.events import MemberAdded
from privcrm.provider import ProviderContext
from privcrm.sandbox.world import World
from privcrm.services.welcomes import WelcomeOutcome, WelcomeRule, Welcomes
from privcrm.testing import MemoryProvider

WHERE = {"provider": "memory", "operation": "messages.welcome"}
WORLD = World(staff=4, members=20, groups=1)
APPS = ("main", "office")


class Vendor:
    """Greets each member once, whichever code is used, and loses what it is told to."""

    def __init__(self, losses):
        self.losses, self.sent, self.seen = list(losses), [], set()

    def welcome(self, code, content, *, app=""):
        loss = self.losses.pop() if self.losses else ""
        if loss == "request":
            raise NotSent("x", **WHERE)
        fresh = not self.sent
        if fresh:
            self.sent.append((app, code))
        if loss == "answer":
            raise AnswerLost("x", **WHERE)
        return Greeted.NOW if fresh else Greeted.BEFORE

    def check_welcome(self, content):
        pass


class Died(BaseException):
    """The process is killed."""


def deliveries(at, codes):
    return [
        MemberAdded(app=app, at=at, key="k", staff_id="a", member_id="m", welcome_code=code)
        for app, code in zip(APPS, codes, strict=True)
    ]


@given(
    codes=st.tuples(st.sampled_from(["", "one"]), st.sampled_from(["", "two"])),
    order=st.lists(st.sampled_from([0, 1]), min_size=1, max_size=6),
    losses=st.lists(st.sampled_from(["", "request", "answer"]), max_size=5),
    deaths=st.sets(st.integers(0, 5), max_size=2),
)
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
def test_one_welcome_is_sent_in_whatever_order_the_apps_are_told(codes, order, losses, deaths):
    clock = ManualClock()
    provider, vendor = MemoryProvider(WORLD, ProviderContext(clock)), Vendor(losses)
    provider.messages = vendor
    welcomes = Welcomes(provider, Router(), clock, None)
    welcomes.add(WelcomeRule("all", Content("您好")))
    told, handled = deliveries(int(clock.time()), codes), []
    for turn, app in enumerate(order):
        event = evolve(told[app], welcome_codes={each.app: each.welcome_code for each in handled})
        handled.append(told[app])
        if turn in deaths:
            welcomes._book.settle, settle = _die, welcomes._book.settle
            try:
                welcomes.handle(event)
            except Died:
                pass
            finally:
                welcomes._book.settle = settle
            continue
        welcomes.handle(event)
    records = list(welcomes.outcomes())
    assert len(records) == 1
    ends = records[0].outcome
    assert len(vendor.sent) <= 1
    if vendor.sent:
        assert ends in (WelcomeOutcome.SENT, WelcomeOutcome.SENDING, WelcomeOutcome.UNKNOWN)
    elif not any(codes[app] for app in order):
        assert ends is WelcomeOutcome.NONE_OFFERED


def _die(record):
    raise Died


def test_told_at_the_same_time_both_apps_know_that_it_was_us(provider, welcomes, added, said):
    welcomes.add(WelcomeRule("all", Content("您好")))
    greet, both = provider.messages.welcome, Barrier(2, timeout=10)

    def together(code, content, *, app=""):
        both.wait()
        return greet(code, content, app=app)

    provider.messages.welcome = together
    event = added()
    threads = [Thread(target=welcomes.handle, args=(evolve(event, app=app),)) for app in APPS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(said()) == 1
    assert [each.outcome for each in welcomes.outcomes()] == [WelcomeOutcome.SENT]
