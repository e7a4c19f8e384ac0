"""The Python on our pages runs; what is a test is run by pytest."""

import ast
import os
import subprocess
import tomllib

import pytest

from privcrm.settings import read_env_file, read_settings
from tests.docs.pages import DOCS, PAGES, ROOT, blocks, name_of
from tests.forking import python

WITH_PYTHON = [page for page in PAGES if blocks(page, "python")]
FIRST = [ROOT / "README.md", ROOT / "README.zh-CN.md", DOCS / "quickstart.md"]
OURS = ("privcrm", "privcrm_wecom")


@pytest.mark.parametrize("page", WITH_PYTHON, ids=name_of)
def test_python_runs(page, tmp_path):
    code = "\n".join(blocks(page, "python"))
    script = tmp_path / "test_page.py"
    script.write_text(code, encoding="utf-8")
    is_test = "def test_" in code or "(ProviderContract)" in code
    command = ["-m", "pytest", "-p", "no:cacheprovider", script.name] if is_test else [script.name]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PRIVCRM_", "PYTEST_"))}
    run = subprocess.run(
        python(*command), cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=100, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_first_pages_show_python():
    assert [page for page in FIRST if page not in WITH_PYTHON] == []


def test_what_is_imported_there_can_be_imported_before_all_else():
    """Pages run where our modules have been imported already, in some order: no module may rely on that."""
    programs = ["\n".join(blocks(page, "python")) for page in WITH_PYTHON]
    programs += [file.read_text(encoding="utf-8") for file in (ROOT / "examples").glob("*.py")]
    imported = {name for program in programs for name in modules_of(program) if name.split(".")[0] in OURS}
    assert imported
    for name in sorted(imported):
        program = f"import sys; assert 'privcrm' not in sys.modules; import {name}"
        subprocess.run(python("-c", program, has_ours=False), timeout=100, check=True)


def modules_of(program):
    """Yield what a program imports. It names what it takes: `import a.b` could find `a.c` for another's sake."""
    for node in ast.walk(ast.parse(program)):
        if isinstance(node, ast.ImportFrom):
            yield node.module
        elif isinstance(node, ast.Import):
            names = [each.name for each in node.names]
            assert not [name for name in names if name.split(".")[0] in OURS]
            yield from names


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "toml")], ids=name_of)
def test_toml_is_understood(page, tmp_path):
    config = tmp_path / "privcrm.toml"
    config.write_text("\n".join(blocks(page, "toml")), encoding="utf-8")
    secrets = {"EAST_SECRET": "x", "WEST_SECRET": "x"}
    for profile in tomllib.loads(config.read_text(encoding="utf-8")).get("profiles", {}):
        assert read_settings(secrets, profile=profile, config=config).provider == "wecom"


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "ini")], ids=name_of)
def test_env_files_are_understood(page, tmp_path):
    env = tmp_path / "env"
    env.write_text("\n".join(blocks(page, "ini")), encoding="utf-8")
    assert "PRIVCRM_WECOM_CORP_ID" in read_env_file(env)
    assert not any("#" in value for value in read_env_file(env).values())
