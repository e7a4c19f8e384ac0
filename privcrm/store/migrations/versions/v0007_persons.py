"""Who is who, what the application knows of them, and what is left of those who were erased."""

from alembic import op

from privcrm.store.migrations.columns import integer, key, partial_index, real, table, text

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the tables of identities, facts, keys, tombstones, files and tasks."""
    _identities()
    _keys()
    table(
        "fact",
        key("company"),
        key("name"),
        key("kind"),
        key("value"),
        key("source"),
        text("type"),
        key("text"),
        real("number"),
        real("at"),
        real("imported_at"),
        primary=("company", "name", "kind", "value", "source"),
    )
    op.create_index("privcrm_fact_of", "privcrm_fact", ["company", "kind", "value"])
    table(
        "file",
        key("company"),
        key("path"),
        text("kind"),
        text("job_id"),
        real("made_at"),
        primary=("company", "path"),
    )
    table(
        "staff_task",
        key("company"),
        key("id"),
        text("kind"),
        key("staff_id"),
        text("title"),
        text("details"),
        text("evidence"),
        key("state"),
        real("created_at"),
        real("due_at"),
        real("done_at"),
        primary=("company", "id"),
    )
    op.create_index("privcrm_staff_task_open", "privcrm_staff_task", ["company", "state", "due_at"])


def _identities() -> None:
    table(
        "identity",
        key("company"),
        key("kind"),
        key("value"),
        integer("member"),
        text("source"),
        real("since"),
        primary=("company", "kind", "value", "member"),
    )
    op.create_index("privcrm_identity_member", "privcrm_identity", ["company", "member"])
    table(
        "person_merge",
        key("company"),
        key("id"),
        integer("kept"),
        integer("absorbed"),
        text("reason"),
        text("who"),
        real("at"),
        real("split_at"),
        text("split_by"),
        primary=("company", "id"),
    )
    # By either end: a person is all who are joined, whichever of them was kept.
    for end in ("kept", "absorbed"):
        partial_index(f"person_merge_{end}", "person_merge", ["company", end], "split_at = 0")


def _keys() -> None:
    table("secret", key("company"), key("name"), text("wrapped"), primary=("company", "name"))
    table("person_key", key("company"), integer("member"), text("wrapped"), primary=("company", "member"))
    table("tombstone", key("company"), key("hash"), real("at"), primary=("company", "hash"))
