"""Write down every public name with its signature: ``python -m tests.project.public_api`` makes the file anew."""

import importlib
import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

from privcrm.once import made_once

MODULES = (
    "privcrm",
    "privcrm.clock",
    "privcrm.errors",
    "privcrm.events",
    "privcrm.jobs",
    "privcrm.models",
    "privcrm.models.codes",
    "privcrm.models.events",
    "privcrm.models.segments",
    "privcrm.provider",
    "privcrm.provider.ports",
    "privcrm.sandbox",
    "privcrm.services.facts",
    "privcrm.services.groups",
    "privcrm.services.handover",
    "privcrm.services.live_codes",
    "privcrm.services.mass_messages",
    "privcrm.services.members",
    "privcrm.services.mirror",
    "privcrm.services.moments",
    "privcrm.services.segments",
    "privcrm.services.shops",
    "privcrm.services.sweep",
    "privcrm.services.sync",
    "privcrm.services.tag_library",
    "privcrm.services.tag_rules",
    "privcrm.services.tagging",
    "privcrm.services.welcomes",
    "privcrm.store",
    "privcrm.testing",
    "privcrm.transport",
    "privcrm.web",
    "privcrm.web.gateway",
    "privcrm_wecom",
)
FILE = Path(__file__).with_suffix(".txt")


def public_names(module: str) -> list[str]:
    """Return what a module declares in ``__all__``."""
    return sorted(importlib.import_module(module).__all__)


def lines() -> Iterator[str]:
    for module in MODULES:
        for name in public_names(module):
            yield from _describe(f"{module}.{name}", getattr(importlib.import_module(module), name))


def _describe(path: str, value: object) -> Iterator[str]:
    if inspect.isclass(value):
        yield f"class {path}({', '.join(base.__name__ for base in value.__bases__)})"
        yield from _members(path, value)
    elif callable(value):
        yield f"def {path}{_signature(value)}"
    else:
        yield f"{path}: {type(value).__name__}"


def _members(path: str, owner: type) -> Iterator[str]:
    for name, value in sorted(vars(owner).items()):
        if name == "__init__" or not name.startswith("_"):
            plain = value.__func__ if isinstance(value, staticmethod | classmethod) else value
            if inspect.isfunction(plain):
                yield f"    {path}.{name}{_signature(plain)}"
            elif isinstance(plain, property | made_once):
                yield f"    {path}.{name}: property"


def _signature(function: object) -> str:
    try:
        signature = inspect.signature(function)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return "(...)"
    return f"({', '.join(str(parameter).split(':')[0].split('=')[0] for parameter in signature.parameters.values())})"


def main() -> None:
    FILE.write_text("\n".join(lines()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
