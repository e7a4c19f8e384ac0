"""The public face does not change by accident."""

import importlib
import inspect

import pytest

from tests.project import public_api


def test_public_names_and_signatures_are_the_reviewed_ones():
    recorded = public_api.FILE.read_text(encoding="utf-8").splitlines()
    assert list(public_api.lines()) == recorded, "if meant: python -m tests.project.public_api, and read the difference"


@pytest.mark.parametrize("module", public_api.MODULES)
def test_every_public_name_has_a_docstring(module):
    missing = [path for name in public_api.public_names(module) for path in _undocumented(module, name)]
    assert missing == []


def _undocumented(module, name):
    value = getattr(importlib.import_module(module), name)
    if not (inspect.isclass(value) or inspect.isfunction(value)):
        return []
    found = [] if value.__doc__ else [f"{module}.{name}"]
    if inspect.isclass(value):
        for attribute, member in vars(value).items():
            plain = member.__func__ if isinstance(member, staticmethod | classmethod) else member
            documentable = inspect.isfunction(plain) or isinstance(plain, property)
            if documentable and not attribute.startswith("_") and not plain.__doc__:
                found.append(f"{module}.{name}.{attribute}")
    return found
