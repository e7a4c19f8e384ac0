"""The gateway over HTTP: pages, languages, marks, methods, domains, rates."""

import base64
import hashlib
import re
from collections.abc import Generator
from contextlib import contextmanager

import pytest

from privcrm.clock import ManualClock
from privcrm.errors import ConfigurationError, StoreError
from privcrm.models.codes import LaunchGate, OnEmpty, OverflowStrategy
from privcrm.services.live_codes.gateway.ports import StaffAnswer
from privcrm.store import Store, open_store
from privcrm.store.live_codes.codes import CodeLife
from privcrm.web.gateway.address import preferred
from privcrm.web.gateway.clients import Buckets, RequestRate, client_of
from privcrm.web.gateway.gateway import Gateway
from privcrm.web.gateway.pages import _code_page
from privcrm.web.gateway.policy import GatewayPolicy, GatewayRequest
from tests.unit.live_codes.gateway.places import PNG, Place, group_code, staff_code
from tests.unit.web.gateway.browsing import Browser, gateway_of, header, heading, side_of


def test_a_link_shows_the_picture_of_the_moment(place: Place, browser: Browser) -> None:
    link = place.images(name="Town & <friends>")
    reply = browser.ask(f"/{link}", accept_language="en-GB,en;q=0.9,zh;q=0.2")
    page = reply.body.decode()
    assert (reply.status, heading(reply), header(reply, "Content-Language")) == (200, "Join the group", "en")
    assert base64.b64encode(PNG + b"g1").decode() in page
    assert 'alt="QR code: Town &amp; &lt;friends&gt;"' in page
    assert "<friends>" not in page
    assert '<html lang="en">' in page


def test_no_answer_is_kept_and_nothing_else_is_loaded(place: Place, browser: Browser) -> None:
    reply = browser.ask(f"/{place.images()}")
    assert header(reply, "Cache-Control") == "no-store"
    assert header(reply, "Referrer-Policy") == "no-referrer"
    assert header(reply, "X-Content-Type-Options") == "nosniff"
    policy = header(reply, "Content-Security-Policy")
    assert policy.startswith("default-src 'none'; img-src data:; style-src 'sha256-")
    assert "unsafe" not in policy
    assert "script" not in reply.body.decode()
    assert not re.search(r"(src|href)=\"(https?:)?//", reply.body.decode())


def test_the_style_is_the_one_that_the_policy_allows(place: Place, browser: Browser) -> None:
    reply = browser.ask(f"/{place.images()}")
    style = re.search(r"<style>(.*?)</style>", reply.body.decode(), re.DOTALL)
    assert style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"'sha256-{digest}'" in header(reply, "Content-Security-Policy")


def test_a_condition_gets_the_whole_page(place: Place, browser: Browser) -> None:
    link = place.images()
    reply = browser.ask(f"/{link}", if_none_match="*", if_modified_since="Fri, 02 Jan 2026 00:00:00 GMT")
    assert (reply.status, header(reply, "ETag"), header(reply, "Last-Modified")) == (200, "", "")


def test_a_visitor_is_known_again_by_a_signed_mark(place: Place, browser: Browser) -> None:
    link = place.images()
    first = header(browser.ask(f"/{link}"), "Set-Cookie")
    assert re.fullmatch(
        r"__Host-privcrm=[\w\-]{16}\.[\w\-]{24}; Max-Age=15552000; Path=/; Secure; HttpOnly; SameSite=Lax", first
    )
    assert header(browser.ask(f"/{link}"), "Set-Cookie") == ""
    assert place.funnel() == {"views": 2, "shown": 2, "repeats": 1}


@pytest.mark.parametrize(
    "tampered", ["__Host-privcrm=AAAAAAAAAAAAAAAA.BBBBBBBBBBBBBBBBBBBBBBBB", "__Host-privcrm=", "x"]
)
def test_a_mark_that_we_did_not_sign_is_nobodys(place: Place, browser: Browser, tampered: str) -> None:
    link = place.images()
    browser.cookie = tampered
    assert header(browser.ask(f"/{link}"), "Set-Cookie")


