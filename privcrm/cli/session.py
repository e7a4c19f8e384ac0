"""What the global options say, and the objects made from them."""

import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from privcrm.cli.printer import Printer
    from privcrm.crm import CRM
    from privcrm.settings import CompanySettings

DEFAULT_STORE = "sqlite:///privcrm.db"


class Session:
    """One invocation of the command; the fields are set by the global options wherever they stand."""

    def __init__(self) -> None:
        self.json = False
        self.quiet = False
        self.env_file: str | None = None
        self.profile: str | None = None
        self.lang = language_of(os.environ)
        self._printer: Printer | None = None

    def peek(self, args: list[str]) -> None:
        """Look for ``--json`` and ``--lang`` ahead of the parser: they decide how even a usage error is shown."""
        self.json = "--json" in args
        for position, argument in enumerate(args):
            value = argument.partition("=")[2] if "=" in argument else "".join(args[position + 1 : position + 2])
            if argument.partition("=")[0] == "--lang" and value in ("zh", "en"):
                self.lang = value

    def translate(self, text: str, **values: Any) -> str:
        """Return a message in the language of the session, its ``{names}`` filled in, numbers with their commas."""
        if self.lang == "zh":
            text = _in_chinese(text)
        shown = {name: self._shown(value) for name, value in values.items()}
        return text.format(**shown) if shown else text

    def retell(self, text: str) -> str:
        """Return what the library said, in the language of the session where it can be said again."""
        if self.lang == "en":
            return text
        from privcrm.cli.retelling import in_chinese

        return in_chinese(text)

    def _shown(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.retell(value)
        return f"{value:,}" if isinstance(value, int) else value

    @property
    def out(self) -> "Printer":
        """Where results, remarks and progress go."""
        if self._printer is None:
            from privcrm.cli.printer import Printer

            self._printer = Printer(json=self.json, quiet=self.quiet, translate=self.translate, retell=self.retell)
        return self._printer

    def agreed(self, question: str, *, yes: bool, **values: Any) -> bool:
        """Ask on a terminal; elsewhere, and with ``yes``, it is agreed: for what can be taken back."""
        if yes or not sys.stdin.isatty():
            return True
        import click

        return click.confirm(self.translate(question, **values), default=True, err=True)

    def settings(self) -> "CompanySettings":
        """Read the company's settings and pass on what is wrong with the files."""
        from privcrm.settings import read_settings

        described = read_settings(env_file=self.env_file, profile=self.profile)
        for warning in described.warnings:
            self.out.note(warning)
        return described

    def crm(self) -> "CRM":
        """Return the CRM that variables, env file and profile describe; its store defaults to a file right here."""
        from privcrm.crm import CRM

        described = self.settings()
        arguments: dict[str, Any] = {"store": DEFAULT_STORE, **described.arguments}
        return CRM.connect(described.provider, **arguments)


def _in_chinese(text: str) -> str:
    from privcrm.cli.help_messages import CHINESE_HELP
    from privcrm.cli.messages import CHINESE
    from privcrm.cli.problem_messages import CHINESE_PROBLEMS

    return CHINESE.get(text) or CHINESE_PROBLEMS.get(text) or CHINESE_HELP.get(text, text)


def language_of(environ: Mapping[str, str]) -> str:
    """Return ``zh`` or ``en`` from the locale variables, the strongest that is set."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    locale = next((environ[name] for name in names if environ.get(name)), "")
    return "zh" if locale.lower().startswith("zh") else "en"
