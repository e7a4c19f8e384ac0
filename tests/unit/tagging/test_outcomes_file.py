"""The file of outcomes: nothing else is ever lost to it."""

import errno
import os
from pathlib import Path

import pytest

from privcrm.errors import ConfigurationError, InputError
from privcrm.services.tagging.outcomes_file import write_csv

LINE = ("2", "wm1", "zhang", "done", "", "", "", "A", "")


def test_it_is_for_its_owner_only_and_replaces_an_older_one(tmp_path: Path):
    path = tmp_path / "outcomes.csv"
    path.touch(0o644)
    assert write_csv([LINE], path) == 1
    assert write_csv([LINE, LINE], path) == 2
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(path.read_text(encoding="utf-8-sig").splitlines()) == 3
    assert [each.name for each in tmp_path.iterdir()] == ["outcomes.csv"]


@pytest.mark.parametrize("kind", ["store", "list", "link", "folder", "no folder"])
def test_nothing_else_is_replaced(desk, tmp_path: Path, kind: str):
    listed = tmp_path / "list.csv"
    listed.write_text("member_id,add\nmember-1,A\n", encoding="utf-8-sig")
    link = tmp_path / "link.csv"
    link.symlink_to(tmp_path / "elsewhere.csv")
    path = {
        "store": tmp_path / "store.db",
        "list": listed,
        "link": link,
        "folder": tmp_path,
        "no folder": tmp_path / "nowhere" / "outcomes.csv",
    }[kind]
    before = listed.read_bytes()
    with pytest.raises(InputError, match=r"name another|make it"):
        desk.tagging.check_outcomes_file(path)
    with pytest.raises(InputError):
        desk.tagging.write_outcomes("no job", path)
    assert listed.read_bytes() == before
    assert link.is_symlink()
    assert list(desk.jobs.list()) == []


def test_a_full_disk_is_told_and_leaves_the_older_file(tmp_path: Path, monkeypatch):
    path = tmp_path / "outcomes.csv"
    write_csv([LINE], path)
    before = path.read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ConfigurationError, match="No space left"):
        write_csv([LINE, LINE], path)
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["outcomes.csv"]
