"""``python -m privcrm``: the command, where its script is not on the path."""

from privcrm.cli import main

main()
