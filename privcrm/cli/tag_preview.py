"""What a tagging job would do, as a table and as JSON."""

from typing import TYPE_CHECKING, Any

from privcrm.cli.reason_messages import word_of
from privcrm.cli.times import beijing, duration, iso

if TYPE_CHECKING:
    from privcrm.cli.session import Session
    from privcrm.crm import CRM
    from privcrm.services.tagging import TagPreview

READ_BY = {"get": "one call for each member", "staff_pages": "pages of whole employees"}


def show_preview(session: "Session", crm: "CRM", preview: "TagPreview") -> None:
    """Print whom it concerns, what would change, what it costs, and what is wrong."""
    translate = session.translate
    calls = translate(
        "{calls} calls, about {time} at the current limits",
        calls=preview.calls_writing,
        time=duration(preview.seconds, translate),
    )
    read = translate("{calls} calls, {way}", calls=preview.calls_reading, way=translate(READ_BY[preview.read_by]))
    not_done = (f"{word_of(session, reason)} {count:,}" for reason, count in preview.skipped.items())
    session.out.facts(
        [
            ("Company", f"{crm.provider.company}  {crm.provider.host}"),
            ("Rows", preview.rows),
            ("Members", preview.members),
            ("Relations", preview.relations),
            ("Changes", preview.changes),
            ("Already so", preview.no_ops),
            ("Cannot be done", ", ".join(not_done)),
            ("Tags to create", ", ".join(preview.tags_to_create)),
            ("Read by", read),
            ("To send", calls if preview.calls_writing else ""),
            ("Done at", f"{beijing(preview.finish_at)} {translate('Beijing time')}" if preview.calls_writing else ""),
        ]
    )
    tags = sorted({*preview.adding, *preview.removing})
    session.out.table(
        ("Tag", "Add", "Remove"),
        ((tag, preview.adding.get(tag, 0), preview.removing.get(tag, 0)) for tag in tags),
    )
    session.out.say("")


def preview_json(preview: "TagPreview") -> dict[str, Any]:
    """Return a preview as the object that ``--json`` prints; seconds and UTC times."""
    from attrs import asdict

    return asdict(preview) | {"finish_at": iso(preview.finish_at)}
