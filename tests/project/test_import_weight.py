"""What an import drags in decides how quickly a command starts."""

import json
import subprocess
import sys

import pytest

HEAVY = (
    "requests",
    "urllib3",
    "sqlalchemy",
    "alembic",
    "cryptography",
    "tenacity",
    "click",
    "rich",
    "uvicorn",
    "openpyxl",
    "pytest",
)


def all_modules_after(statement):
    body = f"before = set(sys.modules)\n{statement}\nprint(json.dumps(sorted(set(sys.modules) - before)))"
    run = subprocess.run(
        [sys.executable, "-c", f"import json, sys\n{body}"], capture_output=True, text=True, check=True
    )
    return set(json.loads(run.stdout))


def modules_after(statement):
    return {name.split(".")[0] for name in all_modules_after(statement)}


def test_import_privcrm_loads_the_standard_library_only():
    loaded = modules_after("import privcrm")
    assert loaded - set(sys.stdlib_module_names) == {"privcrm"}


def test_import_crm_loads_nothing_heavier_than_attrs():
    assert not modules_after("from privcrm import CRM") & set(HEAVY)


def test_import_cli_loads_no_network_and_no_database():
    assert not modules_after("import privcrm.cli") & {
        "requests",
        "urllib3",
        "sqlalchemy",
        "alembic",
        "cryptography",
        "uvicorn",
        "openpyxl",
        "rich",
    }


def test_looking_at_jobs_loads_no_service(tmp_path):
    looking = (
        "from privcrm import CRM\n"
        "from privcrm.testing.memory import MemoryProvider\n"
        f"with CRM.connect(MemoryProvider, store='sqlite:///{tmp_path}/jobs.db') as crm: list(crm.jobs.list())"
    )
    loaded = all_modules_after(looking)
    assert "privcrm.jobs.jobs" in loaded
    assert not [name for name in loaded if name.startswith("privcrm.services.")]


@pytest.mark.parametrize("module", ["privcrm.testing", "privcrm.testing.factories", "privcrm.testing.memory"])
def test_testing_helpers_are_importable_without_pytest(module):
    assert "pytest" not in modules_after(f"import {module}")
