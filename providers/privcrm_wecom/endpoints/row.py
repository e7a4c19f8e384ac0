"""How a row of the endpoint table is written.

Roles are what an app must be allowed to do, see ``privcrm_wecom.config``.
"""

from collections.abc import Mapping

from privcrm.provider import Effect, Endpoint, Paging, Repeat

ANY = "any"
CUSTOMERS = "customer_contact"
SELF_BUILT_CONTACT = "self_built_contact"
ACQUISITION = "acquisition"
SELF_BUILT = "self_built"
DELEGATED = "delegated"
DIRECTORY = "directory"
MESSAGES = "messages"
APP_CHATS = "app_chats"

OF_ADDRESS = ("calls_per_minute_per_address", "calls_per_hour_per_address")
USUAL = ("calls_per_minute", "calls_per_hour", "calls_in_flight", *OF_ADDRESS)
ONE_AT_A_TIME = ("calls_per_minute", "calls_per_hour", "one_in_flight", *OF_ADDRESS)

_DOC = "https://developer.work.weixin.qq.com/document/path/"


def row(
    name: str,
    path: str,
    page: int,
    *,
    method: str = "POST",
    role: str = CUSTOMERS,
    used_by: tuple[str, ...] = (),
    effect: Effect = Effect.READ,
    repeat: Repeat = Repeat.SAFE,
    paging: Paging = Paging.NONE,
    batch: Mapping[str, int] | None = None,
    limits: tuple[str, ...] = USUAL,
    record: tuple[str, ...] = (),
    answers: tuple[str, ...] = (),
    ids: Mapping[str, tuple[str, ...]] | None = None,
) -> Endpoint:
    """Return the row of an endpoint; ``page`` is the number of the vendor's page, 0 where it has none."""
    return Endpoint(
        name,
        method,
        f"/cgi-bin/{path}",
        role,
        effect,
        repeat,
        f"{_DOC}{page}" if page else "",
        paging=paging,
        batch=batch or {},
        limits=limits,
        record=record,
        answers=answers,
        ids=ids or {},
        used_by=used_by,
    )
