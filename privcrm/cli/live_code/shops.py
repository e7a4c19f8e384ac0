"""``live-code create --from``: a code for each shop of a list, with pictures to print."""

from collections import Counter
from collections.abc import Iterable, Mapping
from getpass import getuser
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from privcrm.cli.failures import DONE, SOME_FAILED
from privcrm.cli.live_code.drafts import staff_code
from privcrm.cli.live_code.words import MADE
from privcrm.cli.progress import progress
from privcrm.services.files.csv_files import CsvFiles
from privcrm.services.files.sentences import say

if TYPE_CHECKING:
    from privcrm.cli.session import Session
    from privcrm.crm import CRM
    from privcrm.services.live_codes.shop_files import ShopCodeOutcome

MAKING: Final = "Making codes"
SHOWN: Final = 20
OUTCOMES: Final = CsvFiles(
    ("row", "code", "name", "region", "state", "message", "dropped"),
    say("holds something else than outcomes of codes; name another file, or delete it first"),
    "name another place",
)


def make_for_shops(
    session: "Session",
    source: str,
    wanted: Mapping[str, Any],
    *,
    dry_run: bool,
    out: str | None,
    archive: str | None,
    sheet: str | None,
) -> int:
    """Make and change the codes of a list, write what was asked for, and return the exit code."""
    if out:
        OUTCOMES.check(Path(out))  # before anything is made
    with session.crm() as crm, progress(session.out) as report:
        if not crm.live_codes.shops.checks_staff():
            session.out.note("Employees are not checked before the first privcrm sync.")
        done: list[ShopCodeOutcome] = []
        outcomes = crm.live_codes.shops.from_file(
            source, make=lambda key, seats: staff_code(key, seats, wanted), dry_run=dry_run, who=getuser()
        )
        count = 0
        for outcome in outcomes:
            done.append(outcome)
            if outcome.row:
                count += 1
                report(MAKING, count, None)
        listed = [each for each in done if each.row]
        written = {} if dry_run else _print(session, crm, listed, archive, sheet)
    if out:
        written["out"] = OUTCOMES.write((outcome.cells for outcome in done), Path(out))
    return _told(session, done, written, dry_run=dry_run)


def _print(
    session: "Session", crm: "CRM", done: "list[ShopCodeOutcome]", archive: str | None, sheet: str | None
) -> dict[str, int]:
    """Write the pictures, and return how many there are of what."""
    from privcrm.services.live_codes.pictures.bundles import write_zip
    from privcrm.services.live_codes.pictures.sheets import write_sheet

    written: dict[str, int] = {}
    if archive:
        written["zip"] = write_zip(Path(archive), crm.live_codes.shops.pictures(done))
        session.out.note("Written to {path}: {count} pictures", path=archive, count=written["zip"])
    if sheet:
        written["sheet"] = write_sheet(Path(sheet), crm.live_codes.shops.pictures(done))
        session.out.note("Written to {path}: {count} pages", path=sheet, count=written["sheet"])
    return written


def _told(session: "Session", done: "Iterable[ShopCodeOutcome]", written: Mapping[str, int], *, dry_run: bool) -> int:
    out, outcomes = session.out, list(done)
    counts = Counter(each.state.value for each in outcomes)
    told = [each for each in outcomes if each.state.value not in ("unchanged", "missing")]
    out.table(
        ("Shop", "Row", "Name", "Outcome", "Remark"),
        (
            (each.key, each.row or "", each.name, session.translate(MADE[each.state.value]), _what(session, each))
            for each in told[:SHOWN]
        ),
    )
    if len(told) > SHOWN:
        out.say("And {hidden} more.", hidden=len(told) - SHOWN)
    out.facts([(session.translate(MADE[state]), count) for state, count in counts.items()])
    if dry_run:
        out.say("Dry run: nothing was made.")
    code = DONE if all(each.is_well for each in outcomes) else SOME_FAILED
    out.result(
        {
            "dry_run": dry_run,
            "counts": dict(counts),
            "written": dict(written),
            "outcomes": [_json(each) for each in outcomes],
            "exit_code": code,
        }
    )
    return code


def _what(session: "Session", each: "ShopCodeOutcome") -> str:
    refused = "; ".join(f"{staff_id}: {why}" for staff_id, why in each.dropped.items())
    return "; ".join(filter(None, (session.retell(each.message), refused)))


def _json(each: "ShopCodeOutcome") -> dict[str, Any]:
    return {
        "row": each.row,
        "key": each.key,
        "name": each.name,
        "region": each.region,
        "state": each.state.value,
        "message": each.message,
        "dropped": dict(each.dropped),
    }
