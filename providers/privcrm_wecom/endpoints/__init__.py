"""The endpoints of WeCom that this adapter knows, one row each, one file for each area."""

import re

from privcrm.errors import InputError
from privcrm.provider import Effect, Endpoint, Repeat
from privcrm_wecom.endpoints import (
    acquisition,
    basics,
    groups,
    handover,
    live_codes,
    media,
    members,
    messages,
    moments,
    products,
    rules,
    staff,
    staff_messages,
    statistics,
    strategies,
    tags,
)
from privcrm_wecom.endpoints.retired import RETIRED
from privcrm_wecom.endpoints.row import ANY, CUSTOMERS, MESSAGES, USUAL

__all__ = ["ENDPOINTS", "RETIRED", "find"]

_PATH = re.compile(r"/?[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)*")

ENDPOINTS: tuple[Endpoint, ...] = (
    *basics.ROWS,
    *staff.ROWS,
    *members.ROWS,
    *tags.ROWS,
    *strategies.ROWS,
    *groups.ROWS,
    *live_codes.ROWS,
    *handover.ROWS,
    *moments.ROWS,
    *messages.ROWS,
    *staff_messages.ROWS,
    *rules.ROWS,
    *products.ROWS,
    *acquisition.ROWS,
    *statistics.ROWS,
    *media.ROWS,
)

# A name that is in use again means the endpoint that has it now.
_BY_NAME = {row.name: row for row in (*RETIRED, *ENDPOINTS)} | {row.path: row for row in (*ENDPOINTS, *RETIRED)}


def find(name_or_path: str, method: str = "POST") -> Endpoint:
    """Return a row by name or path.

    What is no plain path, and a method other than GET and POST, raise ``InputError``. A path without a row becomes one
    that is not known, is never repeated and counts as a write: some of WeCom's GET calls delete. Its role follows from
    the path where that is plain.
    """
    if name_or_path in _BY_NAME:
        return _BY_NAME[name_or_path]
    # Another spelling of a path, or parameters inside it, would pass by whatever is asked about the call.
    if not _PATH.fullmatch(name_or_path):
        raise InputError("an endpoint is a name or a plain path, such as externalcontact/list; parameters go beside it")
    if method.upper() not in ("GET", "POST"):
        raise InputError("WeCom takes GET and POST only")
    path = "/cgi-bin/" + name_or_path.removeprefix("/").removeprefix("cgi-bin/")
    return _BY_NAME.get(path) or _unknown(path, method.upper())


def _unknown(path: str, method: str) -> Endpoint:
    name = path.removeprefix("/cgi-bin/")
    area = name.partition("/")[0]
    role = CUSTOMERS if area == "externalcontact" else MESSAGES if area in ("message", "appchat") else ANY
    return Endpoint(name, method, path, role, Effect.WRITE, Repeat.NEVER, "", limits=USUAL, known=False)
