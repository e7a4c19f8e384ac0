"""Every command line in the documentation is one that the command understands, and every command is documented."""

import shlex

import click
import pytest

from privcrm.cli.app import root
from privcrm.cli.session import Session
from tests.docs.pages import PAGES, command_lines, name_of

LINES = [(page, line) for page in PAGES for line in command_lines(page)]


def parse(command: click.Command, name: str, args: list[str], above: click.Context | None = None) -> None:
    """Parse as the command line would, without doing anything; raises what a user would be told."""
    context = command.make_context(name, args, parent=above, obj=Session())
    words = [*context._protected_args, *context.args]
    if isinstance(command, click.Group) and (words or not command.invoke_without_command):
        found, below, rest = command.resolve_command(context, words)
        parse(below, found, rest, context)


@pytest.mark.parametrize(("page", "line"), LINES, ids=[f"{name_of(page)}: {line}" for page, line in LINES])
def test_the_command_understands_it(page, line):
    parse(root, "privcrm", shlex.split(line))


@pytest.mark.parametrize("line", ["tag undo", "tag apply x.csv --dryrun", "tags list", "job undo"])
def test_the_parsing_here_refuses_what_is_wrong(line):
    with pytest.raises(click.UsageError):
        parse(root, "privcrm", line.split())
