"""WeCom (企业微信) behind the provider interface."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, ClassVar, Self

from privcrm.provider import Capabilities, Finding, LimitTable, Provider, ProviderContext, Settings
from privcrm.transport import Params
from privcrm_wecom.api.acquisition import WeComAcquisition
from privcrm_wecom.api.callbacks import WeComCallbacks
from privcrm_wecom.api.groups import WeComGroups
from privcrm_wecom.api.handover import WeComHandover
from privcrm_wecom.api.live_codes import WeComLiveCodes
from privcrm_wecom.api.media import WeComMedia
from privcrm_wecom.api.members import WeComMembers
from privcrm_wecom.api.messages import WeComMessages
from privcrm_wecom.api.moments import WeComMoments
from privcrm_wecom.api.products import WeComProducts
from privcrm_wecom.api.rules import WeComRules
from privcrm_wecom.api.staff import WeComStaff
from privcrm_wecom.api.statistics import WeComStatistics
from privcrm_wecom.api.tags import WeComTags
from privcrm_wecom.capabilities import CAPABILITIES
from privcrm_wecom.client import WeComClient
from privcrm_wecom.config import WeComConfig
from privcrm_wecom.diagnosis import diagnose
from privcrm_wecom.endpoints import find
from privcrm_wecom.limits import LIMITS


class WeComProvider(Provider):
    """One company at WeCom."""

    name: ClassVar[str] = "wecom"
    title: ClassVar[str] = "WeCom (企业微信)"
    capabilities: ClassVar[Capabilities] = CAPABILITIES
    default_limits: ClassVar[LimitTable] = LIMITS
    scope_parameters: ClassVar[Mapping[str, Collection[str]]] = {
        "staff": (
            "userid",
            "user",
            "user_list",
            "userlist",
            "add_user_list",
            "del_user_list",
            "owner",
            "handover_userid",
            "takeover_userid",
            "new_owner",
            "sender",
            "touser",
        ),
        "groups": ("chat_id", "chat_id_list", "chatid"),
        "codes": ("config_id", "link_id"),
        "departments": ("party", "partyid", "toparty", "department_list"),
    }

    def __init__(self, config: WeComConfig, context: ProviderContext | None = None) -> None:
        super().__init__(context or ProviderContext())
        self.config = config
        self._client = client = WeComClient(config, self.context, self.limits)
        self.staff = WeComStaff(client, self.limits)
        self.members = WeComMembers(client, self.limits)
        self.tags = WeComTags(client, self.limits)
        self.groups = WeComGroups(client, self.limits, self._people)
        self.messages = WeComMessages(client, self.limits)
        self.moments = WeComMoments(client, self.limits)
        self.live_codes = WeComLiveCodes(client, self.limits)
        self.handover = WeComHandover(client, self.limits)
        self.rules = WeComRules(client, self.limits)
        self.products = WeComProducts(client, self.limits)
        self.acquisition = WeComAcquisition(client, self.limits)
        self.media = WeComMedia(client, self.limits)
        self.callbacks = WeComCallbacks(client, self.limits)
        self.statistics = WeComStatistics(client, self.limits, self.context.clock)

    def _people(self) -> Iterator[str]:
        """Yield the ids of all who may own a group, as far as the vendor tells; some come twice."""
        yield from (staff.staff_id for staff in self.staff.list())
        yield from self.staff.serving()
        yield from (left.staff_id for left in self.handover.unassigned())

    @classmethod
    def from_settings(cls, settings: Settings, context: ProviderContext) -> Self:
        """Make a provider from ``CORP_ID``, ``SECRET`` and the optional settings of ``WeComConfig.from_settings``."""
        return cls(WeComConfig.from_settings(settings), context)

    @property
    def company(self) -> str:
        """The corp id (企业ID)."""
        return self.config.corp_id

    @property
    def host(self) -> str:
        """Host and port that calls go to."""
        return self._client.host

    def call(self, endpoint: str, **params: Any) -> Mapping[str, Any]:
        """Call an endpoint by name (``mark_tag``) or path (``externalcontact/get_moment_list``).

        ``_method="GET"`` sends the parameters in the query; ``_app`` names the app whose token is used, by default
        the one whose role the path suggests; ``_priority=True`` goes ahead of bulk calls that wait for the endpoint,
        for what somebody is waiting for. Needs whatever permission the endpoint needs.
        """
        method, app = str(params.pop("_method", "POST")), str(params.pop("_app", ""))
        priority = bool(params.pop("_priority", False))
        hidden = Params(params)
        params.clear()  # a plain mapping among the local values would show in a traceback
        app = self.config.app_named(app).name if app else ""
        return self._client.call(find(endpoint, method), hidden, app=app, priority=priority)

    def diagnose(self) -> list[Finding]:
        """Check reachability, clock, the token of each app, and what each role may do; sends reads only."""
        return diagnose(self._client, self.context.clock)

    def close(self) -> None:
        """Close all connections."""
        self._client.close()
