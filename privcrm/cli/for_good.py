"""Asking before what cannot be undone."""

import sys
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from privcrm.cli.session import Session


def agreed_for_good(session: "Session", question: str, *, yes: bool, **values: Any) -> bool:
    """Ask on a terminal, where no is the default; elsewhere raise a usage error unless ``yes`` was given."""
    if yes:
        return True
    if not sys.stdin.isatty():
        raise click.UsageError("this cannot be undone: say --yes if it is meant")
    return click.confirm(session.translate(question, **values), default=False, err=True)
