"""What ``privcrm doctor`` finds: one value for each thing looked at."""

from enum import StrEnum

from attrs import frozen


class Verdict(StrEnum):
    """How a check came out."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@frozen
class Finding:
    """One thing looked at: ``detail`` is what was seen, ``cure`` what to do about it (empty when all is well)."""

    subject: str
    verdict: Verdict
    detail: str
    cure: str = ""
