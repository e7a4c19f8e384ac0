"""What contact ways and join ways have in common: ids, pictures, who may touch them, how many there may be."""

from typing import TypeVar

from privcrm.sandbox.wecom.company import Call, Company
from privcrm.sandbox.wecom.errors import Refusal
from privcrm.sandbox.wecom.fields import Field
from privcrm.sandbox.world.live_codes import ContactCode, GroupCode

CONFIG_ID_MISSING, INVALID_CONFIG_ID, TOO_MANY = 41043, 41044, 41045
BUTTON, PICTURE = 1, 2
"""Values of `scene`."""
NOTE_CHARACTERS = STATE_CHARACTERS = 30
CONFIG_ID = Field("config_id", str, CONFIG_ID_MISSING)

K = TypeVar("K", ContactCode, GroupCode)


def picture_address(company: Company, code: ContactCode | GroupCode) -> str:
    """Return the address of a code's picture; its id stands inside."""
    return f"https://wework.qpic.cn/wwpic/{company.ids.live_code.encode(code.number)}/0"


def own_code(call: Call, kind: type[K]) -> K:
    """Return the living code that config_id names. Refuses unknown ones and those of other apps (41044)."""
    number = call.company.ids.live_code.decode(call.args["config_id"])
    code = None if number is None else call.world.live_codes.find(number)
    if not isinstance(code, kind) or code.deleted_at is not None or code.maker != call.app.maker:
        raise Refusal(INVALID_CONFIG_ID)
    return code


def check_room(call: Call) -> None:
    """Refuse one more permanent code than the company may have (41045)."""
    if call.world.live_codes.permanent >= call.company.rules.live_codes_per_company:
        raise Refusal(TOO_MANY)
