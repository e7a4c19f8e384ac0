"""``--app MODULE:NAME``: the application's own CRM, with the handlers that it has registered."""

import importlib
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from privcrm.errors import ConfigurationError, InputError

if TYPE_CHECKING:
    from privcrm.cli.session import Session
    from privcrm.crm import CRM

app_option = click.option(
    "--app", metavar="MODULE:NAME", help="The application's own CRM, whose handlers are to be called."
)


@contextmanager
def chosen_crm(session: "Session", app: str | None) -> Generator["CRM"]:
    """Lend the application's CRM, which stays open, or the one that the settings describe."""
    if app:
        if session.env_file or session.profile:
            raise InputError("--app brings its own settings: leave out --env-file and --profile")
        yield load_crm(app)
        return
    with session.crm() as crm:
        yield crm


def load_crm(target: str) -> "CRM":
    """Import ``MODULE:NAME``, also from the working directory. Raises ``ConfigurationError`` for what is no CRM."""
    from privcrm.crm import CRM

    module, colon, name = target.partition(":")
    if not (module and colon and name):
        raise ConfigurationError(f"{target!r} is not of the form MODULE:NAME, such as shop.crm:crm")
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        found = getattr(importlib.import_module(module), name)
    except ModuleNotFoundError as error:
        raise ConfigurationError(f"--app {target}: there is no module {error.name}") from None
    except AttributeError:
        raise ConfigurationError(f"--app {target}: {module} has no {name}") from None
    if not isinstance(found, CRM):
        raise ConfigurationError(f"--app {target}: that is a {type(found).__name__}, not a CRM")
    return found
