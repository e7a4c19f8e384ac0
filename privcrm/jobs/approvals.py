"""Approvals: asked for when a plan is sealed or its canary has run, given by a person, bound to the plan's hash."""

from enum import StrEnum

from attrs import frozen

from privcrm.jobs.model import Job
from privcrm.store.database import Connection, Database

__all__ = ["Approval", "ApprovalStage", "Approvals"]

VALID_SECONDS = 7 * 86_400.0  # older plans rest on facts that have moved on


class ApprovalStage(StrEnum):
    """What an approval is for: a large plan before it starts, or the rest of a plan after its canary."""

    PLAN = "plan"
    CANARY = "canary"


@frozen
class Approval:
    """An approval asked for; ``expires_at`` is unix seconds."""

    stage: ApprovalStage
    plan_hash: str
    expires_at: float


class Approvals:
    """The approvals of a company's jobs."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._company = database.company

    def ask(self, connection: Connection, job_id: str, stage: ApprovalStage, plan_hash: str, now: float) -> None:
        """Ask for an approval."""
        connection.run(
            "INSERT INTO privcrm_approval (company, job_id, stage, plan_hash, asked_at, expires_at)"
            " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (company, job_id, stage) DO NOTHING",
            self._company,
            job_id,
            stage,
            plan_hash,
            now,
            now + VALID_SECONDS,
        )

    def pending(self, connection: Connection, job_id: str) -> Approval | None:
        """Return the approval that a job waits for."""
        row = connection.one(
            "SELECT stage, plan_hash, expires_at FROM privcrm_approval"
            " WHERE company = ? AND job_id = ? AND approved_at = 0",
            self._company,
            job_id,
        )
        return None if row is None else Approval(ApprovalStage(row[0]), row[1], row[2])

    def grant(self, connection: Connection, job: Job, stage: ApprovalStage, who: str, now: float) -> None:
        """Give an approval."""
        connection.run(
            "UPDATE privcrm_approval SET approved_by = ?, approved_at = ?"
            " WHERE company = ? AND job_id = ? AND stage = ? AND plan_hash = ?",
            who,
            now,
            self._company,
            job.id,
            stage,
            job.plan_hash,
        )

    def was_asked(self, job_id: str, stage: ApprovalStage) -> bool:
        """Tell whether this approval was asked for; a job that runs again has it."""
        with self._database.connect() as connection:
            row = connection.one(
                "SELECT 1 FROM privcrm_approval WHERE company = ? AND job_id = ? AND stage = ?",
                self._company,
                job_id,
                stage,
            )
        return row is not None
