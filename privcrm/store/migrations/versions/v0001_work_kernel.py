"""The work kernel, the durable protocols, the kill switch and the audit."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the first tables."""
    _jobs()
    _items()
    _sends()
    _timers()
    _approvals()
    _stage()
    _call_state()
    _switch()
    _audit()


def _jobs() -> None:
    _table(
        "job",
        _key("company"),
        _key("id"),
        _text("kind"),
        _int("version"),
        _text("state"),
        _text("reason"),
        _text("note"),
        _text("params"),
        _text("limits"),
        _text("plan_hash"),
        _int("items"),
        _text("counts"),
        _real("created_at"),
        _text("created_by"),
        _real("finished_at"),
        _int("calls_spent"),
        _text("undo_of"),
        _text("canary"),
        _real("due_at"),
        _text("holder"),
        _real("lease_until"),
        _int("fence"),
        key=("company", "id"),
    )
    op.create_index("privcrm_job_state", "privcrm_job", ["company", "state", "created_at"])


def _items() -> None:
    _table(
        "item",
        _key("company"),
        _key("job_id"),
        _int("seq"),
        _key("key"),
        _text("payload"),
        _text("subject"),
        _text("state"),
        _text("reason"),
        _text("code"),
        _text("message"),
        _text("before"),
        _int("calls"),
        _int("attempts"),
        _real("finished_at"),
        key=("company", "job_id", "seq"),
    )
    op.create_index("privcrm_item_key", "privcrm_item", ["company", "job_id", "key"], unique=True)
    op.create_index("privcrm_item_state", "privcrm_item", ["company", "job_id", "state", "seq"])
    _subject_index("item")


def _sends() -> None:
    _table(
        "send",
        _key("company"),
        _key("job_id"),
        _int("number"),
        _text("key"),
        _text("marker"),
        _text("digest"),
        _text("seqs"),
        _text("state"),
        _real("sent_at"),
        key=("company", "job_id", "number"),
    )
    open_sends = sa.text("state = 'sent'")
    op.create_index(
        "privcrm_send_open",
        "privcrm_send",
        ["company", "job_id"],
        sqlite_where=open_sends,
        postgresql_where=open_sends,
    )


def _timers() -> None:
    _table(
        "timer",
        _key("company"),
        _key("kind"),
        _key("key"),
        _real("due"),
        _text("payload"),
        _int("attempts"),
        _text("holder"),
        _real("lease_until"),
        key=("company", "kind", "key"),
    )
    op.create_index("privcrm_timer_due", "privcrm_timer", ["company", "due"])


def _approvals() -> None:
    _table(
        "approval",
        _key("company"),
        _key("job_id"),
        _key("stage"),
        _text("plan_hash"),
        _real("asked_at"),
        _real("expires_at"),
        _text("approved_by"),
        _real("approved_at"),
        key=("company", "job_id", "stage"),
    )


def _stage() -> None:
    _table(
        "stage",
        _key("company"),
        _key("job_id"),
        _key("key"),
        _int("seq"),
        _text("payload"),
        key=("company", "job_id", "key", "seq"),
    )


def _call_state() -> None:
    _table("token", _key("company"), _key("key"), _text("value"), _real("expires_at"), key=("company", "key"))
    _table("quota", _key("company"), _key("key"), _int("window_start"), _int("spent"), key=("company", "key"))
    _table("breaker", _key("company"), _key("key"), _real("until"), key=("company", "key"))
    _table("lease", _key("company"), _key("name"), _text("holder"), _real("until"), key=("company", "name"))


def _switch() -> None:
    _table("switch", _key("company"), _text("reason"), _text("who"), _real("at"), key=("company",))


def _audit() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "privcrm_audit",
        sa.Column("number", number, primary_key=True, autoincrement=True),
        _key("company"),
        _real("at"),
        _text("who"),
        _text("what"),
        _key("job_id"),
        _text("details"),
        sqlite_autoincrement=True,  # a number is never given twice
    )
    op.create_index("privcrm_audit_job", "privcrm_audit", ["company", "job_id", "number"])
    for statement in _APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)


_REFUSAL = "the audit is append-only"
_APPEND_ONLY = {
    "sqlite": [
        f"CREATE TRIGGER privcrm_audit_no_{verb} BEFORE {verb} ON privcrm_audit"
        f" BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        for verb in ("update", "delete")
    ],
    "postgresql": [
        f"""CREATE FUNCTION privcrm_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$""",
        """CREATE TRIGGER privcrm_audit_append_only BEFORE UPDATE OR DELETE ON privcrm_audit
        FOR EACH ROW EXECUTE FUNCTION privcrm_audit_refuse()""",
        """CREATE TRIGGER privcrm_audit_no_truncate BEFORE TRUNCATE ON privcrm_audit
        FOR EACH STATEMENT EXECUTE FUNCTION privcrm_audit_refuse()""",
    ],
}


def _table(name: str, *columns: "sa.Column[object]", key: tuple[str, ...]) -> None:
    # Without rowid: rows lie in the order of the key by which they are always read.
    op.create_table(f"privcrm_{name}", *columns, sa.PrimaryKeyConstraint(*key), sqlite_with_rowid=False)


def _subject_index(table: str) -> None:
    about_someone = sa.text("subject <> ''")
    op.create_index(
        f"privcrm_{table}_subject",
        f"privcrm_{table}",
        ["company", "subject"],
        sqlite_where=about_someone,
        postgresql_where=about_someone,
    )


def _key(name: str) -> "sa.Column[object]":
    # Byte order on both databases: a plan's hash and merging depend on the order of keys, not on a locale.
    kind = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
    return sa.Column(name, kind, nullable=False)


def _text(name: str) -> "sa.Column[object]":
    return sa.Column(name, sa.Text(), nullable=False, server_default="")


def _int(name: str) -> "sa.Column[object]":
    return sa.Column(name, sa.BigInteger(), nullable=False, server_default="0")


def _real(name: str) -> "sa.Column[object]":
    return sa.Column(name, sa.Float(precision=53), nullable=False, server_default="0")
