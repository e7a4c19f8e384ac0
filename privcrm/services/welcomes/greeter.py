"""One add: whether it is ours, what is said, and what became of it."""

import logging
from collections.abc import Sequence
from typing import Final

from attrs import evolve, frozen

from privcrm.clock import Clock
from privcrm.errors import InputError, OutOfScope, PrivcrmError
from privcrm.models import Content, StaffId, staff_key
from privcrm.models.events import Greetable
from privcrm.provider import LimitTable, Provider
from privcrm.services.welcomes import words
from privcrm.services.welcomes.book import Book
from privcrm.services.welcomes.media import Shelf
from privcrm.services.welcomes.outcome import OPEN, WelcomeOutcome, WelcomeRecord
from privcrm.services.welcomes.rule import WelcomeRule, state_of
from privcrm.services.welcomes.sending import Ending, Offer, Sending
from privcrm.services.welcomes.shops import Shops

CODE_SECONDS: Final = 20
"""How long a code lives where the provider's limits do not say: developer.work.weixin.qq.com/document/path/92137."""
MARGIN_SECONDS: Final = 1.0
"""What is left for the call itself."""
READ_SECONDS: Final = 5.0
"""With less time left no name is read."""

log = logging.getLogger("privcrm.welcomes")

_LIMITS: Final = ("welcome_code_lifetime", "messages.welcome_life")


@frozen
class _Chosen:
    """The rule that greets, and what it says."""

    rule: str
    content: Content


class Greeter:
    """Greets, once for each add, whichever apps are told of it and in whatever order."""

    def __init__(self, provider: Provider, clock: Clock, book: Book, shelf: Shelf, shops: Shops) -> None:
        self._provider = provider
        self._clock = clock
        self._book = book
        self._shelf = shelf
        self._shops = shops
        self._staff_names: dict[str, str] = {}
        self._life = code_seconds(provider.limits)

    def greet(self, event: Greetable, rules: Sequence[WelcomeRule], *, shadow: bool) -> WelcomeRecord | None:
        """Decide about an add and return what became of it; None if that stands already.

        Raises ``InputError`` for an event without a key, ``StoreError``, and what reading a shop raises: nothing has
        been sent then, or it is known that it may have been.
        """
        if not event.key:
            raise InputError("an event without a key cannot be greeted once")
        offers = offers_of(event)
        known = self._book.find(event.key)
        if known is not None and not _may_go_on(known, offers):
            return None
        draft = _draft(event, offers)
        if known is not None and known.outcome is WelcomeOutcome.SENDING and self._left(event) <= 0:
            return self._settle(evolve(draft, rule=known.rule), Ending(WelcomeOutcome.UNKNOWN, known.app))
        chosen = self._choose(event, offers, rules, draft)
        if isinstance(chosen, WelcomeRecord):
            return self._note(chosen)
        draft = evolve(draft, rule=chosen.rule)
        if shadow:
            return self._note(evolve(draft, outcome=WelcomeOutcome.SHADOW))
        return self._send(event, offers, chosen.content, draft)

    def forget_names(self) -> None:
        """Read names of employees anew from now on."""
        self._staff_names = {}

    def _choose(
        self, event: Greetable, offers: Sequence[Offer], rules: Sequence[WelcomeRule], draft: WelcomeRecord
    ) -> _Chosen | WelcomeRecord:
        """Return what to say, or why nothing is said."""
        fitting = [rule for rule in rules if rule.only_for.covers(event, self._shops)]
        if not fitting:
            return evolve(draft, outcome=WelcomeOutcome.NOT_OURS)
        return self._hindered(event, offers, draft) or _content_by(fitting, event, draft)

    def _hindered(self, event: Greetable, offers: Sequence[Offer], draft: WelcomeRecord) -> WelcomeRecord | None:
        """Return why nothing can be said, whatever it is."""
        if not offers:
            before = self._book.was_greeted_unconfirmed(draft)
            return evolve(draft, outcome=WelcomeOutcome.GREETED_BEFORE if before else WelcomeOutcome.NONE_OFFERED)
        if self._left(event) <= 0:
            return evolve(draft, outcome=WelcomeOutcome.EXPIRED)
        if not self._provider.may_write("staff", event.staff_id):  # a code names nobody, so no guard could tell
            return evolve(draft, outcome=WelcomeOutcome.FORBIDDEN, code=OutOfScope.__name__)
        return None

    def _send(
        self, event: Greetable, offers: Sequence[Offer], content: Content, draft: WelcomeRecord
    ) -> WelcomeRecord | None:
        """Mark it, so that whoever comes after us knows that it may have left; send it, and say how that ended."""
        fresh = self._book.take(draft)
        if not fresh:
            known = self._book.find(event.key)
            if known is None or known.outcome is not WelcomeOutcome.SENDING:
                return None
        deadline = self._deadline(event)
        sending = Sending(self._provider.messages, self._clock, deadline, lost=not fresh)
        try:
            content = self._with_names(content, event)
        except InputError:
            return self._settle(draft, Ending(WelcomeOutcome.FAILED, code=InputError.__name__))
        ready = self._shelf.fill(content, deadline)
        ending = sending.send(offers, ready.content)
        if ending.unfit and ready.uses_uploads:
            self._shelf.forget(content)
            ready = self._shelf.fill(content, deadline)
            ending = sending.send(offers, ready.content)
        return self._settle(evolve(draft, left_out=ready.left_out), ending)

    def _with_names(self, content: Content, event: Greetable) -> Content:
        return evolve(content, text=words.fill(content.text, lambda name: self._name(name, event)))

    def _name(self, name: str, event: Greetable) -> str:
        """Return a name, "" if it cannot be read in time; a member is often not readable just after the add."""
        try:
            if name == "staff_name":
                return self._staff_name(event.staff_id) if self._may_read(event) else ""
            return self._provider.members.get(event.member_id).name if self._may_read(event) else ""
        except PrivcrmError as error:
            log.info("a name in a welcome was not read: %s", type(error).__name__)
            return ""

    def _staff_name(self, staff_id: StaffId) -> str:
        key = staff_key(staff_id)
        if key not in self._staff_names:
            self._staff_names[key] = self._provider.staff.get(staff_id).name
        return self._staff_names[key]

    def _may_read(self, event: Greetable) -> bool:
        return self._left(event) >= READ_SECONDS

    def _deadline(self, event: Greetable) -> float:
        # A clock of ours that is slow must not make the window longer than it is.
        return min(event.at, self._clock.time()) + self._life - MARGIN_SECONDS

    def _left(self, event: Greetable) -> float:
        return self._deadline(event) - self._clock.time()

    def _note(self, record: WelcomeRecord) -> WelcomeRecord | None:
        """Write down what was decided without a call."""
        record = evolve(record, decided_at=self._clock.time())
        return _told(record) if self._book.take(record) else None

    def _settle(self, draft: WelcomeRecord, ending: Ending) -> WelcomeRecord:
        now = self._clock.time()
        seconds = max(0.0, now - draft.at) if ending.outcome is WelcomeOutcome.SENT else None
        record = evolve(
            draft,
            app=ending.app or draft.app,
            outcome=ending.outcome,
            code=ending.code,
            seconds=seconds,
            decided_at=now,
        )
        self._book.settle(record)
        return _told(record)


