"""Filling a store from a terminal."""

import pytest

from privcrm.clock import SystemClock
from privcrm.store import open_store
from privcrm.testing.filling import company_id

SIZE = ("--seed", "4", "--staff", "12", "--members", "60", "--groups", "2")


@pytest.fixture
def address(monkeypatch, tmp_path):
    monkeypatch.setenv("PRIVCRM_STORE", f"sqlite:///{tmp_path}/company.db")
    return f"sqlite:///{tmp_path}/company.db"


def test_a_store_is_filled_once(privcrm, address):
    done = privcrm("sandbox", "fill", *SIZE, "--json")
    assert done.code == 0
    assert done.json["company"] == company_id(4)
    assert (done.json["groups"], done.json["tags"], done.json["staff"]) == (2, 20, 12)
    with (
        open_store(address, clock=SystemClock(), company=company_id(4)) as store,
        store.database.connect() as connection,
    ):
        told = connection.one("SELECT COUNT(*), COUNT(DISTINCT member) FROM privcrm_follow WHERE live = 1")
    assert told == (done.json["follows"], done.json["members"])
    again = privcrm("sandbox", "fill", *SIZE)
    assert again.code == 2
    assert "has members of this company already" in again.err


def test_the_scale_says_how_many_tags_there_are(privcrm, address):
    del address
    done = privcrm("sandbox", "fill", *SIZE, "--scale", "large")
    assert done.code == 0
    assert "200 tags." in done.out
    assert "Reading members" in done.err
