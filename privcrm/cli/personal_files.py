"""Files of rows about people: ours alone, and remembered, because an erased person may be in them."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from privcrm.crm import CRM

__all__ = ["remember"]


def remember(crm: "CRM", path: str, kind: str) -> None:
    """Close a file to others and register it, before the first row is written; "-" is no file."""
    if path == "-":
        return
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    Path(path).chmod(0o600)
    crm.members.note_file(path, kind)