def test_the_application_may_say_who_it_is_and_the_store_does_not_hear(place: Place) -> None:
    asked: list[GatewayRequest] = []

    def identify(request: GatewayRequest) -> str:
        asked.append(request)
        return "unionid-of-ann"

    browser = Browser(gateway_of(place, identify=identify))
    link = place.images()
    for _ in range(2):
        assert header(browser.ask(f"/{link}", query="a=1"), "Set-Cookie") == ""
    assert (asked[0].path, asked[0].query, asked[0].headers["host"]) == (f"/{link}", "a=1", "go.example.com")
    assert "a=1" not in repr(asked[0])
    assert place.funnel()["repeats"] == 1
    with place.store.database.connect() as connection:
        rows = connection.all("SELECT * FROM privcrm_code_reservation")
    assert "ann" not in repr(rows)


def test_who_cannot_be_identified_is_known_by_his_mark(place: Place) -> None:
    def identify(request: GatewayRequest) -> str:
        raise RuntimeError("no session")

    reply = Browser(gateway_of(place, identify=identify)).ask(f"/{place.images()}")
    assert reply.status == 200
    assert header(reply, "Set-Cookie")


# -- languages


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "zh"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-US", "en"),
        ("fr, en;q=0.5", "en"),
        ("fr", "zh"),
        ("en;q=0.3, zh-TW;q=0.7", "zh"),
        ("en;q=oops, zh;q=0.1", "zh"),
        ("*", "zh"),
        (",;;=" * 500, "zh"),
    ],
)
def test_the_language_is_the_one_liked_best(accepted: str, language: str) -> None:
    assert preferred(accepted) == language


def test_the_language_can_be_chosen_by_the_address(place: Place, browser: Browser) -> None:
    link = place.images()
    chinese = browser.ask(f"/{link}/zh", accept_language="en")
    english = browser.ask(f"/{link}/en", accept_language="zh")
    assert [heading(chinese), heading(english)] == ["加入群聊", "Join the group"]
    assert '<a href="en" lang="en"' in chinese.body.decode()
    assert f'<a href="{link}/zh" lang="zh-CN"' in browser.ask(f"/{link}", accept_language="en").body.decode()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_state_has_a_page_in_both_languages(place: Place, browser: Browser, language: str) -> None:
    links = {
        "waiting": place.images("a", rooms=(190,)),
        "preparing": place.add(group_code("b"), CodeLife.DRAFT),
        "ended": place.add(group_code("c"), CodeLife.DELETED),
        "gate": place.add(group_code("d", gate=LaunchGate(60, 100)), CodeLife.DRAFT),
        "closed": place.add(staff_code("e")),
    }
    place.staffing.answers["e"] = StaffAnswer(None, on_empty=OnEmpty.CLOSED)
    replies = {name: browser.ask(f"/{link}/{language}") for name, link in links.items()}
    replies["unknown"] = browser.ask("/nowhere", accept_language=language)
    replies["method"] = browser.ask("/nowhere", "PUT", accept_language=language)
    assert {name: reply.status for name, reply in replies.items()} == {
        **dict.fromkeys(("waiting", "preparing", "gate", "closed"), 200),
        "ended": 410,
        "unknown": 404,
        "method": 405,
    }
    headings = [heading(reply) for reply in replies.values()]
    assert len(set(headings)) == len(headings)
    is_chinese = [bool(re.search(r"[\u4e00-\u9fff]", each)) for each in headings]
    assert is_chinese == [language == "zh"] * len(headings)
    assert 'http-equiv="refresh"' in replies["waiting"].body.decode()


# -- the gate


def test_people_sign_up_once_and_see_how_many_did(place: Place, browser: Browser) -> None:
    link = place.add(group_code("town", OverflowStrategy.IMAGES, gate=LaunchGate(2, 100)), CodeLife.DRAFT)
    page = browser.ask(f"/{link}/en")
    assert "We start when 2 people have signed up; 0 so far" in page.body.decode()
    assert '<form method="post">' in page.body.decode()
    for _ in range(2):
        reply = browser.ask(f"/{link}/en", "POST")
        assert (reply.status, header(reply, "Location"), reply.body) == (303, "en", b"")
    said = browser.ask(f"/{link}/en")
    assert heading(said) == "You are signed up"
    assert "1 so far" in said.body.decode()
    assert "<form" not in said.body.decode()
    other = Browser(browser.gateway)
    assert header(other.ask(f"/{link}", "POST"), "Location") == link  # without a mark he is asked once more
    other.ask(f"/{link}", "POST")
    assert heading(browser.ask(f"/{link}/en")) == "Enough people: about to start"
    assert place.gathered == ["town"]


