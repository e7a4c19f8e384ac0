"""What contact ways and join ways have in common: ids, pictures, who may touch them, how many there may be."""

from io import BytesIO
from typing import TypeVar

from privcrm.sandbox.wecom.company import Call, Company
from privcrm.sandbox.wecom.errors import Refusal
from privcrm.sandbox.wecom.fields import Field
from privcrm.sandbox.wecom.media import PICTURES
from privcrm.sandbox.world.live_codes import ContactCode, GroupCode

CONFIG_ID_MISSING, INVALID_CONFIG_ID, TOO_MANY = 41043, 41044, 41045
BUTTON, PICTURE = 1, 2
"""Values of `scene`."""
NOTE_CHARACTERS = STATE_CHARACTERS = 30
CONFIG_ID = Field("config_id", str, CONFIG_ID_MISSING)

K = TypeVar("K", ContactCode, GroupCode)


_VENDORS_PICTURES = "https://wework.qpic.cn"
_LEADS_TO = "https://work.weixin.qq.com"


def picture_address(company: Company, code: ContactCode | GroupCode) -> str:
    """Return the address of a code's picture, its id inside: where the sandbox serves it, or one as the vendor's."""
    origin = company.origin if company.rules.code_pictures == "served" else ""
    return f"{origin or _VENDORS_PICTURES}{PICTURES}{company.ids.live_code.encode(code.number)}/0"


def picture_of(company: Company, path: str) -> bytes | None:
    """Draw the picture behind the path of an address, also that of a deleted code; None if there is no such code.

    What it says is in the vendor's manner. Raises ImportError without segno.
    """
    number = company.ids.live_code.decode(path.removeprefix(PICTURES).partition("/")[0])
    code = None if number is None else company.world.live_codes.find(number)
    if number is None or code is None:
        return None
    import segno  # noqa: PLC0415 - an extra, for who looks at pictures

    entry = "u/vc" if isinstance(code, ContactCode) else "gm/"
    file = BytesIO()
    text = f"{_LEADS_TO}/{entry}{company.ids.live_code.encode(number)}"
    segno.make(text, error="q", micro=False).save(file, kind="png", scale=10)
    return file.getvalue()


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
