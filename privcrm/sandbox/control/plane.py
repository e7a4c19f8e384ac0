"""The paths under /sandbox/. Everything is JSON; mistakes of the caller answer 400 with {"error": …}."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import attrs

from privcrm.sandbox.calls import RecordedCall
from privcrm.sandbox.control.actions import act, catalogue
from privcrm.sandbox.control.paging import BadRequest, number, page
from privcrm.sandbox.control.state import state
from privcrm.sandbox.jsonio import is_list, is_object, loads
from privcrm.sandbox.simulation import Simulation
from privcrm.sandbox.wecom.apps import CUSTOMER_CONTACT_AGENT, App, Role
from privcrm.sandbox.wecom.callbacks.deliveries import Delivery

PREFIX = "/sandbox"
_DECADE = 10 * 366 * 86400
_LONGEST_ID = 18
_LONGEST_FLUSH = 600


@attrs.frozen
class Ask:
    """A request to the control plane: what stands behind the name in the path, the query and the body."""

    simulation: Simulation
    rest: str
    query: Mapping[str, str]
    body: dict[str, Any]


Handler = Callable[[Ask], Any]


def index(ask: Ask) -> dict[str, Any]:
    """Say what the sandbox is and holds."""
    simulation = ask.simulation
    totals = simulation.recorder.totals
    return {
        **attrs.asdict(simulation.size),
        "now": simulation.clock.time(),
        "faults": len(simulation.faults),
        "calls": [{"path": path, "errcode": code, "count": n} for (path, code), n in sorted(totals.items())],
        "paths": sorted({f"{PREFIX}/{name}" for _, name in ROUTES if name}),
    }


def reset(ask: Ask) -> dict[str, Any]:
    """Begin anew from the seed; virtual time stays."""
    ask.simulation.reset()
    return {}


def read_state(ask: Ask) -> dict[str, Any]:
    """Page through staff, members, tags, groups and what later work adds."""
    return state(ask.simulation.company, ask.rest, ask.query)


def read_calls(ask: Ask) -> dict[str, Any]:
    """Page through the recorded calls: ?path= (a glob), ?since= (virtual unix seconds)."""
    path, since, recorder = ask.query.get("path") or "*", number(ask.query, "since", 0), ask.simulation.recorder

    def call_number(call: RecordedCall) -> int:
        return call.number

    count = sum(1 for _ in recorder.select(path, since))
    return page(
        ask.query,
        lambda after: recorder.select(path, since, max(0, after)),
        place=call_number,
        row=attrs.asdict,
        count=count,
    )


def forget_calls(ask: Ask) -> dict[str, Any]:
    """Drop the recorded calls."""
    ask.simulation.recorder.forget()
    return {}


def read_deliveries(ask: Ask) -> dict[str, Any]:
    """Page through the tries to deliver callbacks: ?app=, ?since= (virtual unix seconds)."""
    book, since = ask.simulation.callbacks.deliveries, number(ask.query, "since", 0)
    app = _app(ask, ask.query["app"]).agent_id if ask.query.get("app") else None

    def delivery_number(delivery: Delivery) -> int:
        return delivery.number

    return page(
        ask.query,
        lambda after: book.select(app, since, max(0, after)),
        place=delivery_number,
        row=Delivery.row,
        count=sum(1 for _ in book.select(app, since)),
    )


def forget_deliveries(ask: Ask) -> dict[str, Any]:
    """Drop the record of deliveries."""
    ask.simulation.callbacks.deliveries.forget()
    return {}


def read_clock(ask: Ask) -> dict[str, Any]:
    """Return virtual time (unix seconds) and its distance from real time."""
    return {"now": ask.simulation.clock.time(), "offset": ask.simulation.clock.offset}


def move_clock(ask: Ask) -> dict[str, Any]:
    """Move virtual time forward: {advance_seconds}."""
    seconds = ask.body.get("advance_seconds")
    if not isinstance(seconds, (int, float)) or not 0 <= seconds <= _DECADE:
        raise BadRequest("advance_seconds is a number from 0 to ten years")
    ask.simulation.clock.advance(seconds)
    ask.simulation.callbacks.catch_up()
    return read_clock(ask)


def order_fault(ask: Ask) -> dict[str, Any]:
    """Order a fault: {path, kind, when, errcode|http_status, times|probability, delay_s} → {id}."""
    try:
        fault = ask.simulation.faults.add(**ask.body)
    except (TypeError, ValueError) as error:
        raise BadRequest(str(error)) from None
    return {"id": fault.id}


def read_faults(ask: Ask) -> dict[str, Any]:
    """Return one order, or all."""
    faults = ask.simulation.faults
    if not ask.rest:
        rows = [fault.row() for fault in faults]
        return {"items": rows, "next_cursor": "", "count": len(rows)}
    fault = faults.get(_id(ask.rest))
    if fault is None:
        raise BadRequest("there is no such fault")
    return fault.row()


def withdraw_faults(ask: Ask) -> dict[str, Any]:
    """Withdraw one order, or all."""
    ask.simulation.faults.remove(_id(ask.rest) if ask.rest else None)
    return {}


def _id(text: str) -> int:
    if not text.isdecimal() or len(text) > _LONGEST_ID:
        raise BadRequest("an id is a number")
    return int(text)


def read_switches(ask: Ask) -> dict[str, Any]:
    """Return every adjustable figure and open question with its values and why it is one."""
    rows = ask.simulation.company.rules.describe()
    return {"items": rows, "next_cursor": "", "count": len(rows)}


def set_switches(ask: Ask) -> dict[str, Any]:
    """Set switches by name."""
    try:
        ask.simulation.company.rules.change(ask.body)
    except ValueError as error:
        raise BadRequest(str(error)) from None
    ask.simulation.callbacks.catch_up()
    return read_switches(ask)


def _app_row(app: App) -> dict[str, Any]:
    return {
        "agent_id": app.agent_id,
        "name": app.name,
        "roles": sorted(role.value for role in app.roles),
        "visible": sorted(app.visible),
        "trusted_addresses": sorted(app.trusted_addresses),
        "enabled": app.enabled,
    }


def read_apps(ask: Ask) -> dict[str, Any]:
    """Return the apps, without their secrets."""
    rows = [_app_row(app) for app in ask.simulation.company.apps]
    return {"items": rows, "next_cursor": "", "count": len(rows)}


def set_app(ask: Ask) -> dict[str, Any]:
    """Change what an app may do: any of roles, visible (departments), trusted_addresses, enabled."""
    app = _app(ask, ask.rest)
    unknown = ask.body.keys() - {"roles", "visible", "trusted_addresses", "enabled"}
    if unknown:
        raise BadRequest(f"an app has no {', '.join(sorted(unknown))}")
    before = ask.simulation.callbacks.who_has(app)
    try:
        app.roles = frozenset(Role(role) for role in _list(ask, "roles", app.roles))
        app.visible = frozenset(int(number) for number in _list(ask, "visible", app.visible))
    except (TypeError, ValueError) as error:
        raise BadRequest(str(error)) from None
    app.trusted_addresses = frozenset(str(text) for text in _list(ask, "trusted_addresses", app.trusted_addresses))
    app.enabled = bool(ask.body.get("enabled", app.enabled))
    ask.simulation.callbacks.tell_range(app, before)
    return _app_row(app)


def _app(ask: Ask, agent_id: str) -> App:
    app = ask.simulation.company.app(_id(agent_id))
    if app is None:
        raise BadRequest("there is no such app")
    return app


def _list(ask: Ask, name: str, default: Iterable[Any]) -> Iterable[Any]:
    if name not in ask.body:
        return default
    value: Any = ask.body[name]
    if not is_list(value):
        raise BadRequest(f"{name} is a list")
    return value


def set_callback(ask: Ask) -> dict[str, Any]:
    """Say where an app's callbacks go: {url, app, verify}; or wait until all are out: callback/flush {timeout_s}."""
    if ask.rest == "flush":
        return _flush(ask)
    url, app = ask.body.get("url") or "", ask.body.get("app", CUSTOMER_CONTACT_AGENT)
    if ask.rest or not isinstance(url, str) or not isinstance(app, (str, int)):
        raise BadRequest("url (empty for none) and app (an agent id) are needed")
    found = _app(ask, str(app))
    try:
        ask.simulation.callbacks.set_url(found, url, verify=bool(ask.body.get("verify", True)))
    except ValueError as error:
        raise BadRequest(str(error)) from None
    return {"url": url, "app": found.agent_id}


