"""``CRM``: what an application holds for one company; everything is wired together here.

Whatever costs time to import is imported where it is first used: a script that only reads members never loads the
database, and naming ``CRM`` costs next to nothing.
"""

from typing import TYPE_CHECKING, Any, Self

from privcrm.once import Once, made_once
from privcrm.shield import shielded

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from pathlib import Path
    from random import Random
    from typing import TypeVar

    from sqlalchemy import Engine

    from privcrm.clock import Clock
    from privcrm.events.inbox import Inbox
    from privcrm.events.policy import WebhookPolicy
    from privcrm.events.router import Router
    from privcrm.jobs import Jobs
    from privcrm.models import Content, TagChange
    from privcrm.models.events import Event, Greetable
    from privcrm.provider import CallRecord, Provider, Secret, WriteScope
    from privcrm.provider.watch import CallWatch
    from privcrm.services.facts import Facts
    from privcrm.services.groups import GroupTags
    from privcrm.services.handover import Handover
    from privcrm.services.live_codes import LiveCodes
    from privcrm.services.live_codes.gateway.settings import GatewaySettings
    from privcrm.services.mass_messages import MassMessages
    from privcrm.services.members import Members
    from privcrm.services.mirror.follows import FollowKeeper
    from privcrm.services.mirror.rosters import GroupRosters
    from privcrm.services.mirror.stored_mirror import StoredMirror
    from privcrm.services.moments import Moments
    from privcrm.services.retention import Retention
    from privcrm.services.segments import Segments
    from privcrm.services.shops import Shops
    from privcrm.services.sweep.sweep import Sweep
    from privcrm.services.sync import Sync
    from privcrm.services.tag_library import TagMoves
    from privcrm.services.tag_rules import TagRules
    from privcrm.services.tagging import Tagging
    from privcrm.services.welcomes import Welcomes
    from privcrm.store import Store
    from privcrm.store.audit import Audit
    from privcrm.store.vault import Vault
    from privcrm.web.gateway import Gateway, GatewayPolicy, GatewaySide
    from privcrm.web.webhooks import Webhooks
    from privcrm.wiring.keeping import Keeping
    from privcrm.wiring.opening import Opening

    Handler = TypeVar("Handler", bound=Callable[..., Any])

_WITH_HANDLERS = (
    "tagging",
    "tag_moves",
    "tag_rules",
    "segments",
    "live_codes",
    "handover",
    "mass_messages",
    "moments",
    "retention",
    "sweep",
    "welcomes",
)
"""The services that work through jobs and timers: each registers its handler when it is made."""


