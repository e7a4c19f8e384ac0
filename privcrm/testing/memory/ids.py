"""How the numbers of the world are written as ids."""

from privcrm.sandbox.world import Kind, Member

MEMBER = "member"
TAG = "tag"
TAG_GROUP = "tag-group"
GROUP = "group"
UNION = "union"
OPEN_GROUP = "open-group"
CODE = "code"
MESSAGE = "message"
GROUP_WELCOME = "group-welcome"
MOMENT = "moment"
MOMENT_JOB = "moment-job"
MEDIA = "media"
MEDIA_JOB = "media-job"
RULE = "rule"
PRODUCT = "product"


def id_of(kind: str, number: int) -> str:
    """Return the id of a thing."""
    return f"{kind}-{number}"


def number_of(kind: str, text: str) -> int:
    """Return the number behind an id, -1 for what is no id of that kind."""
    head, _, digits = text.rpartition("-")
    return int(digits) if head == kind and digits.isascii() and digits.isdigit() else -1


def unionid_of(person: Member) -> str | None:
    """Return what a person has in common in all programs of one developer; colleagues have nothing."""
    return id_of(UNION, person.number) if person.kind is Kind.CONSUMER else None