def test_another_site_cannot_sign_people_up(place: Place, browser: Browser) -> None:
    link = place.add(group_code("town", gate=LaunchGate(2, 100)), CodeLife.DRAFT)
    browser.ask(f"/{link}")
    browser.ask(f"/{link}", "POST", sec_fetch_site="cross-site")
    assert "committed" not in place.funnel()
    browser.ask(f"/{link}", "POST", sec_fetch_site="same-origin")
    assert place.funnel()["committed"] == 1


# -- methods


def test_head_answers_as_get_and_counts_nothing(place: Place, browser: Browser) -> None:
    link = place.images()
    reply = browser.ask(f"/{link}", "HEAD")
    assert (reply.status, header(reply, "Set-Cookie")) == (200, "")
    assert reply.body == browser.ask(f"/{link}").body
    assert place.funnel() == {"views": 1, "shown": 1}
    assert browser.ask("/nowhere", "HEAD").status == 404


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "get", ""])
def test_other_methods_are_refused(place: Place, browser: Browser, method: str) -> None:
    reply = browser.ask(f"/{place.images()}", method)
    assert (reply.status, header(reply, "Allow")) == (405, "GET, HEAD, POST")


# -- domains


def test_every_domain_serves_and_links_are_made_with_the_first(place: Place, browser: Browser) -> None:
    link = place.images()
    assert browser.gateway.link(link) == f"https://go.example.com/{link}"
    for host, status in {
        "go.example.com": 200,
        "GO.example.com:8443": 200,
        "spare.example.com": 200,
        "evil.example": 421,
        "go.example.com.evil.example": 421,
        "": 421,
    }.items():
        browser.host = host
        assert browser.ask(f"/{link}").status == status


def test_without_domains_any_name_is_served_and_no_link_can_be_made(place: Place) -> None:
    gateway = gateway_of(place)
    assert Browser(gateway, host="anything").ask(f"/{place.images()}").status == 200
    with pytest.raises(ConfigurationError, match="domains"):
        gateway.link("abc")


@pytest.mark.parametrize(
    "wrong",
    [
        {"domains": ["https://go.example.com"]},
        {"domains": ["go.example.com/path"]},
        {"domains": "go.example.com"},
        {"domains": ["go\r\nSet-Cookie: x"]},
        {"mount": "/a b"},
        {"trusted_proxies": ["proxy"]},
    ],
)
def test_a_policy_that_cannot_be_meant_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ConfigurationError):
        GatewayPolicy(**wrong)  # type: ignore[arg-type]


def test_a_mount_is_part_of_every_address(place: Place) -> None:
    browser = Browser(gateway_of(place, domains=["go.example.com"], mount="/q/"))
    link = place.images()
    assert browser.ask(f"/q/{link}").status == 200
    assert browser.ask(f"/{link}").status == 404
    assert browser.ask("/q/healthz").status == 200
    assert browser.gateway.link(link) == f"https://go.example.com/q/{link}"


# -- rates


def test_one_client_is_held_to_a_rate_and_others_are_not(place: Place, clock: ManualClock) -> None:
    browser = Browser(gateway_of(place, rate=RequestRate(1.0, 3)))
    link = place.images()
    statuses = [browser.ask(f"/{link}", client="203.0.113.7").status for _ in range(5)]
    assert statuses == [200, 200, 200, 429, 429]
    reply = browser.ask(f"/{link}", client="203.0.113.7")
    assert header(reply, "Retry-After") == "2"
    assert browser.ask(f"/{link}", client="203.0.113.8").status == 200
    clock.advance(1)
    assert browser.ask(f"/{link}", client="203.0.113.7").status == 200