class CRM:
    """One company, seen through one provider: hold as many as there are companies.

    Objects share nothing but what the vendor counts: those of one company in a process have one pace, and those at one
    vendor one pace of the address. The strictest ``limits_share`` and ``limits`` of the open ones hold for all of them.

    ``provider`` is the vendor, immediate and unjournalled; ``jobs`` and the operations (``tagging``, ``live_codes``,
    ``handover``, ``mass_messages``, ``moments``) do what must survive a crash and need a store. The store is opened
    when it is first needed. Close with ``close`` or ``with``. Starts no thread.
    """

    def __init__(
        self,
        provider: "Provider",
        clock: "Clock",
        opening: "Opening",
        calls: "CallWatch",
        *,
        webhooks: "WebhookPolicy | None",
        keeping: "Keeping",
    ) -> None:
        self.provider = provider
        self.clock = clock
        self._policy = webhooks
        self._keeping = keeping
        self._store = opening.once
        self._has_store = opening.target is not None
        self._calls = calls
        self._parts: dict[str, Once[Any]] = {}

    @classmethod
    @shielded
    def connect(
        cls,
        provider: "str | type[Provider]",
        *,
        store: "str | Engine | None" = None,
        store_keys: "Sequence[Secret | str]" = (),
        store_fields: "Collection[str]" = (),
        identity_space: str = "",
        clock: "Clock | None" = None,
        random: "Random | None" = None,
        read_only: bool = False,
        write_scope: "WriteScope | Mapping[str, Collection[str]] | None" = None,
        on_call: "Callable[[CallRecord], None] | None" = None,
        limits_share: float | None = None,
        limits: "Mapping[str, int] | None" = None,
        timeout: float | None = None,
        proxy: str | None = None,
        ca_bundle: str | None = None,
        webhooks: "WebhookPolicy | None" = None,
        **settings: "str | int | Secret | None",
    ) -> Self:
        """Return a CRM for one company; opens no connection and no file.

        ``provider`` is an installed name such as ``"wecom"``, ``"module:Class"`` or a class. ``settings`` are the
        provider's own, in any case: ``corp_id``, ``secret``, ``directory_secret``, ``base_url``. ``store`` is a
        database URL or a SQLAlchemy engine; without one, tokens and budgets live in this object and jobs are not
        to be had. What it keeps of people is sealed with ``store_keys`` (the first seals, any opens); ``store_fields``
        names the personal fields to keep beside ids, tags and times; companies that name one ``identity_space`` can be
        joined. ``read_only`` and ``write_scope`` (ids by kind: staff, groups, codes, departments) hold for every
        write, ``provider.call`` included. ``on_call`` sees every call. ``limits_share`` (0 to 1) is the part of the
        company's frequency limits to use, ``limits`` overrides single ones. ``timeout`` is seconds for a whole call.
        ``webhooks`` says how callbacks are taken in and handled.

        Raises ``ConfigurationError`` for what is missing or unknown.
        """
        from privcrm.clock import SystemClock
        from privcrm.provider import ProviderContext, load_provider
        from privcrm.provider.watch import CallWatch
        from privcrm.wiring.arguments import provider_settings, refuse_unread
        from privcrm.wiring.guards import write_guards
        from privcrm.wiring.keeping import Keeping
        from privcrm.wiring.opening import Opening

        kind = load_provider(provider)
        clock = clock or SystemClock()
        opening = Opening(store, clock)
        calls = CallWatch()
        optional: dict[str, Any] = {
            "limits_share": limits_share,
            "limits": limits,
            "timeout": timeout,
            "proxy": proxy,
            "ca_bundle": ca_bundle,
            "random": random,
        }
        context = ProviderContext(
            clock=clock,
            guards=(*write_guards(kind, opening, read_only=read_only, write_scope=write_scope), calls),
            on_call=_observer(calls, on_call),
            **opening.memory(),
            **{name: value for name, value in optional.items() if value is not None},
        )
        described = provider_settings(kind.name, settings)
        made = kind.from_settings(described, context)
        refuse_unread(kind.name, described)
        opening.company = made.company
        keeping = Keeping(tuple(store_keys), tuple(store_fields), identity_space)
        return cls(made, clock, opening, calls, webhooks=webhooks, keeping=keeping)

    @classmethod
    @shielded
    def from_env(
        cls,
        environ: "Mapping[str, str] | None" = None,
        env_file: "str | Path | None" = None,
        profile: str | None = None,
        **overrides: Any,
    ) -> Self:
        """Return a CRM described by ``PRIVCRM_*`` variables, an env file, or a profile of ``privcrm.toml``.

        ``environ`` stands in for the process's environment. A profile (or ``PRIVCRM_PROFILE``, unless an env file is
        given) is read from ``privcrm.toml`` in the working directory. ``overrides`` are arguments of ``connect``;
        ``read_only`` can be added there, not taken away. Raises ``ConfigurationError`` naming variable and cure.
        """
        from privcrm.settings import read_settings

        described = read_settings(environ, env_file=env_file, profile=profile)
        arguments: dict[str, Any] = {**described.arguments, **overrides}
        arguments["read_only"] = bool(described.arguments["read_only"] or overrides.get("read_only"))
        return cls.connect(described.provider, **arguments)

    @property
    def store(self) -> "Store":
        """The database of this company; opened (and, where allowed, migrated) on first use."""
        return self._store()

    @property
    def jobs(self) -> "Jobs":
        """The work kernel, which knows the handler of every service: they are loaded when a job of theirs is run."""
        return self._kernel

    @made_once
    def tagging(self) -> "Tagging":
        """Batch tagging; without a store, its previews only."""
        from privcrm.services.tagging import Tagging

        if not self._has_store:
            return Tagging(self.provider, None, self.clock)
        return Tagging(self.provider, self._kernel, self.clock, marked=self._note_tags)

    @made_once
    def tag_moves(self) -> "TagMoves":
        """Merging, moving and restoring company tags."""
        from privcrm.services.tag_library import TagMoves

        return TagMoves(self.provider, self._kernel, self.store, self.clock)

    @made_once
    def live_codes(self) -> "LiveCodes":
        """Live codes (活码): staff codes with weights and caps, group codes that overflow into new groups."""
        from privcrm.services.live_codes import LiveCodes

        return LiveCodes(
            self.provider,
            self._kernel,
            self.store,
            self.clock,
            rosters=self.group_rosters,
            tasks=self.members.tasks,
            tag_rules=lambda: self.tag_rules,
        )

    @made_once
    def handover(self) -> "Handover":
        """Inheritance of members and groups, each transferred once."""
        from privcrm.services.handover import Handover

        return Handover(self.provider, self._kernel)

    @made_once
    def mass_messages(self) -> "MassMessages":
        """Mass messages, each ordered once."""
        from privcrm.services.mass_messages import MassMessages

        return MassMessages(self.provider, self._kernel)

    @made_once
    def moments(self) -> "Moments":
        """Moments, each ordered once."""
        from privcrm.services.moments import Moments

        return Moments(self.provider, self._kernel)

    @made_once
    def welcomes(self) -> "Welcomes":
        """Greetings of new members, by rules, within the seconds that vendors allow."""
        from privcrm.services.welcomes import Welcomes

        if not self._has_store:
            return Welcomes(self.provider, self._router, self.clock, None)
        from privcrm.services.welcomes import WelcomeRule

        def by_code(event: "Greetable") -> "Content | None":  # live codes are loaded when somebody comes, not before
            return self.live_codes.staff.welcome_for(event)

        rule = WelcomeRule("live codes", by_code)
        return Welcomes(self.provider, self._router, self.clock, self.store, self._kernel.timers, first=rule)

    @made_once
    def group_rosters(self) -> "GroupRosters":
        """Who is in which group: counted from events, healed by reading."""
        from privcrm.services.mirror.rosters import GroupRosters

        return GroupRosters(self.provider, self._mirror, self.store.database, self.clock)

    @made_once
    def sync(self) -> "Sync":
        """The mirror of the company in the store: read whole, and kept true."""
        from privcrm.services.sync import Sync

        timers, fields = self._kernel.timers, self._keeping.fields
        return Sync(self.provider, self.store, self._vault, timers=timers, store_fields=fields)

    @made_once
    def segments(self) -> "Segments":
        """Who meets a condition, counted from the mirror."""
        from privcrm.services.segments import Segments

        return Segments(self.store, timers=self._kernel.timers)

    @made_once
    def members(self) -> "Members":
        """Who is who, and everything that is kept of a person, to be given or removed."""
        from privcrm.services.members import Members

        return Members(self.store, self._vault)

    @made_once
    def tag_rules(self) -> "TagRules":
        """Rules that tag by themselves."""
        from privcrm.services.tag_rules import TagRules

        select = self.segments.ids
        return TagRules(self.provider, self._kernel, self.tagging, self.store, self.clock, select=select)

    @made_once
    def facts(self) -> "Facts":
        """What the company's own systems know of members."""
        from privcrm.services.facts import Facts

        return Facts(self.store, self._vault, self.clock)

    @made_once
    def shops(self) -> "Shops":
        """Shops (门店), and who works in them."""
        from privcrm.services.shops import Shops

        return Shops(self.store)

    @made_once
    def group_tags(self) -> "GroupTags":
        """Tags that the company keeps of its groups."""
        from privcrm.services.groups import GroupTags

        return GroupTags(self.store)

    @made_once
    def retention(self) -> "Retention":
        """Deleting what is old."""
        from privcrm.services.retention import Retention

        return Retention(self.store, self._kernel.timers)

    @made_once
    def sweep(self) -> "Sweep":
        """Finding what callbacks did not tell."""
        from privcrm.events.stored_inbox import StoredInbox
        from privcrm.services.sweep.sweep import Sweep

        inbox = StoredInbox(self.store.database, self.webhooks.policy.clock)
        jobs, mirror, unhandled = self._kernel, self._mirror, self.webhooks.waiting_for
        return Sweep(self.provider, jobs, mirror, self.store, inbox.emit, unhandled=unhandled)

    @made_once
    def webhooks(self) -> "Webhooks":
        """The vendor's callbacks: taken in, kept, handled."""
        from random import SystemRandom

        from privcrm.events.policy import WebhookPolicy
        from privcrm.web.webhooks import Webhooks

        return Webhooks(
            self.provider,
            self._router,
            self._open_inbox,
            durable=self._has_store,
            policy=self._policy or WebhookPolicy(),
            clock=self.clock,
            rng=SystemRandom(),
        )

    def gateway(self, policy: "GatewayPolicy | None" = None, settings: "GatewaySettings | None" = None) -> "Gateway":
        """Return the gateway of this company: the pages behind the permanent links of its live codes.

        ``policy`` says where it is met, ``settings`` how visitors are dealt with. Needs a store. For several companies
        give ``Gateway`` their ``gateway_side``.
        """
        from privcrm.web.gateway import Gateway

        return Gateway([self.gateway_side(settings)], policy, clock=self.clock)

    def gateway_side(self, settings: "GatewaySettings | None" = None) -> "GatewaySide":
        """Return this company's part of a gateway that serves several."""
        from privcrm.web.gateway import GatewaySide

        return GatewaySide(self.live_codes.desk(settings), self._vault.hash)

    def on(
        self, *events: "type[Event]", sweep: bool = False, each_app: bool = False, name: str = ""
    ) -> "Callable[[Handler], Handler]":
        """Register a function, sync or async, for events of these classes and their subclasses.

        It is called with the event after the vendor was answered, in a thread of ``crm.webhooks.start()`` or a runner,
        at least once: do once what you do under ``event.key``. What it raises is tried again later. ``sweep``: also for
        events found by comparing, when a callback was lost. ``each_app``: for each app that was told, not once for all.
        ``name`` (else module and name of the function) is kept with events that it is through with. Raises
        ``ConfigurationError`` for a name given twice.
        """
        return self._router.on(*events, sweep=sweep, each_app=each_app, name=name)

    def replies(self, *events: "type[Event]") -> "Callable[[Handler], Handler]":
        """Register a plain function that answers at once: it returns a text, a ``Content``, or None.

        It runs before the vendor is answered, has a second, and may make no vendor calls; it may be called again when
        the vendor comes again.
        """
        return self._router.replies(*events)

    @property
    def audit(self) -> "Audit":
        """Who did what: append-only."""
        return self.store.audit

    def close(self) -> None:
        """Close connections and the store; leases are given back by those who hold them."""
        if (webhooks := self._parts.get("webhooks")) and webhooks.made:
            self.webhooks.close()
        self.provider.close()
        if self._store.made:
            self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<CRM {self.provider.name} {self.provider.company} at {self.provider.host}>"

    def _note_tags(self, change: "TagChange") -> None:
        self.sync.tagged(change)

    @made_once
    def _kernel(self) -> "Jobs":
        from privcrm.jobs import Jobs

        return Jobs(self.store, self.clock, calls=self._calls, rest=self._load_services)

    def _load_services(self) -> None:
        for service in _WITH_HANDLERS:
            getattr(self, service)

    @made_once
    def _router(self) -> "Router":
        from privcrm.events.router import Router

        router = Router()
        if self._has_store:
            from privcrm.services.live_codes.groups import keeper as group_codes
            from privcrm.services.live_codes.staff import keeper as staff_codes
            from privcrm.services.mirror import keepers as rosters
            from privcrm.services.segments import keeper as segments
            from privcrm.services.sync import keepers as relations
            from privcrm.services.tag_rules import keeper as rules

            rosters.subscribe(router, lambda: self._follow_keeper, lambda: self.group_rosters)
            relations.subscribe(router, lambda: self.sync)
            segments.subscribe(router, lambda: self.segments)
            rules.subscribe(router, lambda: self.tag_rules.keeper)
            staff_codes.subscribe(router, lambda: self.live_codes.staff, lambda: self.welcomes)
            group_codes.subscribe(router, lambda: self.live_codes.groups)
        return router

    @made_once
    def _vault(self) -> "Vault":
        from privcrm.store.vault import Vault

        return Vault(self.store.database, self._keeping.keys, identity_space=self._keeping.identity_space)

    @made_once
    def _mirror(self) -> "StoredMirror":
        from privcrm.services.mirror.stored_mirror import StoredMirror
        from privcrm.store.tombstones import Tombstones

        erased = Tombstones(self.store.database, self._vault, self.store.audit, self.clock).is_erased
        return StoredMirror(self.store.database, self.clock, erased)

    @made_once
    def _follow_keeper(self) -> "FollowKeeper":
        from privcrm.services.mirror.follows import FollowKeeper

        return FollowKeeper(self._mirror, self.store.database, self.clock)

    def _open_inbox(self) -> "Inbox":
        if self._has_store:
            from privcrm.events.stored_inbox import StoredInbox

            return StoredInbox(self.store.database, self.webhooks.policy.clock)
        from privcrm.events.memory_inbox import MemoryInbox

        return MemoryInbox()


def _observer(calls: "CallWatch", on_call: "Callable[[CallRecord], None] | None") -> "Callable[[CallRecord], None]":
    """Let the work kernel count each call before the application's own observer hears of it."""
    if on_call is None:
        return calls.observe

    def both(record: "CallRecord") -> None:
        calls.observe(record)
        on_call(record)

    return both
