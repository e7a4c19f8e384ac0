"""What may be shown: pictures by their first bytes, and addresses of the vendor's hosts."""

import pytest

from privcrm.clock import ManualClock
from privcrm.errors import ConfigurationError, InputError
from privcrm.models.codes import OverflowStrategy
from privcrm.services.live_codes.gateway.settings import GatewaySettings
from privcrm.services.live_codes.gateway.targets import MOST_BYTES, check_picture, check_url
from privcrm.services.live_codes.gateway.visits import Page
from privcrm.store import Store
from tests.unit.live_codes.gateway.places import PNG, Place, group_code

HOSTS = frozenset({"wework.qpic.example"})


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PNG + b"x", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a..", "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
    ],
)
def test_pictures_are_known_by_their_first_bytes(content: bytes, kind: str) -> None:
    assert check_picture(content) == kind


@pytest.mark.parametrize(
    "content", [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"<html>", b"%PDF-1.7", b"RIFF\0\0\0\0WAVE", PNG[:4]]
)
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(InputError, match="PNG"):
        check_picture(content)


def test_a_picture_that_no_phone_would_load_is_refused() -> None:
    with pytest.raises(InputError, match="smaller"):
        check_picture(PNG + bytes(MOST_BYTES))


def test_an_address_is_the_vendors_over_https() -> None:
    url = "https://wework.qpic.example/wwpic/123_abc/0?x=1"
    assert check_url(url, HOSTS) == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://wework.qpic.example/0",
        "//wework.qpic.example/0",
        "https://wework.qpic.example.evil.example/0",
        "https://evil.example/wework.qpic.example",
        "https://wework.qpic.example@evil.example/0",
        "https://user:pass@wework.qpic.example/0",
        "https://wework.qpic.example:8443/0",
        "https://wework.qpic.example:x/0",
        "https://wework.qpic.example\\@evil.example/",
        'https://wework.qpic.example/"><script>',
        "https://wework.qpic.example/\r\nX: y",
        "https://wework.qpic.example/ x",
        "https://wework.qpic.еxample/0",
        "javascript:alert(1)//wework.qpic.example",
        "data:image/png;base64,AAAA",
        "https://[::1",
        "https://127.0.0.1/",
    ],
)
def test_any_other_address_is_refused(url: str) -> None:
    with pytest.raises(InputError, match=r"address|host"):
        check_url(url, HOSTS)


def test_what_was_not_fetched_is_shown_by_its_address_if_that_is_the_vendors(store: Store, clock: ManualClock) -> None:
    place = Place(store, clock, picture_hosts=HOSTS)
    link = place.add(group_code("town", OverflowStrategy.NATIVE))
    place.vendor_code("town", url="https://evil.example/qr.png")
    assert place.visit(link).page is Page.PREPARING
    place.vendor_code("town", url="https://wework.qpic.example/qr.png")
    decision = place.visit(link)
    assert decision.picture is not None
    assert (decision.page, decision.picture.url) == (Page.CODE, "https://wework.qpic.example/qr.png")
    place.vendor_code("town")  # fetched by now
    fetched = place.visit(link).picture
    assert fetched is not None
    assert (fetched.url, fetched.content) == ("", PNG + b"town/0")


def test_without_hosts_no_address_is_shown(place: Place) -> None:
    link = place.add(group_code("town", OverflowStrategy.NATIVE))
    place.vendor_code("town", url="https://wework.qpic.example/qr.png")
    assert place.visit(link).page is Page.PREPARING


@pytest.mark.parametrize("wrong", [{"reserved_for": 0}, {"patience": -1}, {"memory_for": -1}, {"sticky_for": -1}])
def test_settings_that_cannot_be_meant_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ConfigurationError, match="seconds"):
        GatewaySettings(**wrong)  # type: ignore[arg-type]
