"""What every command shares: the global options before or after it, examples in its help, lazy loading."""

from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from typing import Any, Final, TypeVar, cast

import click

from privcrm.cli.session import Session

F = TypeVar("F", bound=Callable[..., Any])

OPTIONS: Final = "Options"

pass_session = click.make_pass_decorator(Session)


def _keep(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    if value is not None:
        setattr(ctx.ensure_object(Session), str(param.name), value)


def _global_options(*, hidden: bool) -> list[click.Parameter]:
    """Build the options that stand at any place of a command line; a later one wins."""

    def option(*names: str, text: str, **more: Any) -> click.Option:
        return click.Option(names, help=text, hidden=hidden, expose_value=False, callback=_keep, default=None, **more)

    return [
        option("--json", is_flag=True, text="Print one JSON object on standard output."),
        option("--quiet", "-q", is_flag=True, text="No progress, no remarks; results and errors only."),
        option("--env-file", metavar="PATH", text="Read PRIVCRM_* variables from a file."),
        option("--profile", metavar="NAME", text="Use a profile of ./privcrm.toml."),
        option("--lang", type=click.Choice(["zh", "en"]), is_eager=True, text="Language of messages (from LANG)."),
    ]


class _OptionOfSection(click.Option):
    """An option that help lists under a heading of its own."""

    def __init__(self, *args: Any, section: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.section = section


def option_of(section: str) -> Callable[..., Callable[[F], F]]:
    """Return what ``click.option`` is, for options that are listed under this heading."""
    return partial(click.option, cls=_OptionOfSection, section=section)


class _Framed(click.Command):
    """A command that takes the global options and speaks the language of the session."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return the command's own options, the global ones, and ``--help``."""
        *own, last = super().get_params(ctx)
        return [*own, *_global_options(hidden=ctx.parent is not None), last]

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write how the command is called."""
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), f"{_(ctx)('Usage')}: ")

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the command does, in the language of the session."""
        for paragraph in paragraphs(self.help or ""):
            formatter.write_paragraph()
            with formatter.indentation():
                formatter.write_text(_(ctx)(paragraph))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the options; the global ones only at the root, with a pointer elsewhere."""
        sections: dict[str, list[tuple[str, str]]] = {OPTIONS: []}
        for param in self.get_params(ctx):
            record = _record(param, ctx)
            if record and record[1]:
                sections.setdefault(getattr(param, "section", OPTIONS), []).append(record)
        for heading, records in sections.items():
            with formatter.section(_(ctx)(heading)):
                formatter.write_dl(records)
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples, one command a line, never wrapped."""
        if self.epilog:
            with formatter.section(_(ctx)("Examples")):
                for line in self.epilog.splitlines():
                    formatter.write(f"{'':>{formatter.current_indent}}{line}\n")
        if ctx.parent is not None:
            formatter.write_paragraph()
            formatter.write_text(_(ctx)("Options of every command (--json, --env-file, …): privcrm --help"))


class Command(_Framed):
    """A command."""


class Group(_Framed, click.Group):
    """A noun with commands below it."""

    command_class = Command
    group_class = type  # of the same kind

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands with one line each."""
        rows = [(name, _(ctx)(summary)) for name, summary in self.summaries(ctx).items()]
        with formatter.section(_(ctx)("Commands")):
            formatter.write_dl(rows)

    def summaries(self, ctx: click.Context) -> dict[str, str]:
        """Return the first sentence of every command's help."""
        del ctx
        return {name: paragraphs(command.help or "")[0] for name, command in self.commands.items()}


class LazyGroup(Group):
    """A group that imports a command's module only when that command is called.

    ``lazy`` gives for each name ``module:attribute`` and the one line shown in the list.
    """

    def __init__(self, *args: Any, lazy: Mapping[str, tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lazy = lazy

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the table."""
        del ctx
        return list(self._lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command, or None for a name that the table lacks."""
        del ctx
        if cmd_name not in self._lazy:
            return None
        module, _, attribute = self._lazy[cmd_name][0].partition(":")
        return cast("click.Command", getattr(import_module(module), attribute))

    def summaries(self, ctx: click.Context) -> dict[str, str]:
        """Return the table's own lines: listing must not import."""
        del ctx
        return {name: summary for name, (_, summary) in self._lazy.items()}


def jsonl_option(text: str) -> Callable[[F], F]:
    """Return the option of commands whose output has no bound: ``--jsonl`` alone means standard output."""
    return click.option("--jsonl", is_flag=False, flag_value="-", metavar="[PATH|-]", help=text)


def examples(*lines: str) -> str:
    """Return an epilog of example command lines; every command has one."""
    return "\n".join(lines)


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a docstring, each as one line: what is shown, and looked up in the catalogue."""
    return [" ".join(block.split()) for block in text.split("\n\n")]


def _record(param: click.Parameter, ctx: click.Context) -> tuple[str, str] | None:
    """Return names and translated help of an option; click adds defaults and ranges behind the help."""
    record = param.get_help_record(ctx)
    text: str | None = getattr(param, "help", None)
    return (record[0], record[1].replace(text, _(ctx)(text), 1)) if record and text else record


def _(ctx: click.Context) -> Callable[..., str]:
    return ctx.ensure_object(Session).translate