def test_buckets_are_bounded_in_number() -> None:
    clock = ManualClock()
    buckets = Buckets(RequestRate(1.0, 1, most_clients=100), clock.monotonic)
    for number in range(1_000):
        assert buckets.take(str(number)) == 0
    assert len(buckets._kept) == 100
    assert buckets.take("999") > 0


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("198.51.100.1", "203.0.113.9", "198.51.100.1"),  # no proxy of ours: what it says is not read
        ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "1.1.1.1, 203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "1.1.1.1, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        ("10.0.0.1", "garbage", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("", "203.0.113.9", ""),
        ("2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::"),
        ("::ffff:203.0.113.9", "", "203.0.113.9"),
    ],
)
def test_who_is_at_the_other_end_is_read_as_far_as_it_can_be_trusted(peer: str, forwarded: str, client: str) -> None:
    trusted = GatewayPolicy(trusted_proxies=["10.0.0.0/8"]).trusted_proxies
    assert client_of(peer, forwarded, trusted) == client


# -- several companies, health, faults


def test_several_companies_share_an_address_and_nothing_else(place: Place, store: Store, clock: ManualClock) -> None:
    """D33: the second company's codes are its own."""
    with open_store(str(store.database._engine.url), clock=clock, company="other") as second:
        other = Place(second, clock)
        browser = Browser(gateway_of(place, other))
        ours, theirs = place.images("town", name="Ours"), other.images("town", name="Theirs")
        assert "Ours" in browser.ask(f"/{ours}").body.decode()
        assert "Theirs" in browser.ask(f"/{theirs}").body.decode()
        assert (place.funnel(), other.funnel()) == ({"views": 1, "shown": 1}, {"views": 1, "shown": 1})
        assert browser.ask("/nowhere").status == 404


def test_a_gateway_needs_a_company() -> None:
    with pytest.raises(ConfigurationError, match="at least one"):
        Gateway([])


def test_health_is_one_word(place: Place, browser: Browser) -> None:
    browser.host = "10.0.0.9"
    assert browser.ask("/healthz").body == b'{"status": "ok"}\n'
    assert browser.ask("/healthz", "POST").status == 405


def test_without_a_store_pages_go_on_and_then_say_so(
    place: Place, browser: Browser, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = place.images()
    shown = browser.ask(f"/{link}")

    @contextmanager
    def broken(**options: object) -> Generator[None]:
        raise StoreError("the store is away")
        yield

    for name in ("connect", "transaction", "snapshot"):
        monkeypatch.setattr(place.store.database, name, broken)
    reply = Browser(browser.gateway).ask(f"/{link}")
    assert (reply.status, reply.body) == (200, shown.body)
    assert browser.ask("/healthz").body == b'{"status": "store_unreachable"}\n'
    assert browser.ask(f"/{link}", "HEAD").status == 503
    clock.advance(601)
    reply = browser.ask(f"/{link}/en")
    assert (reply.status, header(reply, "Retry-After"), heading(reply)) == (503, "30", "Not available for the moment")
    assert browser.ask("/unheard1").status == 503  # it may be a link: nobody can tell


def test_whatever_breaks_a_visitor_gets_a_page(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    gateway = gateway_of(place)
    monkeypatch.setattr(place.desk, "decide", lambda visit: 1 / 0)
    reply = Browser(gateway).ask(f"/{place.images()}", accept_language="en")
    assert (reply.status, heading(reply)) == (500, "Something went wrong")
    assert side_of(place).desk is place.desk


def test_pictures_at_the_vendors_are_let_in_by_name(store: Store, clock: ManualClock) -> None:
    place = Place(store, clock, picture_hosts=frozenset({"wework.qpic.example"}))
    link = place.add(group_code("town", OverflowStrategy.NATIVE))
    place.vendor_code("town", url="https://wework.qpic.example/qr.png?a=1&b=2")
    reply = Browser(gateway_of(place)).ask(f"/{link}")
    assert "img-src data: https://wework.qpic.example;" in header(reply, "Content-Security-Policy")
    assert 'src="https://wework.qpic.example/qr.png?a=1&amp;b=2"' in reply.body.decode()


def test_a_large_picture_is_shown_and_not_kept(place: Place, browser: Browser) -> None:
    link = place.images()
    place.image("town", "g1", content=PNG + bytes(400_000))
    before = _code_page.cache_info().currsize
    assert len(browser.ask(f"/{link}").body) > 500_000
    assert _code_page.cache_info().currsize == before
