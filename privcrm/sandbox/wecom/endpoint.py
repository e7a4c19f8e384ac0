"""What a row of the simulated vendor's table says of an endpoint."""

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any

import attrs

from privcrm.sandbox.wecom.company import Call
from privcrm.sandbox.wecom.fields import Field
from privcrm.sandbox.wecom.files import File, Upload

Handler = Callable[[Call], dict[str, Any] | File]

EMPTY_PARAMETER = 40063
USERID_MISSING, EXTERNAL_USERID_MISSING = 41009, 41035
FILE_MISSING = 44001

CURSOR = Field("cursor", str)
RELATION = (Field("userid", str, USERID_MISSING), Field("external_userid", str, EXTERNAL_USERID_MISSING))


class Access(Enum):
    """Whose token an endpoint takes."""

    NO_TOKEN = "no_token"  # noqa: S105 - a name
    ANY_APP = "any_app"
    CUSTOMER_CONTACT = "customer_contact"
    CONTACT_SYNC = "contact_sync"
    SELF_BUILT = "self_built"
    SELF_BUILT_CONTACT = "self_built_contact"
    DELEGATED = "delegated"
    ACQUISITION = "acquisition"
    APP_CHATS = "app_chats"
    """Apps of the company itself that see all of it (the root department)."""


@attrs.frozen
class Endpoint:
    """An endpoint as the vendor documents it."""

    path: str
    method: str
    access: Access
    handler: Handler
    fields: tuple[Field, ...] = ()
    empty: Mapping[str, Any] = attrs.Factory(dict[str, Any])
    """The collections that a refusal carries too."""
    without_body: int = 40058
    """The misleading code for a POST endpoint that was called with GET and so lost its body."""
    counts_flights: bool = False
    """Whether calls under way are bounded (45033) and two calls on one relation collide (45035)."""
    alone_on: tuple[str, ...] | None = None
    """The parameters of which two calls at once may not name the same (45035); () for calls one after the other."""
    takes_file: bool = False
    """Whether the body is a form with a file, and the parameters stand in the query."""
    own_limits: bool = False
    """Whether calls have limits of their own and do not count in the base frequency (90312)."""


def general(
    name: str,
    handler: Handler,
    *fields: Field,
    method: str = "POST",
    access: Access = Access.ANY_APP,
    empty: str = "",
    without_body: int = 40058,
) -> Endpoint:
    """Return the row of /cgi-bin/NAME; ``empty`` names the collection that a refusal carries too."""
    return Endpoint(f"/cgi-bin/{name}", method, access, handler, fields, {empty: []} if empty else {}, without_body)


def contact(
    name: str,
    handler: Handler,
    *fields: Field,
    method: str = "POST",
    access: Access = Access.CUSTOMER_CONTACT,
    empty: str = "",
    without_body: int = 40058,
    counts_flights: bool = False,
    alone_on: tuple[str, ...] | None = None,
) -> Endpoint:
    """Return the row of /cgi-bin/externalcontact/NAME."""
    return Endpoint(
        f"/cgi-bin/externalcontact/{name}",
        method,
        access,
        handler,
        fields,
        {empty: []} if empty else {},
        without_body,
        counts_flights,
        alone_on,
    )


def upload(name: str, handler: Handler, *fields: Field, access: Access = Access.ANY_APP) -> Endpoint:
    """Return the row of /cgi-bin/media/NAME, which takes a form with a file; no file is refused with 44001."""
    media = Field("media", Upload, FILE_MISSING)
    return Endpoint(f"/cgi-bin/media/{name}", "POST", access, handler, (*fields, media), takes_file=True)
