"""The ``privcrm`` command: one module for each noun, loaded when that noun is used."""

import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line and exit with its code (``privcrm --help`` lists them)."""
    try:
        from privcrm.cli.app import run
    except ModuleNotFoundError as error:
        if error.name != "click":
            raise
        from privcrm.errors import MissingExtra

        sys.stderr.write(f"{MissingExtra('click', 'cli')}\n")
        sys.exit(3)
    sys.exit(run(sys.argv[1:]))
