"""Ids of one and the same person, as different apps and services know them."""

from enum import StrEnum

from attrs import field, frozen


class MemberIdConversion(StrEnum):
    """From which id of a member to which.

    ``PENDING``: member id to the pending id that ``MembersPort.id_of_unionid`` may have met before. ``FROM_MEETING``,
    ``FROM_FORM`` and ``FROM_SHEET``: temporary id of a meeting, a collection form or a smart sheet to member id.
    ``FROM_SERVICE`` and ``TO_SERVICE``: the id that a provider's app knows to the company's own, and back.
    ``UPGRADED``: the company's member id to the one that a provider gets since 2022. ``OPENID``: member id to openid.
    """

    PENDING = "pending"
    FROM_MEETING = "from_meeting"
    FROM_FORM = "from_form"
    FROM_SHEET = "from_sheet"
    FROM_SERVICE = "from_service"
    TO_SERVICE = "to_service"
    UPGRADED = "upgraded"
    OPENID = "openid"


class StaffIdConversion(StrEnum):
    """From which id of an employee to which: staff id to openid and back, and from the id that a provider knows."""

    OPENID = "openid"
    FROM_OPENID = "from_openid"
    FROM_SERVICE = "from_service"


@frozen(slots=False)
class ConvertedId:
    """What became of one id; ``found`` is None where there is no other."""

    given: str = field(repr=False)
    found: str | None = field(default=None, repr=False)
