"""``privcrm sandbox``: the simulated company."""

from pathlib import Path
from typing import Any

import click

from privcrm.cli.frame import Group, examples, pass_session
from privcrm.cli.session import Session
from privcrm.cli.sizes import size_of, sized
from privcrm.errors import ConfigurationError, InputError


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
