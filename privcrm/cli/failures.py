"""From errors to exit codes: 0 done, 1 items failed, 2 usage or input, 3 set-up, 4 vendor, 130 interrupted."""

from typing import Any

from privcrm.errors import (
    ConfigurationError,
    InputError,
    JobError,
    MissingExtra,
    PrivcrmError,
    ProviderError,
    QuotaExhausted,
    RateLimited,
    StoreError,
    UnsupportedCapability,
    WriteForbidden,
)

DONE = 0
SOME_FAILED = 1
USAGE = 2
SETUP = 3
VENDOR = 4
INTERRUPTED = 130

_CODES: tuple[tuple[type[PrivcrmError], int], ...] = (
    (InputError, USAGE),
    (JobError, USAGE),
    (ConfigurationError, SETUP),
    (StoreError, SETUP),
    (WriteForbidden, SETUP),
    (UnsupportedCapability, VENDOR),
    (QuotaExhausted, VENDOR),
    (ProviderError, VENDOR),
)

_EXTRAS = {"rich": "cli", "uvicorn": "serve", "httptools": "serve", "python_multipart": "serve"}


def exit_code(error: PrivcrmError) -> int:
    """Return the exit code for an error."""
    return next((code for kind, code in _CODES if isinstance(error, kind)), SOME_FAILED)


def described(error: PrivcrmError) -> dict[str, Any]:
    """Return an error as the object that ``--json`` prints; keys and codes are English whatever the language."""
    found: dict[str, Any] = {"error": type(error).__name__, "message": str(error), "exit_code": exit_code(error)}
    if isinstance(error, InputError):
        found["problems"] = list(error.problems)
    if isinstance(error, ProviderError):
        found |= {"operation": error.operation, "code": error.code, "advice": error.advice}
    if isinstance(error, QuotaExhausted):
        found["reset_at"] = error.reset_at
    if isinstance(error, RateLimited):
        found["retry_at"] = error.retry_at
    return found


def missing_extra(error: ImportError) -> MissingExtra | None:
    """Return the error that names the cure when a package that the command line needs is not installed."""
    package = (error.name or "").partition(".")[0]
    return MissingExtra(package, _EXTRAS[package]) if package in _EXTRAS else None
