"""``CRM``: what an application holds for one company; everything is wired together here.

Whatever costs time to import is imported where it is first used: a script that only reads members never loads the
database, and naming ``CRM`` costs next to nothing.
"""

from threading import Lock
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from privcrm.errors import ConfigurationError
from privcrm.forks import reset_in_children
from privcrm.shield import shielded

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from pathlib import Path
    from random import Random

    from sqlalchemy import Engine

    from privcrm.clock import Clock
    from privcrm.events.inbox import Inbox
    from privcrm.events.policy import WebhookPolicy
    from privcrm.events.router import Router
    from privcrm.jobs import Jobs
    from privcrm.models.events import Event
    from privcrm.provider import CallRecord, Provider, Secret, Settings, WriteGuard, WriteScope
    from privcrm.provider.watch import CallWatch
    from privcrm.services.handover import Handover
    from privcrm.services.live_codes import LiveCodes
    from privcrm.services.mass_messages import MassMessages
    from privcrm.services.mirror.follows import FollowKeeper
    from privcrm.services.mirror.rosters import GroupRosters
    from privcrm.services.mirror.stored_mirror import StoredMirror
    from privcrm.services.moments import Moments
    from privcrm.services.sweep.sweep import Sweep
    from privcrm.services.tagging import Tagging
    from privcrm.services.welcomes import Welcomes
    from privcrm.store import Store
    from privcrm.store.audit import Audit
    from privcrm.web.webhooks import Webhooks

    Handler = TypeVar("Handler", bound=Callable[..., Any])

