"""The work kernel, the durable protocols, the kill switch and the audit."""

import sqlalchemy as sa
from alembic import op

from privcrm.store.migrations.columns import integer, key, partial_index, real, table, text

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
    table(
        "job",
        key("company"),
        key("id"),
        text("kind"),
        integer("version"),
        text("state"),
        text("reason"),
        text("note"),
        text("params"),
        text("limits"),
        text("plan_hash"),
        integer("items"),
        text("counts"),
        real("created_at"),
        text("created_by"),
        real("finished_at"),
        integer("calls_spent"),
        text("undo_of"),
        text("canary"),
        real("due_at"),
        text("holder"),
        real("lease_until"),
        integer("fence"),
        primary=("company", "id"),
    )
    op.create_index("privcrm_job_state", "privcrm_job", ["company", "state", "created_at"])


def _items() -> None:
    table(
        "item",
        key("company"),
        key("job_id"),
        integer("seq"),
        key("key"),
        text("payload"),
        text("subject"),
        text("state"),
        text("reason"),
        text("code"),
        text("message"),
        text("before"),
        integer("calls"),
        integer("attempts"),
        real("finished_at"),
        primary=("company", "job_id", "seq"),
    )
    op.create_index("privcrm_item_key", "privcrm_item", ["company", "job_id", "key"], unique=True)
    op.create_index("privcrm_item_state", "privcrm_item", ["company", "job_id", "state", "seq"])
    partial_index("item_subject", "item", ["company", "subject"], "subject <> ''")


def _sends() -> None:
    table(
        "send",
        key("company"),
        key("job_id"),
        integer("number"),
        text("key"),
        text("marker"),
        text("digest"),
        text("seqs"),
        text("state"),
        real("sent_at"),
        primary=("company", "job_id", "number"),
    )
    partial_index("send_open", "send", ["company", "job_id"], "state = 'sent'")


def _timers() -> None:
    table(
        "timer",
        key("company"),
        key("kind"),
        key("key"),
        real("due"),
        text("payload"),
        integer("attempts"),
        text("holder"),
        real("lease_until"),
        primary=("company", "kind", "key"),
    )
    op.create_index("privcrm_timer_due", "privcrm_timer", ["company", "due"])


def _approvals() -> None:
    table(
        "approval",
        key("company"),
        key("job_id"),
        key("stage"),
        text("plan_hash"),
        real("asked_at"),
        real("expires_at"),
        text("approved_by"),
        real("approved_at"),
        primary=("company", "job_id", "stage"),
    )


def _stage() -> None:
    table(
        "stage",
        key("company"),
        key("job_id"),
        key("key"),
        integer("seq"),
        text("payload"),
        primary=("company", "job_id", "key", "seq"),
    )


def _call_state() -> None:
    table("token", key("company"), key("key"), text("value"), real("expires_at"), primary=("company", "key"))
    table("quota", key("company"), key("key"), integer("window_start"), integer("spent"), primary=("company", "key"))
    table("breaker", key("company"), key("key"), real("until"), primary=("company", "key"))
    table("lease", key("company"), key("name"), text("holder"), real("until"), primary=("company", "name"))


def _switch() -> None:
    table("switch", key("company"), text("reason"), text("who"), real("at"), primary=("company",))


def _audit() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "privcrm_audit",
        sa.Column("number", number, primary_key=True, autoincrement=True),
        key("company"),
        real("at"),
        text("who"),
        text("what"),
        key("job_id"),
        text("details"),
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
