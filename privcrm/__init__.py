"""Private-domain operations (私域运营) in Python: members, tags, groups and campaigns behind one provider interface.

``from privcrm import CRM`` is where applications begin. Importing this package loads the standard library only; every
name below is fetched from its module when it is first used.
"""

from importlib import import_module

# By this name type checkers know the block below; importing `typing` for it would cost more than the whole package.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from privcrm.clock import Clock, ManualClock, SystemClock
    from privcrm.crm import CRM
    from privcrm.errors import (
        AnswerLost,
        CallbackRejected,
        ConfigurationError,
        Conflict,
        CredentialRejected,
        CursorRepeated,
        ExpressionError,
        InputError,
        InvalidArgument,
        JobError,
        LimitReached,
        MissingExtra,
        NotFound,
        NotSent,
        OutcomeUnknown,
        OutOfScope,
        PermissionDenied,
        PreconditionFailed,
        PrivcrmError,
        ProviderError,
        QuotaExhausted,
        RateLimited,
        Refused,
        StoreError,
        TokenRejected,
        TooConcurrent,
        UnknownProvider,
        UnsupportedCapability,
        WriteForbidden,
        WrongApp,
    )
    from privcrm.web.receiver import Receiver

    __version__: str

__all__ = [
    "CRM",
    "AnswerLost",
    "CallbackRejected",
    "Clock",
    "ConfigurationError",
    "Conflict",
    "CredentialRejected",
    "CursorRepeated",
    "ExpressionError",
    "InputError",
    "InvalidArgument",
    "JobError",
    "LimitReached",
    "ManualClock",
    "MissingExtra",
    "NotFound",
    "NotSent",
    "OutOfScope",
    "OutcomeUnknown",
    "PermissionDenied",
    "PreconditionFailed",
    "PrivcrmError",
    "ProviderError",
    "QuotaExhausted",
    "RateLimited",
    "Receiver",
    "Refused",
    "StoreError",
    "SystemClock",
    "TokenRejected",
    "TooConcurrent",
    "UnknownProvider",
    "UnsupportedCapability",
    "WriteForbidden",
    "WrongApp",
    "__version__",
]

_ELSEWHERE = {
    "CRM": "privcrm.crm",
    "Clock": "privcrm.clock",
    "ManualClock": "privcrm.clock",
    "Receiver": "privcrm.web.receiver",
    "SystemClock": "privcrm.clock",
}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'privcrm' has no attribute {name!r}")
    if name == "__version__":
        value: object = import_module("importlib.metadata").version("privcrm")
    else:
        value = getattr(import_module(_ELSEWHERE.get(name, "privcrm.errors")), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
