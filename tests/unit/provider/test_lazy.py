"""Packages that resolve their names on first use: everything is there, nothing is loaded early."""

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGES = ["privcrm.models", "privcrm.provider", "privcrm.provider.ports", "privcrm.testing"]


@pytest.mark.parametrize("name", PACKAGES)
def test_every_public_name_resolves(name):
    package = importlib.import_module(name)
    assert all(getattr(package, public) is not None for public in package.__all__)


@pytest.mark.parametrize("name", PACKAGES)
def test_type_checkers_see_what_is_resolved(name):
    """The imports for type checkers, the table for the run, and ``__all__`` must say the same."""
    package = importlib.import_module(name)
    tree = ast.parse(Path(package.__file__).read_text(encoding="utf-8"))
    (block,) = [node for node in tree.body if isinstance(node, ast.If)]
    imported = {
        line.module.removeprefix(f"{name}."): {alias.name for alias in line.names}
        for line in block.body
        if isinstance(line, ast.ImportFrom)
    }
    table = next(node for node in ast.walk(block) if isinstance(node, ast.Dict))
    assert imported == {home: set(names) for home, names in ast.literal_eval(table).items()}
    assert sorted(package.__all__) == sorted(one for names in imported.values() for one in names)


@pytest.mark.parametrize("name", PACKAGES)
def test_an_unknown_name_is_an_ordinary_attribute_error(name):
    with pytest.raises(AttributeError, match=f"module '{name}' has no attribute 'Nobody'"):
        getattr(importlib.import_module(name), "Nobody")  # noqa: B009


def test_importing_a_package_loads_none_of_its_modules():
    script = f"import sys, {', '.join(PACKAGES)}; print([name for name in sys.modules if 'privcrm' in name])"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert set(ast.literal_eval(run.stdout)) == {"privcrm", "privcrm._lazy", *PACKAGES}