def code_seconds(limits: LimitTable) -> int:
    """Return how many seconds a welcome code lives."""
    return next((limits[name].value for name in _LIMITS if name in limits), CODE_SECONDS)


def offers_of(event: Greetable) -> list[Offer]:
    """Return the codes of an add, that of the app that was told first."""
    codes = {event.app: event.welcome_code} | {
        app: code for app, code in event.welcome_codes.items() if app != event.app or not event.welcome_code
    }
    return [Offer(app, code) for app, code in codes.items() if code]


def _may_go_on(known: WelcomeRecord, offers: Sequence[Offer]) -> bool:
    """Tell whether something is left to do: it was being sent, or an app has a code that was not tried."""
    if known.outcome is WelcomeOutcome.SENDING:
        return True
    return known.outcome in OPEN and any(offer.app != known.app for offer in offers)


def _content_by(rules: Sequence[WelcomeRule], event: Greetable, draft: WelcomeRecord) -> _Chosen | WelcomeRecord:
    """Return what the first of these rules says that says anything."""
    for rule in rules:
        try:
            content = rule.content_for(event)
        except Exception as error:  # noqa: BLE001 - the application's own function may raise anything
            return evolve(draft, rule=rule.name, outcome=WelcomeOutcome.FAILED, code=type(error).__name__)
        if content is not None:
            return _Chosen(rule.name, content)
    return evolve(draft, outcome=WelcomeOutcome.NOT_OURS)


def _draft(event: Greetable, offers: Sequence[Offer]) -> WelcomeRecord:
    return WelcomeRecord(
        event.key,
        event.at,
        type(event).__name__,
        offers[0].app if offers else event.app,
        StaffId(staff_key(event.staff_id)),
        event.member_id,
        state_of(event),
    )


def _told(record: WelcomeRecord) -> WelcomeRecord:
    """Say it in the log, without anything about a person."""
    bad = record.outcome in (WelcomeOutcome.FAILED, WelcomeOutcome.UNKNOWN, WelcomeOutcome.FORBIDDEN)
    log.log(
        logging.WARNING if bad else logging.INFO,
        "welcome %s%s (rule %s, app %s, %d left out, %.1f s after the add)",
        *(record.outcome, f" {record.code}" if record.code else "", record.rule or "none", record.app or "none"),
        *(record.left_out, record.decided_at - record.at),
    )
    return record
