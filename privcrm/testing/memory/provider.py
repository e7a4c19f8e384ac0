"""The memory provider itself: settings, ports, and what it can do."""

from collections.abc import Collection, Mapping
from typing import Any, ClassVar, Self

from privcrm.errors import ConfigurationError
from privcrm.provider import NATIVE, Capabilities, Finding, Level, Provider, ProviderContext, Settings, Support, Verdict
from privcrm.sandbox.world import World
from privcrm.testing.memory.door import IDS, NAME, Door
from privcrm.testing.memory.groups import MemoryGroups
from privcrm.testing.memory.handover import MemoryHandover
from privcrm.testing.memory.limits import LIMITS
from privcrm.testing.memory.live_codes import MemoryLiveCodes
from privcrm.testing.memory.media import MemoryMedia
from privcrm.testing.memory.members import MemoryMembers
from privcrm.testing.memory.messages import MemoryMessages
from privcrm.testing.memory.moments import MemoryMoments
from privcrm.testing.memory.people import People
from privcrm.testing.memory.products import MemoryProducts
from privcrm.testing.memory.rules import MemoryRules
from privcrm.testing.memory.staff import MemoryStaff
from privcrm.testing.memory.statistics import MemoryStatistics
from privcrm.testing.memory.tags import MemoryTags

_SERVED = {
    "staff": ("get", "list", "departments", "department", "ids", "serving"),
    "members": ("get", "ids", "list", "edit_remark", "id_of_unionid"),
    "tags": ("list", "create", "settle", "edit", "delete", "mark"),
    "groups": ("list", "list_all", "get", "id_of_opengid"),
    "live_codes": (
        "contact_codes",
        "get_contact_code",
        "create_contact_code",
        "settle_contact_code",
        "update_contact_code",
        "delete_contact_code",
        "get_group_code",
        "create_group_code",
        "settle_group_code",
        "update_group_code",
        "delete_group_code",
        "picture",
        "end_temporary_chat",
    ),
    "handover": (
        "unassigned",
        "transfer_members",
        "settle_members",
        "results",
        "transfer_groups",
        "settle_groups",
    ),
    "messages": (
        "create",
        "settle",
        "list",
        "tasks",
        "deliveries",
        "remind",
        "cancel",
        "welcome",
        "check_welcome",
        "get_group_welcome",
        "create_group_welcome",
        "update_group_welcome",
        "delete_group_welcome",
    ),
    "moments": ("create", "settle", "job", "list", "tasks", "audience", "viewers", "reactions", "cancel"),
    "media": ("upload", "upload_image", "fetch", "fetched", "get"),
    "rules": ("list", "get", "create", "update", "delete"),
    "products": ("list", "get", "create", "update", "delete"),
    "statistics": ("staff", "departments", "groups_by_owner", "groups_by_day"),
}
_NOT_SERVED = Support(Level.NONE, "the memory provider has no endpoints", "use a vendor's sandbox")
_SIZES = {"SEED": 1, "STAFF": 20, "MEMBERS": 2000, "GROUPS": 30}


class MemoryProvider(Provider):
    """A company in this process, made from a seed: the same seed is the same company, on every machine.

    ``world`` is the company itself, to look behind the ports; several providers may share one. ``people`` lets
    employees and members do what no program can: confirm messages, publish moments, add each other.
    Settings: ``SEED``, ``STAFF``, ``MEMBERS``, ``GROUPS``, all numbers.
    """

    name = NAME
    title = "In-process company for tests"
    capabilities: ClassVar[Capabilities] = {
        f"{port}.{method}": NATIVE for port, methods in _SERVED.items() for method in methods
    } | {
        "call": _NOT_SERVED,
    }
    default_limits = LIMITS
    scope_parameters: ClassVar[Mapping[str, Collection[str]]] = IDS

    def __init__(
        self, world: World | None = None, context: ProviderContext | None = None, *, company: str = "memory"
    ) -> None:
        super().__init__(context or ProviderContext())
        self.world = world or World()
        self._company = company
        self._door = Door(self.world, self.context, company, most_members=self.limits["members.staff"].value)
        self.staff = MemoryStaff(self._door, self.capabilities)
        self.members = MemoryMembers(self._door, self.capabilities, self.limits)
        self.tags = MemoryTags(self._door, self.capabilities, self.limits)
        self.groups = MemoryGroups(self._door, self.capabilities, self.limits)
        self.live_codes = MemoryLiveCodes(self._door, self.capabilities, self.limits)
        self.handover = MemoryHandover(self._door, self.capabilities, self.limits)
        self.messages = MemoryMessages(self._door, self.capabilities, self.limits)
        self.moments = MemoryMoments(self._door, self.capabilities, self.limits)
        self.media = MemoryMedia(self._door, self.capabilities, self.limits)
        self.rules = MemoryRules(self._door, self.capabilities, self.limits)
        self.products = MemoryProducts(self._door, self.capabilities, self.limits)
        self.people = People(self.world, self.context.clock)
        self.statistics = MemoryStatistics(self._door, self.capabilities, self.limits, self.context.clock)

    @classmethod
    def from_settings(cls, settings: Settings, context: ProviderContext) -> Self:
        """Make a company of the given size; what is no number raises ``ConfigurationError``."""
        seed, staff, members, groups = (_number(settings, name, default) for name, default in _SIZES.items())
        world = World(seed=seed, staff=staff, members=members, groups=groups)
        return cls(world, context, company=f"memory-{seed}")

    @property
    def company(self) -> str:
        """``memory-`` and the seed."""
        return self._company

    @property
    def host(self) -> str:
        """Not a host: nothing leaves the process."""
        return "this process"

    def call(self, endpoint: str, **params: Any) -> Mapping[str, Any]:
        """Refuse: what the ports do not offer is not there. Guards are asked first, as for any unknown write."""
        self._door.check(endpoint, params)
        return super().call(endpoint, **params)

    def lose_request(self, operation: str) -> None:
        """Lose the next call of ``operation`` (``port.method``) before it arrives; it raises as for ``lose_answer``."""
        self._door.lose_request(operation)

    def lose_answer(self, operation: str) -> None:
        """Lose the answer to the next call of ``operation`` (``port.method``), which happens all the same.

        That call raises ``OutcomeUnknown`` if it was given an intent, else ``AnswerLost``.
        """
        self._door.lose_answer(operation)

    def diagnose(self) -> list[Finding]:
        """Report the size of the company."""
        seen = f"{len(self.world.staff)} staff, {self.world.customer_count()} members, {len(self.world.groups)} groups"
        return [Finding("company", Verdict.OK, seen)]


def _number(settings: Settings, name: str, default: int) -> int:
    text = settings.get(name, "") or str(default)
    if not text.isdecimal():
        raise ConfigurationError(f"{settings.prefix}{name} must be a whole number")
    return int(text)
