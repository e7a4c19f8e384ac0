"""``privcrm sandbox``: the simulated company."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from privcrm.cli.frame import Group, examples, pass_session
from privcrm.cli.progress import progress
from privcrm.cli.session import DEFAULT_STORE, Session
from privcrm.cli.sizes import size_of, sized
from privcrm.errors import ConfigurationError, InputError

if TYPE_CHECKING:
    from privcrm.cli.progress import Report
    from privcrm.services.sync.progress import SyncProgress

STAGES: Final = {
    "tags": "Reading tags",
    "staff": "Reading staff",
    "members": "Reading members",
    "groups": "Reading groups",
}


@click.group(cls=Group, epilog=examples("privcrm sandbox serve --write-env company.env"))
def sandbox() -> None:
    """The simulated company: everything can be tried without a corporate account."""


@sandbox.command(
    epilog=examples(
        "privcrm sandbox serve",
        "privcrm sandbox serve --write-env company.env",
        "privcrm sandbox serve --port 8765 --seed 7 --members 100000",
        "privcrm sandbox serve --scale large",
    )
)
@click.option("--port", default=0, show_default=True, help="Port to listen on; 0 takes a free one.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--expose", is_flag=True, help="Allow an address that other machines can reach.")
@sized
@click.option("--write-env", metavar="PATH", help="Write the variables for --env-file to PATH (mode 600).")
@pass_session
def serve(
    session: Session,
    /,
    *,
    port: int,
    host: str,
    write_env: str | None,
    expose: bool,
    **size: Any,
) -> None:
    """Serve a simulated company until Ctrl-C.

    The first line on standard output is one JSON object: base_url, control_url, seed, providers, env, and the
    credentials. The company's secrets are invented. Listens on this machine only, unless told to expose itself.
    """
    from privcrm.sandbox import serve as serve_sandbox

    def announce(first_line: dict[str, Any]) -> None:
        session.out.line(first_line)
        session.out.note("Serving at {url} until Ctrl-C.", url=first_line["base_url"])
        if write_env:
            session.out.note("In another terminal: privcrm --env-file {path} doctor", path=write_env)

    try:
        serve_sandbox(
            announce=announce,
            port=port,
            host=host,
            expose=expose,
            **size_of(**size),
            env_file=Path(write_env) if write_env else None,
        )
    except ValueError as error:
        raise InputError(f"{error}: --expose allows it") from None
    except OSError as error:
        raise ConfigurationError(f"the sandbox cannot start: {error.strerror or error}") from None


@sandbox.command(
    epilog=examples(
        "privcrm sandbox fill",
        "privcrm sandbox fill --scale large --members 100000",
        "privcrm --env-file large.env sandbox fill --scale large",
    )
)
@sized
@pass_session
def fill(session: Session, /, **size: Any) -> None:
    """Fill an empty store with a simulated company, as a synchronisation with it would, but much sooner.

    The store is that of PRIVCRM_STORE, else privcrm.db right here. To go on with the same company, serve one of the
    same size: privcrm sandbox serve with the same options.
    """
    from privcrm.clock import SystemClock
    from privcrm.store import open_store
    from privcrm.store.vault import Vault
    from privcrm.testing.filling import Size, company_id
    from privcrm.testing.filling import fill as fill_store

    made, given = Size(**size_of(**size)), session.settings().arguments
    clock = SystemClock()
    company = company_id(made.seed)
    with open_store(given.get("store", DEFAULT_STORE), clock=clock, company=company) as store:
        vault = Vault(store.database, given.get("store_keys", ()), identity_space=given.get("identity_space", ""))
        with progress(session.out) as report:
            fields = given.get("store_fields", ())
            done = fill_store(store, made, vault, store_fields=fields, progress=_filling(report))
        place = store.database.place
    held = {"members": done.held.members, "follows": done.held.follows, "tags": done.held.tags}
    held |= {"staff": done.held.staff, "groups": done.held.groups}
    out = session.out
    out.say("{members} members with {follows} relations, {staff} employees, {groups} groups, {tags} tags.", **held)
    out.result({"company": company, "store": place, "seconds": round(done.seconds, 3), **held})


def _filling(report: "Report") -> Any:
    def show(now: "SyncProgress") -> None:
        report(STAGES[now.stage], now.done, now.total)

    return show
