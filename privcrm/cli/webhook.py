"""``privcrm webhook``: a ready receiver, and what stands in its inbox."""

import json
import logging
import sys
import threading
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from getpass import getuser
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from privcrm.cli.application import app_option, chosen_crm
from privcrm.cli.failures import DONE
from privcrm.cli.frame import Group, examples, jsonl_option, pass_session
from privcrm.cli.interruption import stop_on_signal
from privcrm.cli.jobs import finish, run_and_finish
from privcrm.cli.personal_files import remember
from privcrm.cli.session import Session
from privcrm.cli.times import beijing, iso
from privcrm.errors import ConfigurationError, InputError
from privcrm.jobs.model import JobState

if TYPE_CHECKING:
    from privcrm.crm import CRM
    from privcrm.events import Entry, Event

STATES = ("new", "done", "dead")


@click.group(
    cls=Group,
    epilog=examples(
        "privcrm webhook serve --port 8080 --jsonl events.jsonl",
        "privcrm webhook serve --port 8080 --app shop.crm:crm",
        "privcrm webhook list --state dead",
        "privcrm webhook replay",
        "privcrm webhook sweep",
    ),
)
def webhook() -> None:
    """Receive the vendor's callbacks: a ready receiver, and its inbox."""


@webhook.command(
    epilog=examples(
        "privcrm webhook serve",
        "privcrm webhook serve --port 8080 --jsonl -",
        "privcrm webhook serve --host 0.0.0.0 --port 8080 --app shop.crm:crm --workers 4",
    )
)
@click.option("--port", default=0, show_default=True, help="Port to listen on; 0 takes a free one.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@app_option
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Threads that handle events.")
@click.option("--direct", is_flag=True, help="No proxy stands before it: break off at once what cannot be kept.")
@jsonl_option("Write each event as a JSON line.")
@pass_session
def serve(
    session: Session, *, port: int, host: str, app: str | None, workers: int, direct: bool, jsonl: str | None
) -> int:
    """Receive callbacks until Ctrl-C.

    Each is verified, kept in the store, and only then answered. Events are handled here if there is something to do
    with them: --jsonl, or --app with the application's own handlers. Otherwise they are kept for who handles them.

    The first line on standard output is one JSON object with the address for the vendor's console (url) and that of
    the health page (health). Speaks no TLS: put a reverse proxy before it.
    """
    from privcrm.web import AsgiApp, HealthApp, WebhookServer

    if not session.quiet:
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    with chosen_crm(session, app) as crm, stop_on_signal() as stop, _written(crm, jsonl):
        receiver = AsgiApp(crm.webhooks.handle, hold_seconds=0) if direct else crm.webhooks.asgi
        server = WebhookServer(HealthApp(receiver, crm.webhooks.health), host, port)
        try:
            server.start()
        except OSError as error:
            reason = error.strerror or error
            raise ConfigurationError(f"the receiver cannot listen on {host}:{port}: {reason}") from None
        try:
            if app or jsonl:
                crm.webhooks.start(workers)
            _announce(session, crm, app, f"http://{_in_url(host)}:{server.port}")
            stop.wait()
        finally:
            server.stop()
            crm.webhooks.stop()
    return DONE


def _announce(session: Session, crm: "CRM", app: str | None, address: str) -> None:
    health = crm.webhooks.health()
    session.out.line(
        {
            "serving": True,
            "company": crm.provider.company,
            "url": f"{address}/",
            "health": f"{address}/healthz",
            "durable": health["durable"],
            "workers": health["workers"],
        }
    )
    session.out.note("Receiving at {url} until Ctrl-C.", url=f"{address}/")
    if not health["workers"]:
        session.out.note("Events are kept, and nothing handles them here: see --app and --jsonl.")
    elif not app:
        session.out.note("Events are handled by --jsonl alone: an application on this store would not get them.")


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


@contextmanager
def _written(crm: "CRM", target: str | None) -> Generator[None]:
    """Have every event written as a line while the block lasts, those of sweeps too."""
    if not target:
        yield
        return
    from privcrm.events import Event, event_to_dict

    lock = threading.Lock()
    remember(crm, target, "events")
    with _lines(target) as file:

        def write(event: "Event") -> None:
            with lock:
                file.write(json.dumps(event_to_dict(event), ensure_ascii=False) + "\n")
                file.flush()

        crm.on(Event, sweep=True, name=f"privcrm.jsonl {target}")(write)
        yield


def _lines(target: str) -> AbstractContextManager[TextIO]:
    return nullcontext(sys.stdout) if target == "-" else Path(target).open("a", encoding="utf-8")


@webhook.command(
    name="list",
    epilog=examples("privcrm webhook list", "privcrm webhook list --state dead", "privcrm webhook list --jsonl"),
)
@click.option("--state", type=click.Choice(STATES), help="Only those that wait (new), are handled, or are parked.")
@click.option("--after", default=0, metavar="NUMBER", help="Only entries behind this number.")
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help="Only so many.")
@app_option
@jsonl_option("Every entry as a JSON line, without a limit.")
@pass_session
def list_(session: Session, *, state: str | None, after: int, limit: int, app: str | None, jsonl: str | None) -> None:
    """What came and is still kept, in the order in which it came. Whom it is about is not shown."""
    from privcrm.events.inbox import EntryState

    with chosen_crm(session, app) as crm:
        entries = crm.webhooks.inbox.entries(EntryState(state) if state else None, after=after)
        if jsonl:
            session.out.lines(jsonl, map(_row, entries))
            return
        shown = list(islice(entries, limit))
        session.out.table(
            ("No.", "Came", "Event", "App", "State", "Tries", "Error"),
            ((e.number, beijing(e.received_at), e.kind, e.app, e.state, e.attempts, e.error) for e in shown),
        )
        counts = {each.value: crm.webhooks.inbox.count(each) for each in EntryState}
        session.out.say("{new} wait, {dead} are parked, {done} are done.", **counts)
        session.out.result({"entries": [_row(entry) for entry in shown], "counts": counts})


