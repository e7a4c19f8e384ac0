"""Pictures of codes: plain files at addresses that the vendor hands out, on hosts of its own.

No token goes there, so nothing secret can leak; but an address comes from outside, and a server must not be made to ask
any host for anything: only the vendor's are asked, by https.
"""

import re
import threading
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from privcrm.errors import AnswerLost, InputError
from privcrm.models import Download
from privcrm.provider import Effect, Endpoint, Repeat
from privcrm.transport import Params, Transport
from privcrm_wecom.api.pictures import content_type_of

__all__ = ["CodePictures"]

LARGEST: Final = 2 * 1024 * 1024
_VENDORS: Final = re.compile(r"([0-9a-z]([0-9a-z\-]*[0-9a-z])?\.)*qpic\.cn")
"""Letters of host names only: of any other, two readers of an address may take another part for its host."""
_MOST_HOSTS: Final = 8
_PICTURE: Final = Endpoint(
    "code_picture", "GET", "/", "", Effect.READ, Repeat.SAFE, "https://developer.work.weixin.qq.com/document/path/92228"
)


class CodePictures:
    """Fetches pictures of codes; ``open_host`` makes the transport to a host given as scheme, host and port."""

    def __init__(self, base_url: str, open_host: Callable[[str], Transport]) -> None:
        self._base_url = base_url
        self._open_host = open_host
        self._hosts: dict[str, Transport] = {}
        self._guard = threading.Lock()

    def fetch(self, url: str) -> Download:
        """Return the file; raises ``InputError`` for an address that is not the vendor's, else what calls raise."""
        base, target = self._place(url)
        blob = self._host(base).download(_PICTURE, Params({}), most=LARGEST, target=target)
        content_type = content_type_of(blob.content)
        if content_type not in ("image/png", "image/jpeg"):
            message = "the answer is no picture"
            raise AnswerLost(message, provider="wecom", operation=_PICTURE.name)
        return Download(blob.content, content_type)

    def close(self) -> None:
        """Close all connections."""
        with self._guard:
            for transport in self._hosts.values():
                transport.close()
            self._hosts.clear()

    def _place(self, url: str) -> tuple[str, str]:
        """Return scheme and host, and path with query, of an address that may be asked."""
        try:
            parts = urlsplit(url)
            host, _ = parts.hostname or "", parts.port
        except ValueError:
            raise _refused() from None
        if not url.isascii() or not url.isprintable() or " " in url or "@" in parts.netloc or not parts.path:
            raise _refused()
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        if f"{parts.scheme}://{parts.netloc}" == self._base_url:
            return self._base_url, target
        if parts.scheme not in ("http", "https") or not _VENDORS.fullmatch(host) or parts.port is not None:
            raise _refused()
        # The vendor's pages show http as well; its hosts answer https.
        return f"https://{host}", target

    def _host(self, base: str) -> Transport:
        with self._guard:
            if base not in self._hosts:
                if len(self._hosts) >= _MOST_HOSTS:
                    self._hosts.pop(next(iter(self._hosts))).close()
                self._hosts[base] = self._open_host(base)
            return self._hosts[base]


def _refused() -> InputError:
    return InputError("qr_url is no address of a picture at WeCom (https, *.qpic.cn): give the one that WeCom answered")
