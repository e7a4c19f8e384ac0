"""The "vendor": a JSON file with keepers (our own people) and their contacts."""

import json
from pathlib import Path
from typing import Any

Row = dict[str, Any]


class Book:
    """The file, read once and written after every change."""

    def __init__(self, path: Path) -> None:
        self.path = path
        content: dict[str, list[Row]] = json.loads(path.read_text(encoding="utf-8"))
        self.keepers = content["keepers"]
        self.contacts = content["contacts"]

    def keeper(self, keeper_id: str) -> Row | None:
        """Return a row of ours; ids compare without case."""
        return next((row for row in self.keepers if row["id"].lower() == keeper_id.lower()), None)

    def contact(self, contact_id: str) -> Row | None:
        """Return a row of theirs."""
        return next((row for row in self.contacts if row["id"] == contact_id), None)

    def kept_by(self, keeper_id: str) -> list[Row]:
        """Return the contacts of one keeper, in the order of the file."""
        return [row for row in self.contacts if row["keeper"].lower() == keeper_id.lower()]

    def note(self, contact: Row, changes: Row) -> None:
        """Change a contact and save the file."""
        contact.update(changes)
        content = {"keepers": self.keepers, "contacts": self.contacts}
        self.path.write_text(json.dumps(content, ensure_ascii=False, indent=2), encoding="utf-8")
