"""The ``privcrm`` command: one module for each noun, loaded when that noun is used."""

import signal
import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line and exit with its code (``privcrm --help`` lists them)."""
    # A service manager's stop must end as cleanly as a person's Ctrl-C, also where a shell has switched Ctrl-C off.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        from privcrm.cli.app import run
    except ModuleNotFoundError as error:
        if error.name != "click":
            raise
        from privcrm.errors import MissingExtra

        sys.stderr.write(f"{MissingExtra('click', 'cli')}\n")
        sys.exit(3)
    sys.exit(run(sys.argv[1:]))
