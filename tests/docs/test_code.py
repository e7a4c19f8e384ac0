"""The Python in how-to and reference pages runs; what is a test is run by pytest."""

import os
import subprocess
import sys
import tomllib

import pytest

from privcrm.settings import read_env_file, read_settings
from tests.docs.pages import PAGES, RUN_ELSEWHERE, blocks, name_of

WITH_PYTHON = [page for page in PAGES if page not in RUN_ELSEWHERE and blocks(page, "python")]


@pytest.mark.parametrize("page", WITH_PYTHON, ids=name_of)
def test_python_runs(page, tmp_path):
    code = "\n".join(blocks(page, "python"))
    script = tmp_path / "test_page.py"
    script.write_text(code, encoding="utf-8")
    is_test = "def test_" in code or "(ProviderContract)" in code
    command = ["-m", "pytest", "-p", "no:cacheprovider", script.name] if is_test else [script.name]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PRIVCRM_", "PYTEST_"))}
    run = subprocess.run(
        [sys.executable, *command],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


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
