"""Callbacks (回调). https://developer.work.weixin.qq.com/document/path/92521."""

from privcrm.provider.ports import CallbacksPort
from privcrm_wecom.api.area import Area
from privcrm_wecom.convert import values
from privcrm_wecom.endpoints.basics import GETCALLBACKIP


class WeComCallbacks(Area, CallbacksPort):
    """Every app may ask."""

    def addresses(self) -> tuple[str, ...]:
        """Return the addresses and networks that callbacks come from; the vendor advises to read them once a day."""
        return values.texts(self._client.call(GETCALLBACKIP, {}).get("ip_list"))
