"""The file of a segment: one line for each member."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from privcrm.models.ids import MemberId, StaffId
from privcrm.services.files.csv_files import CsvFiles
from privcrm.services.files.sentences import say

__all__ = ["EXPORTS", "lines_of"]

EXPORTS: Final = CsvFiles(
    ("member_id", "staff_ids"),
    say("holds something else than an exported segment; name another file, or delete it first"),
    "name another place",
)


def lines_of(rows: Iterable[tuple[MemberId, Sequence[StaffId]]]) -> Iterator[tuple[str, str]]:
    """Yield the cells of members, each beside all employees who follow."""
    return ((member_id, ";".join(staff_ids)) for member_id, staff_ids in rows)
