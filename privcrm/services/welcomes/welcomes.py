"""The front: what ``crm.welcomes`` is."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from threading import Lock
from typing import Final

from attrs import evolve

from privcrm.clock import Clock
from privcrm.errors import InputError, UnsupportedCapability
from privcrm.events.router import Router
from privcrm.forks import reset_in_children
from privcrm.jobs.timers import Timers
from privcrm.models import Content
from privcrm.models.events import ArchivingAgreed, Greetable, MemberAdded, MemberAddedUnconfirmed
from privcrm.models.fields import instance_of
from privcrm.provider import Provider
from privcrm.services.once.submitting import require
from privcrm.services.welcomes import words
from privcrm.services.welcomes.book import MemoryBook, StoredBook
from privcrm.services.welcomes.greeter import Greeter
from privcrm.services.welcomes.media import REFRESH_SECONDS, Shelf
from privcrm.services.welcomes.outcome import WelcomeRecord
from privcrm.services.welcomes.report import WelcomeReport, report_of
from privcrm.services.welcomes.rule import WelcomeRule
from privcrm.services.welcomes.shops import Shops, ShopStaff
from privcrm.services.welcomes.uploads import MemoryUploads, StoredUploads
from privcrm.store import Store, Timer

HANDLER: Final = "privcrm.welcomes"
"""The name under which the inbox remembers that an add was greeted."""
TIMER: Final = "welcomes.prepare"
PREPARE_SECONDS: Final = 12 * 3_600.0
"""How often departments of shops are read anew, and uploads looked at."""

_EVER: Final = 2**62


class Welcomes:
    """Greets new members within the seconds that vendors allow; the first rule that fits an add says what is said.

    ``shadow``: decide everything, write it down as ``shadow``, and send nothing.
    """

    def __init__(
        self,
        provider: Provider,
        router: Router,
        clock: Clock,
        store: Store | None,
        timers: Timers | None = None,
        *,
        first: WelcomeRule | None = None,
    ) -> None:
        """``first`` comes before all rules that are added: what a live code says goes before what is said to all."""
        self.shadow = False
        self._first = () if first is None else (first,)
        self._provider = provider
        self._router = router
        self._clock = clock
        self._timers = timers
        self._rules: tuple[WelcomeRule, ...] = ()
        self._shops = Shops(provider.staff)
        uploads = MemoryUploads() if store is None else StoredUploads(store.database)
        self._shelf = Shelf(provider.media, uploads, clock)
        self._book = MemoryBook() if store is None else StoredBook(store.database)
        self._greeter = Greeter(provider, clock, self._book, self._shelf, self._shops)
        self.reset()
        reset_in_children(self)

    def reset(self) -> None:
        """Start with a new lock, after a fork."""
        self._lock = Lock()

    def add(self, rule: WelcomeRule) -> None:
        """Have adds greeted by a rule, after all rules that were added before it.

        Raises ``InputError`` for a name that is taken, a shop that is not known, a file that is not there, braces
        around what is no name, and a text or attachments that the vendor would refuse; ``UnsupportedCapability``. What
        a function returns is checked when it does. Call ``prepare`` when all rules are there.
        """
        require(self._provider, "messages.welcome")
        instance_of(WelcomeRule, "add", rule)
        self._shops.check(rule.only_for.shops)
        self._shelf.check(rule.contents)
        for content in rule.contents:
            self._check(content)
        with self._lock:
            if any(rule.name == each.name for each in (*self._first, *self._rules)):
                raise InputError(f"two rules are called {rule.name!r}: give one of them another name")
            if not self._rules:
                self._subscribe()
            self._rules = (*self._rules, rule)

    def set_shops(self, shops: Mapping[str, ShopStaff]) -> None:
        """Say who works in the shops that rules name, in place of what was said before.

        Departments are read by ``prepare``, else when the first add asks. Raises ``InputError`` if a rule names a shop
        that is no longer there.
        """
        made = Shops(self._provider.staff)
        made.set({name: instance_of(ShopStaff, f"set_shops[{name!r}]", shop) for name, shop in shops.items()})
        for rule in self._rules:
            made.check(rule.only_for.shops)
        self._shops.set(shops)

    def prepare(self) -> None:
        """Upload the files of all rules, read the departments of shops, and see to it that both stay fresh.

        Uploads that live long enough are kept, also over a restart if there is a store. With a store, ``privcrm run``
        in the application does it again in time; without one, call it twice a day. Raises what reading a file, uploads
        and the directory raise.
        """
        ends = self._shelf.prepare(content for rule in self._rules for content in rule.contents)
        departments = self._shops.refresh()
        self._greeter.forget_names()
        if self._timers is not None and (ends is not None or departments):
            now = self._clock.time()
            due = now + PREPARE_SECONDS if ends is None else min(now + PREPARE_SECONDS, ends - REFRESH_SECONDS)
            self._timers.set(TIMER, "", due, {})

    def handle(self, event: Greetable) -> WelcomeRecord | None:
        """Greet for an event, as the router has it done; return what became of it, None if that stood already.

        Takes the seconds that the vendor allows at most. Raises ``StoreError``, and what reading the department of a
        shop raises.
        """
        return self._greeter.greet(event, (*self._first, *self._rules), shadow=self.shadow)

    def outcomes(self, since: int = 0, until: int | None = None) -> Iterator[WelcomeRecord]:
        """Yield what became of the adds in a span of unix seconds, ``until`` excluded, in order of time.

        Without a store only the last ones of this process are known.
        """
        return self._book.between(since, _EVER if until is None else until)

    def report(self, since: int = 0, until: int | None = None) -> WelcomeReport:
        """Count what became of the adds in a span of unix seconds, ``until`` excluded."""
        return report_of(self.outcomes(since, until), since, until)

    def _subscribe(self) -> None:
        greetable = (MemberAdded, MemberAddedUnconfirmed, ArchivingAgreed)
        # Before all others: no code outlives a handler that takes its time.
        self._router.on(*greetable, each_app=True, name=HANDLER, ahead=True)(self._on_event)
        if self._timers is not None:
            self._timers.offer(TIMER, self._on_timer)

    def _on_event(self, event: Greetable) -> None:
        self.handle(event)

    def _on_timer(self, timer: Timer) -> None:
        del timer
        self.prepare()

    def _check(self, content: Content) -> None:
        with suppress(UnsupportedCapability):  # not every adapter can tell beforehand
            self._provider.messages.check_welcome(evolve(content, text=words.longest(content.text)))
