"""What a user gets by ``pip install``: the packages, their types, one entry point table, and nothing else."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    target = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (built,) = target.glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        yield archive


def test_wheel_holds_the_packages_and_nothing_else(wheel):
    tops = {name.split("/")[0] for name in wheel.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"privcrm", "privcrm_wecom"}


def test_wheel_holds_every_module_of_the_tree(wheel):
    packed = set(wheel.namelist())
    sources = [(ROOT, ROOT / "privcrm"), (ROOT / "providers", ROOT / "providers" / "privcrm_wecom")]
    for base, package in sources:
        modules = {path.relative_to(base).as_posix() for path in package.rglob("*.py")}
        assert modules <= packed
        assert f"{package.name}/py.typed" in packed


def test_wheel_registers_command_providers_and_pytest_plugin(wheel):
    (name,) = [name for name in wheel.namelist() if name.endswith("entry_points.txt")]
    text = wheel.read(name).decode()
    for line in (
        "privcrm = privcrm.cli:main",
        "wecom = privcrm_wecom:WeComProvider",
        "memory = privcrm.testing.memory:MemoryProvider",
    ):
        assert line in text
    assert "[pytest11]" in text