T = TypeVar("T")


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
        opening: "_Opening",
        calls: "CallWatch",
        webhooks: "WebhookPolicy | None" = None,
    ) -> None:
        self.provider = provider
        self.clock = clock
        self._policy = webhooks
        self._store = opening.once
        self._has_store = opening.target is not None
        self._calls = calls
        self._jobs = _Once(self._make_jobs)
        self._tagging = _Once(self._make_tagging)
        self._live_codes = _Once(self._make_live_codes)
        self._handover = _Once(self._make_handover)
        self._mass_messages = _Once(self._make_mass_messages)
        self._moments = _Once(self._make_moments)
        self._router = _Once(self._make_router)
        self._webhooks = _Once(self._make_webhooks)
        self._mirror = _Once(self._make_mirror)
        self._group_rosters = _Once(self._make_group_rosters)
        self._sweep = _Once(self._make_sweep)
        self._welcomes = _Once(self._make_welcomes)

    @classmethod
    @shielded
    def connect(
        cls,
        provider: "str | type[Provider]",
        *,
        store: "str | Engine | None" = None,
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
        to be had. ``read_only`` and ``write_scope`` (ids by kind: staff, groups, codes, departments) hold for every
        write, ``provider.call`` included. ``on_call`` sees every call. ``limits_share`` (0 to 1) is the part of the
        company's frequency limits to use, ``limits`` overrides single ones. ``timeout`` is seconds for a whole call.
        ``webhooks`` says how callbacks are taken in and handled.

        Raises ``ConfigurationError`` for what is missing or unknown.
        """
        from privcrm.clock import SystemClock
        from privcrm.provider import ProviderContext, load_provider
        from privcrm.provider.watch import CallWatch

        kind = load_provider(provider)
        clock = clock or SystemClock()
        opening = _Opening(store, clock)
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
            guards=(*_guards(kind, opening, read_only=read_only, write_scope=write_scope), calls),
            on_call=_observer(calls, on_call),
            **opening.memory(),
            **{name: value for name, value in optional.items() if value is not None},
        )
        described = _settings(kind.name, settings)
        made = kind.from_settings(described, context)
        _refuse_unread(kind.name, described)
        opening.company = made.company
        return cls(made, clock, opening, calls, webhooks)

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
        """The work kernel, with the handler of every service registered."""
        for operation in (
            self._tagging,
            self._live_codes,
            self._handover,
            self._mass_messages,
            self._moments,
            self._sweep,
            self._welcomes,
        ):
            operation()
        return self._jobs()

    @property
    def tagging(self) -> "Tagging":
        """Batch tagging; without a store, its previews only."""
        return self._tagging()

    @property
    def live_codes(self) -> "LiveCodes":
        """Live codes, each made once."""
        return self._live_codes()

    @property
    def handover(self) -> "Handover":
        """Inheritance of members and groups, each transferred once."""
        return self._handover()

    @property
    def mass_messages(self) -> "MassMessages":
        """Mass messages, each ordered once."""
        return self._mass_messages()

    @property
    def moments(self) -> "Moments":
        """Moments, each ordered once."""
        return self._moments()

    @property
    def welcomes(self) -> "Welcomes":
        """Greetings of new members, by rules, within the seconds that vendors allow."""
        return self._welcomes()

    @property
    def group_rosters(self) -> "GroupRosters":
        """Who is in which group: counted from events, healed by reading."""
        return self._group_rosters()

    @property
    def sweep(self) -> "Sweep":
        """Finding what callbacks did not tell."""
        return self._sweep()

    @property
    def webhooks(self) -> "Webhooks":
        """The vendor's callbacks: taken in, kept, handled."""
        return self._webhooks()

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
        return self._router().on(*events, sweep=sweep, each_app=each_app, name=name)

    def replies(self, *events: "type[Event]") -> "Callable[[Handler], Handler]":
        """Register a plain function that answers at once: it returns a text, a ``Content``, or None.

        It runs before the vendor is answered, has a second, and may make no vendor calls; it may be called again when
        the vendor comes again.
        """
        return self._router().replies(*events)

    @property
    def audit(self) -> "Audit":
        """Who did what: append-only."""
        return self.store.audit

    def close(self) -> None:
        """Close connections and the store; leases are given back by those who hold them."""
        if self._webhooks.made:
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

    def _make_jobs(self) -> "Jobs":
        from privcrm.jobs import Jobs

        return Jobs(self.store, self.clock, calls=self._calls)

    def _make_tagging(self) -> "Tagging":
        from privcrm.services.tagging import Tagging

        return Tagging(self.provider, self._jobs() if self._has_store else None, self.clock)

    def _make_live_codes(self) -> "LiveCodes":
        from privcrm.services.live_codes import LiveCodes

        return LiveCodes(self.provider, self._jobs())

    def _make_handover(self) -> "Handover":
        from privcrm.services.handover import Handover

        return Handover(self.provider, self._jobs())

    def _make_mass_messages(self) -> "MassMessages":
        from privcrm.services.mass_messages import MassMessages

        return MassMessages(self.provider, self._jobs())

    def _make_moments(self) -> "Moments":
        from privcrm.services.moments import Moments

        return Moments(self.provider, self._jobs())

    def _make_router(self) -> "Router":
        from privcrm.events.router import Router

        router = Router()
        if self._has_store:
            from privcrm.services.mirror import keepers

            keepers.subscribe(router, self._make_follow_keeper, self._group_rosters)
        return router

    def _make_webhooks(self) -> "Webhooks":
        from random import SystemRandom

        from privcrm.events.policy import WebhookPolicy
        from privcrm.web.webhooks import Webhooks

        return Webhooks(
            self.provider,
            self._router(),
            self._open_inbox,
            durable=self._has_store,
            policy=self._policy or WebhookPolicy(),
            clock=self.clock,
            rng=SystemRandom(),
        )

    def _open_inbox(self) -> "Inbox":
        if self._has_store:
            from privcrm.events.stored_inbox import StoredInbox

            return StoredInbox(self.store.database, self.webhooks.policy.clock)
        from privcrm.events.memory_inbox import MemoryInbox

        return MemoryInbox()

    def _make_mirror(self) -> "StoredMirror":
        from privcrm.services.mirror.stored_mirror import StoredMirror

        return StoredMirror(self.store.database)

    def _make_group_rosters(self) -> "GroupRosters":
        from privcrm.services.mirror.rosters import GroupRosters

        return GroupRosters(self.provider, self._mirror(), self.store.database, self.clock)

    def _make_follow_keeper(self) -> "FollowKeeper":
        from privcrm.services.mirror.follows import FollowKeeper

        return FollowKeeper(self._mirror(), self.store.database, self.clock)

    def _make_sweep(self) -> "Sweep":
        from privcrm.events.stored_inbox import StoredInbox
        from privcrm.services.sweep.sweep import Sweep

        inbox = StoredInbox(self.store.database, self.webhooks.policy.clock)
        jobs, mirror, unhandled = self._jobs(), self._mirror(), self.webhooks.waiting_for
        return Sweep(self.provider, jobs, mirror, self.store, inbox.emit, unhandled=unhandled)

    def _make_welcomes(self) -> "Welcomes":
        from privcrm.services.welcomes import Welcomes

        store, timers = (self.store, self._jobs().timers) if self._has_store else (None, None)
        return Welcomes(self.provider, self._router(), self.clock, store, timers)


def _observer(calls: "CallWatch", on_call: "Callable[[CallRecord], None] | None") -> "Callable[[CallRecord], None]":
    """Let the work kernel count each call before the application's own observer hears of it."""
    if on_call is None:
        return calls.observe

    def both(record: "CallRecord") -> None:
        calls.observe(record)
        on_call(record)

    return both


class _Once(Generic[T]):
    """Makes a value when it is first asked for, once for all threads."""

    def __init__(self, make: "Callable[[], T]") -> None:
        self._make = make
        self._values: list[T] = []
        self.reset()
        reset_in_children(self)

    def reset(self) -> None:
        """Start with a new lock, after a fork: a thread of the parent may have held it."""
        self._lock = Lock()

    def __call__(self) -> T:
        if not self._values:
            with self._lock:
                if not self._values:
                    self._values.append(self._make())
        return self._values[0]

    @property
    def made(self) -> bool:
        return bool(self._values)


class _Opening:
    """How and when the store opens: the company is known only after the provider, which wants the store's memory."""

    def __init__(self, target: "str | Engine | None", clock: "Clock") -> None:
        self.target = target
        self.company = ""
        self.once = _Once(self._open)
        self._clock = clock

    def memory(self) -> dict[str, Any]:
        """Return the durable token store, ledger and breakers, each reaching for the store only when used."""
        if self.target is None:
            return {}
        return {name: _Deferred(self.once, name) for name in ("tokens", "quotas", "breakers")}

    def _open(self) -> "Store":
        if self.target is None:
            raise ConfigurationError(
                "jobs need a store, so that nothing is lost when a process dies: "
                "pass store='sqlite:///privcrm.db' or set PRIVCRM_STORE"
            )
        from privcrm.store import open_store

        return open_store(self.target, clock=self._clock, company=self.company)


class _Deferred:
    """Stands in for one part of the store; looks it up at the first call, keeps the methods found."""

    def __init__(self, store: "_Once[Store]", part: str) -> None:
        self._store = store
        self._part = part

    def __getattr__(self, name: str) -> Any:
        method = getattr(getattr(self._store(), self._part), name)
        setattr(self, name, method)
        return method


def _guards(
    kind: "type[Provider]",
    opening: _Opening,
    *,
    read_only: bool,
    write_scope: "WriteScope | Mapping[str, Collection[str]] | None",
) -> "tuple[WriteGuard, ...]":
    from privcrm.provider import KillSwitch, ReadOnly

    guards: list[WriteGuard] = []
    if read_only:
        guards.append(ReadOnly())
    if write_scope is not None:
        guards.append(_scope(kind, write_scope))
    if opening.target is not None:
        guards.append(KillSwitch(lambda: opening.once().switch.stopped()))  # noqa: PLW0108 - opens the store only when asked
    return tuple(guards)


def _scope(kind: "type[Provider]", given: "WriteScope | Mapping[str, Collection[str]]") -> "WriteScope":
    from privcrm.provider import WriteScope

    if isinstance(given, WriteScope):
        return given
    kinds = ("staff", "groups", "codes", "departments", "free")
    unknown = sorted(set(given) - set(kinds))
    if unknown:
        raise ConfigurationError(f"write_scope has no kind {unknown[0]!r}; known: {', '.join(kinds)}")
    sets = {name: frozenset(ids) for name, ids in given.items()}
    return WriteScope(parameters=kind.scope_parameters, **sets)


def _settings(provider: str, given: "Mapping[str, str | int | Secret | None]") -> "Settings":
    from privcrm.provider import Secret, Settings

    values = {
        name.upper(): value.reveal() if isinstance(value, Secret) else str(value)
        for name, value in given.items()
        if value is not None
    }
    return Settings(values, prefix=f"PRIVCRM_{provider.upper()}_")


def _refuse_unread(provider: str, settings: "Settings") -> None:
    """A misspelt setting must not be passed over: the company would quietly run without it."""
    from difflib import get_close_matches

    for name in settings.unread:
        near = get_close_matches(name, settings.known, n=1)
        hint = f"did you mean {near[0].lower()!r}?" if near else f"it has: {', '.join(settings.known).lower()}"
        raise ConfigurationError(f"{provider} has no setting {name.lower()!r} ({settings.prefix}{name}); {hint}")