def _row(entry: "Entry") -> dict[str, Any]:
    return {
        "number": entry.number,
        "received_at": iso(entry.received_at),
        "at": iso(entry.at),
        "event": entry.kind,
        "app": entry.app,
        "source": entry.source.value,
        "state": entry.state,
        "first": entry.first,
        "stale": entry.stale,
        "attempts": entry.attempts,
        "error": entry.error,
        "key": entry.business_key,
    }


@webhook.command(
    epilog=examples("privcrm webhook replay", "privcrm webhook replay 17 18", "privcrm webhook replay 17 --everybody")
)
@click.argument("numbers", nargs=-1, type=int, metavar="[NO]...")
@click.option("--everybody", is_flag=True, help="Also for handlers that were through with it.")
@app_option
@pass_session
def replay(session: Session, *, numbers: tuple[int, ...], everybody: bool, app: str | None) -> int:
    """Have parked events handled again, all of them or those of these numbers; also ones that are done, by number.

    Whoever handles events on this store takes them up. Handlers that were through are passed over.
    """
    if everybody and not numbers:
        raise InputError("--everybody wants numbers: handlers would be called a second time for each event")
    with chosen_crm(session, app) as crm:
        count = crm.webhooks.replay(numbers or None, everybody=everybody)
        session.out.say("{count} will be handled again.", count=count)
        session.out.result({"replayed": count})
    return DONE


@webhook.command(epilog=examples("privcrm webhook sweep", "privcrm webhook sweep --approve-above 5000"))
@click.option("--approve-above", type=click.IntRange(min=0), metavar="N", help="Wait for approval above N changes.")
@app_option
@pass_session
def sweep(session: Session, *, approve_above: int | None, app: str | None) -> int:
    """Find what callbacks did not tell: compare what the vendor lists with what is known.

    Differences become events for handlers that asked for them (sweep=True). The first sweep only learns what there is.
    More than 500 differences wait for an approval.
    """
    from privcrm.services.sweep.handler import APPROVE_ABOVE

    with chosen_crm(session, app) as crm:
        job = crm.sweep.plan(
            created_by=getuser(), approve_above=APPROVE_ABOVE if approve_above is None else approve_above
        )
        if job is None:
            session.out.say("Nothing to tell.")
            session.out.result({"job": None, "exit_code": DONE})
            return DONE
        if job.state is JobState.READY:
            return run_and_finish(session, crm, job.id, wait=False)
        return finish(session, crm, job)
