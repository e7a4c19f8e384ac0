"""The root of the command line: the table of commands, and where every error becomes an exit code."""

import errno
import os
import sys
from pathlib import Path

import click
from click.exceptions import NoArgsIsHelpError

from privcrm.cli.failures import DONE, INTERRUPTED, SETUP, SOME_FAILED, USAGE, described, exit_code, missing_extra
from privcrm.cli.frame import LazyGroup, examples
from privcrm.cli.session import Session
from privcrm.errors import InputError, PrivcrmError

COMMANDS = {
    "demo": ("privcrm.cli.demo:demo", "Tag 2,000 members of a simulated company, and prove it."),
    "doctor": ("privcrm.cli.doctor:doctor", "Check the set-up and say what to mend."),
    "provider": ("privcrm.cli.provider:provider", "What is installed and what it can do."),
    "sandbox": ("privcrm.cli.sandbox:sandbox", "The simulated company."),
    "sync": ("privcrm.cli.sync:sync", "Read the whole company into the local mirror."),
    "segment": ("privcrm.cli.segment:segment", "Segments: count, export, explain, save, freeze."),
    "member": ("privcrm.cli.member:member", "One member: find, give and remove what is kept."),
    "fact": ("privcrm.cli.fact:fact", "What the company's own systems know of members."),
    "shop": ("privcrm.cli.shop:shop", "Shops (门店): import, list, show."),
    "group": ("privcrm.cli.group:group", "Customer groups: list, tag."),
    "live-code": ("privcrm.cli.live_code:live_code", "Live codes (活码): make, print, watch and change them."),
    "tag": ("privcrm.cli.tag:tag", "Batch tagging, the tag library, and rules that tag by themselves."),
    "task": ("privcrm.cli.task:task", "What only employees can do: list, tick points, note as done."),
    "job": ("privcrm.cli.job:job", "Jobs: list, look at, pause, resume, undo."),
    "run": ("privcrm.cli.run:run", "Run due jobs and timers until stopped."),
    "webhook": ("privcrm.cli.webhook:webhook", "Receive the vendor's callbacks."),
    "stop": ("privcrm.cli.switch:stop", "Halt every write of every process of this company."),
    "start": ("privcrm.cli.switch:start", "Lift the stop."),
    "audit": ("privcrm.cli.audit:audit", "Who did what, and when."),
    "store": ("privcrm.cli.store:store", "The database: upgrade, check, rekey, purge."),
}


@click.group(
    cls=LazyGroup,
    lazy=COMMANDS,
    context_settings={"help_option_names": ["--help", "-h"]},
    epilog=examples(
        "privcrm demo",
        "privcrm sandbox serve --write-env company.env",
        "privcrm --env-file company.env doctor",
        "privcrm --env-file company.env tag apply members.csv --dry-run",
    ),
)
@click.version_option(package_name="privcrm")
def root() -> None:
    """Private-domain operations (私域运营): tag, assign and reach a company's customers through its own staff.

    Exit codes: 0 done; 1 some items failed or are unknown; 2 wrong usage or input; 3 set-up; 4 the vendor refused or
    could not be reached; 130 interrupted.
    """


def run(args: list[str]) -> int:
    """Run one command line and return its exit code; every error ends here as a sentence, never as a traceback."""
    session = Session()
    session.peek(args)
    try:
        result: object = root.main(args, prog_name="privcrm", standalone_mode=False, obj=session)
    except click.ClickException as error:
        return _usage(session, error)
    except PrivcrmError as error:
        return _failed(session, error)
    except ImportError as error:
        missing = missing_extra(error)
        if missing is None:
            raise
        return _failed(session, missing)
    except (KeyboardInterrupt, click.Abort):
        session.out.note("Interrupted.")
        session.out.result({"error": "Interrupted", "message": "nothing was in flight", "exit_code": INTERRUPTED})
        return INTERRUPTED
    except OSError as error:
        return _system_failed(session, error)
    return result if isinstance(result, int) else DONE


def _system_failed(session: Session, error: OSError) -> int:
    """Tell of a full disk or a file that cannot be opened; say nothing to a reader of our output who has left."""
    if error.errno != errno.EPIPE:
        named = f"{Path(error.filename).name}: " if isinstance(error.filename, str) else ""
        session.out.error(f"{named}{error.strerror}")
    # Output that could not be written would be tried again, and complained about, when Python ends.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return SOME_FAILED if error.errno == errno.EPIPE else SETUP


def _usage(session: Session, error: click.ClickException) -> int:
    context = getattr(error, "ctx", None)
    if isinstance(context, click.Context) and not session.quiet and not isinstance(error, NoArgsIsHelpError):
        session.out.note("{usage}", usage=context.get_usage())
    if isinstance(error, NoArgsIsHelpError):  # its message is the help of the command
        session.out.stderr.write(f"{error.format_message()}\n\n")
        error = click.UsageError("Missing command.")
    message = " ".join(error.format_message().split())  # click lists choices one below the other, with tabs
    session.out.error(message)
    session.out.result({"error": "UsageError", "message": message, "exit_code": USAGE})
    return USAGE


def _failed(session: Session, error: PrivcrmError) -> int:
    headline = session.retell(error.args[0] if isinstance(error, InputError) else str(error)).partition("\n")[0]
    problems = [session.retell(problem) for problem in getattr(error, "problems", ())]
    place = next((each.removeprefix(headline) for each in problems if each.startswith(f"{headline}\n")), "")
    session.out.error(headline + place, [each for each in problems if not each.startswith(headline)])
    session.out.result(described(error))
    return exit_code(error)
