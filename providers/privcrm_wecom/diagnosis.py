"""Whether a configuration works, and what to mend: harmless reads, turned into findings."""

from collections.abc import Callable
from typing import Any

from privcrm.clock import Clock
from privcrm.errors import ConfigurationError, ProviderError
from privcrm.provider import Endpoint, Finding, Verdict
from privcrm.transport import seconds_of
from privcrm_wecom import errcodes
from privcrm_wecom.client import WeComClient
from privcrm_wecom.config import WeComApp
from privcrm_wecom.convert import values
from privcrm_wecom.endpoints.basics import AGENT_GET
from privcrm_wecom.endpoints.staff import FOLLOW_USERS, USER_LIST_ID

_MOST_SKEW = 60.0
_ROOT = "1"


def diagnose(client: WeComClient, clock: Clock) -> list[Finding]:
    """Return one finding for each thing looked at; never raises for what the vendor does."""
    reachable = _reachability(client, clock)
    if reachable[0].verdict is Verdict.FAILED:
        return reachable
    apps = client.config.apps
    told = [_callbacks(app) for app in apps if app.callback_pairs]
    return reachable + [finding for app in apps for finding in _app(client, app)] + told


def _reachability(client: WeComClient, clock: Clock) -> list[Finding]:
    greeting = client.knock()
    if greeting is None:
        cure = "check network, firewall, BASE_URL, PRIVCRM_PROXY and PRIVCRM_CA_BUNDLE"
        return [Finding("reachability", Verdict.FAILED, f"no answer from {client.host}", cure)]
    findings = [Finding("reachability", Verdict.OK, f"{client.host} answers")]
    if greeting.address:
        # What has to stand under 企业可信IP: behind a proxy or NAT it is not this machine's own address.
        findings.append(Finding("egress address", Verdict.OK, greeting.address))
    theirs = seconds_of(greeting.date)
    if theirs is None:
        return findings
    skew = clock.time() - theirs
    if abs(skew) <= _MOST_SKEW:
        return [*findings, Finding("clock", Verdict.OK, f"{skew:+.0f} s against the vendor")]
    cure = "set this machine's clock (NTP): callbacks older than five minutes are refused"
    return [*findings, Finding("clock", Verdict.WARNING, f"{skew:+.0f} s against the vendor", cure)]


def _app(client: WeComClient, app: WeComApp) -> list[Finding]:
    token = _check(f"token of app {app.name}", "accepted", lambda: client.probe(app.name))
    if token.verdict is Verdict.FAILED:
        return [token]
    checks = [token]
    if app.agent_id:
        checks.append(_visible_range(client, app))
    if "customer_contact" in app.roles:
        checks.append(_read(client, app, "customer contact (客户联系)", FOLLOW_USERS, {}))
    if "directory" in app.roles:
        checks.append(_read(client, app, "directory (通讯录同步)", USER_LIST_ID, {"limit": 1}))
    return checks


def _callbacks(app: WeComApp) -> Finding:
    """Say what would be taken; whether anything arrives, nobody can ask the vendor."""
    pairs = len(app.callback_pairs)
    seen = f"{pairs} pairs of token and key" if pairs > 1 else "a token and a key"
    where = f"told at {app.callback_path}" if app.callback_path else "told apart by the token"
    return Finding(f"callbacks of app {app.name}", Verdict.OK, f"{seen}, {where}")


def _visible_range(client: WeComClient, app: WeComApp) -> Finding:
    """Read what the app is: its id belongs to its secret, and it says whom it sees (all else answers 60011)."""
    subject, answer = f"agent id of app {app.name}", dict[str, Any]()
    allowed = _check(
        subject, "", lambda: answer.update(client.call(AGENT_GET, {"agentid": app.agent_id}, app=app.name))
    )
    if allowed.verdict is Verdict.FAILED:
        return allowed
    departments = values.texts(values.mapping(answer.get("allow_partys")).get("partyid"))
    people = values.rows(values.mapping(answer.get("allow_userinfos")).get("user"))
    seen = f"sees {len(departments)} departments with all below them, and {len(people)} employees by name"
    if _ROOT in departments:
        return Finding(subject, Verdict.OK, "allowed, sees the whole company")
    cure = "console: 应用管理 → the app → 可见范围; whoever lies outside is refused or missing (60011)"
    verdict = Verdict.WARNING if "app_chats" in app.roles or not (departments or people) else Verdict.OK
    return Finding(subject, verdict, f"allowed, {seen}", cure)


def _read(client: WeComClient, app: WeComApp, what: str, endpoint: Endpoint, params: dict[str, object]) -> Finding:
    return _check(f"{what} of app {app.name}", "allowed", lambda: client.call(endpoint, params, app=app.name))


def _check(subject: str, good: str, attempt: Callable[[], object]) -> Finding:
    try:
        attempt()
    except ProviderError as error:
        # The vendor's own text quotes the address, and the advice carries it.
        what = "address not trusted" if error.code == errcodes.ADDRESS_NOT_TRUSTED else error.message
        code = f" (code {error.code})" if error.code is not None else ""
        return Finding(subject, Verdict.FAILED, f"{what}{code}", error.advice)
    except ConfigurationError as error:
        return Finding(subject, Verdict.FAILED, str(error))
    return Finding(subject, Verdict.OK, good)