def _flush(ask: Ask) -> dict[str, Any]:
    timeout = ask.body.get("timeout_s", 10)
    if not isinstance(timeout, (int, float)) or not 0 <= timeout <= _LONGEST_FLUSH:
        raise BadRequest(f"timeout_s is a number from 0 to {_LONGEST_FLUSH}")
    return ask.simulation.callbacks.flush(timeout)


def read_callbacks(ask: Ask) -> dict[str, Any]:
    """Return where the callbacks of apps go."""
    rows = [{"url": url, "app": app} for app, url in sorted(ask.simulation.callbacks.urls.items())]
    return {"items": rows, "next_cursor": "", "count": len(rows)}


def read_actions(ask: Ask) -> dict[str, Any]:
    """Return what people can do."""
    del ask  # the catalogue is the same for every company
    rows = catalogue()
    return {"items": rows, "next_cursor": "", "count": len(rows)}


def do_action(ask: Ask) -> dict[str, Any]:
    """Let somebody do something."""
    return act(ask.simulation, ask.rest, ask.body)


ROUTES: Mapping[tuple[str, str], Handler] = {
    ("GET", ""): index,
    ("POST", "reset"): reset,
    ("GET", "state"): read_state,
    ("GET", "calls"): read_calls,
    ("DELETE", "calls"): forget_calls,
    ("GET", "deliveries"): read_deliveries,
    ("DELETE", "deliveries"): forget_deliveries,
    ("GET", "clock"): read_clock,
    ("POST", "clock"): move_clock,
    ("POST", "faults"): order_fault,
    ("GET", "faults"): read_faults,
    ("DELETE", "faults"): withdraw_faults,
    ("GET", "switches"): read_switches,
    ("PATCH", "switches"): set_switches,
    ("GET", "apps"): read_apps,
    ("PATCH", "apps"): set_app,
    ("POST", "callback"): set_callback,
    ("GET", "callback"): read_callbacks,
    ("GET", "actions"): read_actions,
    ("POST", "actions"): do_action,
}


class ControlPlane:
    """Answers the paths under /sandbox/ with (HTTP status, value)."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation

    def answer(self, method: str, path: str, query: Mapping[str, str], body: bytes) -> tuple[int, Any]:
        """Answer one request."""
        name, _, rest = path.removeprefix(PREFIX).strip("/").partition("/")
        handler = ROUTES.get((method, name))
        if handler is None:
            return 404, {"error": f"there is no {method} {path}"}
        try:
            return 200, handler(Ask(self._simulation, rest, query, _object(body)))
        except BadRequest as error:
            return 400, {"error": str(error)}


def _object(body: bytes) -> dict[str, Any]:
    try:
        value: Any = loads(body) if body else {}
    except ValueError:
        raise BadRequest("the body is not JSON") from None
    if not is_object(value):
        raise BadRequest("the body is not a JSON object")
    return value
