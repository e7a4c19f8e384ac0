"""Every command of the tree, for tests that must miss none."""

import click

from privcrm.cli.app import root
from privcrm.cli.session import Session


def every_command(command=root, path=()):
    """Yield (path, command) of the root, all groups and all commands."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command, obj=Session())
        for name in command.list_commands(context):
            yield from every_command(command.get_command(context, name), (*path, name))


COMMANDS = dict(every_command())
