"""Codes, their states, the vendor's codes behind them, and what is told of them, on both databases."""

import threading
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest
from attrs import evolve

from privcrm.clock import ManualClock
from privcrm.errors import InputError
from privcrm.models.codes import state_number, state_of
from privcrm.store import Store, open_store
from privcrm.store.live_codes.codes import CodeKind, CodeLife, CodeRow, CodeRows
from privcrm.store.live_codes.notes import DECISIONS_KEPT, Alarm, CodeNotes, Decision
from privcrm.store.live_codes.vendor_codes import VendorCode, VendorCodes, VendorLife

STAFF, GROUP = CodeKind.STAFF, CodeKind.GROUP


@pytest.fixture
def rows(store: Store) -> CodeRows:
    return CodeRows(store.database)


def add(store: Store, rows: CodeRows, key: str, kind: CodeKind = GROUP) -> CodeRow:
    with store.database.transaction() as connection:
        return rows.add(connection, key, kind, name=f"{key}店", spec="{}", now=1.0, who="ann")


# -- codes


def test_a_code_is_kept_with_a_number_of_its_own(store: Store, rows: CodeRows) -> None:
    made = [add(store, rows, key, kind) for key, kind in (("门店1", GROUP), ("desk", STAFF))]
    first = CodeRow(1, "门店1", GROUP, "门店1店", "{}", CodeLife.WANTED, 1.0, "ann", 1.0, 0.0, 0.0)
    assert made[0] == first
    assert made[1].number == 2
    with store.database.connect() as connection:
        assert (
            rows.get(connection, "门店1") == rows.of_number(connection, 1) == rows.known(connection, "门店1") == first
        )
        assert rows.get(connection, "nobody") is None
        assert rows.of_number(connection, 3) is None
        with pytest.raises(InputError, match="live-code list"):
            rows.known(connection, "nobody")


def test_a_key_is_taken_for_ever(store: Store, rows: CodeRows) -> None:
    code = add(store, rows, "shop")
    with store.database.transaction() as connection:
        rows.set_life(connection, code.number, CodeLife.DELETED, 2.0)
    with pytest.raises(InputError, match="already"):
        add(store, rows, "shop", STAFF)
    assert add(store, rows, "next").number == 2


def test_threads_get_numbers_of_their_own(store: Store, rows: CodeRows) -> None:
    start = threading.Barrier(8)

    def make(number: int) -> int:
        start.wait(30)
        return add(store, rows, f"shop{number}").number

    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(make, range(8))) == list(range(1, 9))


def test_of_threads_that_add_the_same_key_one_succeeds_and_the_others_are_told(store: Store, rows: CodeRows) -> None:
    start = threading.Barrier(8)

    def make(_: int) -> str:
        start.wait(30)
        try:
            return f"made {add(store, rows, 'shop').number}"
        except InputError:
            return "taken"

    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(make, range(8))) == ["made 1", *["taken"] * 7]
    assert add(store, rows, "next").number == 2


def test_what_a_code_is_to_be_changes_and_its_number_does_not(store: Store, rows: CodeRows) -> None:
    code = add(store, rows, "shop")
    with store.database.transaction() as connection:
        rows.change(connection, code.number, name="新店", spec='{"a": 1}', now=5.0)
        rows.set_due(connection, code.number, 9.0)
        changed = rows.known(connection, "shop")
    assert changed == evolve(code, name="新店", spec='{"a": 1}', changed_at=5.0, next_due=9.0)


def test_the_first_time_that_a_code_is_open_is_remembered(store: Store, rows: CodeRows) -> None:
    code = add(store, rows, "shop")
    seen = []
    for life, now in ((CodeLife.DRAFT, 2.0), (CodeLife.OPEN, 3.0), (CodeLife.DRAFT, 4.0), (CodeLife.OPEN, 5.0)):
        with store.database.transaction() as connection:
            rows.set_life(connection, code.number, life, now)
            kept = rows.known(connection, "shop")
        seen.append((kept.life, kept.opened_at))
    assert seen == [(CodeLife.DRAFT, 0.0), (CodeLife.OPEN, 3.0), (CodeLife.DRAFT, 3.0), (CodeLife.OPEN, 3.0)]


def test_codes_are_listed_page_by_page(store: Store, rows: CodeRows, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("privcrm.store.live_codes.codes.PAGE", 2)
    for number in range(7):
        add(store, rows, f"c{number}", STAFF if number % 2 else GROUP)
    assert [code.key for code in rows.list()] == [f"c{number}" for number in range(7)]
    assert [code.key for code in rows.list(STAFF)] == ["c1", "c3", "c5"]


def test_companies_are_apart(url: str, store: Store, rows: CodeRows) -> None:
    add(store, rows, "shop")
    with open_store(url, clock=ManualClock(), company="other") as other:
        theirs = CodeRows(other.database)
        assert add(other, theirs, "shop").number == 1
        with other.database.transaction() as connection:
            state = theirs.claim_state(connection, 1, 0)
            assert [code.key for code in theirs.list()] == ["shop"]
    with store.database.connect() as connection:
        assert rows.of_state(connection, state) is None


# -- states


def test_a_state_belongs_to_one_code_for_ever(store: Store, rows: CodeRows) -> None:
    with store.database.transaction() as connection:
        assert rows.claim_state(connection, 2, 0, "旧渠道") == "旧渠道"
        for number, part in ((1, 0), (2, 1)):
            with pytest.raises(InputError, match="another live code"):
                rows.claim_state(connection, number, part, "旧渠道")
        assert rows.of_state(connection, "旧渠道") == (2, 0)


def test_a_state_of_ours_is_drawn_and_stays_that_of_its_vendors_code(store: Store) -> None:
    rows, again = CodeRows(store.database, Random(1)), CodeRows(store.database, Random(1))
    codes = VendorCodes(store.database)
    with store.database.transaction() as connection:
        state = rows.claim_state(connection, 1, 2)
        assert again.claim_state(connection, 1, 2) == state  # from the same source the same
        assert state_number(state) == (1, 2)
        assert rows.claim_state(connection, 1, 0) != CodeRows(store.database).claim_state(connection, 1, 0)
        codes.put(connection, VendorCode(1, 2, "contact", state=state))
        assert rows.claim_state(connection, 1, 2) == state


def test_a_code_made_before_states_were_drawn_keeps_its_own(store: Store, rows: CodeRows) -> None:
    with store.database.transaction() as connection:
        rows.claim_state(connection, 1, 0, state_of(1))
        VendorCodes(store.database).put(connection, VendorCode(1, 0, "contact", state=state_of(1)))
        assert rows.claim_state(connection, 1, 0) == state_of(1)
        assert rows.of_state(connection, state_of(1)) == (1, 0)


def test_states_are_looked_up_and_never_parsed(store: Store, rows: CodeRows) -> None:
    with store.database.transaction() as connection:
        ours = rows.claim_state(connection, 1, 3)
        # One of ours that a second code was made with elsewhere, and one that would be ours but was given to nobody.
        rows.claim_state(connection, 9, 0, state_of(5))
        asked = [ours, state_of(5), state_of(6), "foreign", ours]
        assert rows.of_states(connection, asked) == {ours: (1, 3), state_of(5): (9, 0)}
        assert rows.of_states(connection, []) == {}


# -- the vendor's codes


def test_a_vendors_code_is_kept_in_place_of_what_was_known_of_it(store: Store) -> None:
    codes = VendorCodes(store.database)
    making = VendorCode(1, 0, "group", state="s")
    made = VendorCode(1, 0, "group", "cfg", "s", "https://qr", '{"a": 1}', 2.0, unsure=True, life=VendorLife.OPEN)
    with store.database.transaction() as connection:
        codes.put(connection, making)
        assert codes.get(connection, 1) == making
        codes.put(connection, made)
        codes.put(connection, evolve(made, part=1, vendor_id="cfg1"))
        codes.put(connection, evolve(made, code=2, vendor_id="cfg2"))
        assert codes.get(connection, 1) == made
        assert codes.get(connection, 1, 2) is None
        assert [each.part for each in codes.of_code(connection, 1)] == [0, 1]
        assert codes.of_vendor_id(connection, "cfg1") == evolve(made, part=1, vendor_id="cfg1")
        assert codes.of_vendor_id(connection, "nobody") is None


def test_a_doubted_code_is_sure_again_when_the_vendor_says_yes(store: Store) -> None:
    codes = VendorCodes(store.database)
    with store.database.transaction() as connection:
        for part in (0, 1):
            codes.put(connection, VendorCode(1, part, "contact", f"cfg{part}", life=VendorLife.OPEN))
        codes.doubted(connection, 1, 0)
        assert [each.unsure for each in codes.of_code(connection, 1)] == [True, False]
        codes.acknowledged(connection, 1, 0, '{"pool": ["ann"]}', 7.0)
        sure, other = codes.of_code(connection, 1)
    assert (sure.unsure, sure.acked, sure.acked_at) == (False, '{"pool": ["ann"]}', 7.0)
    assert (other.acked, other.acked_at) == ("", 0.0)


# -- alarms and decisions


def test_an_alarm_stands_from_its_beginning_until_it_is_over(store: Store) -> None:
    notes = CodeNotes(store.database)
    with store.database.transaction() as connection:
        assert notes.alarm(connection, 1, "no_spare", "two left", 5.0)
        assert not notes.alarm(connection, 1, "no_spare", "none left", 9.0)
        assert notes.alarm(connection, 2, "no_spare", "one left", 3.0)
        assert notes.alarm(connection, 1, "drift", "somebody edited it", 5.0)
        first = Alarm(1, "no_spare", "none left", 5.0)
        assert notes.alarms(connection, 1) == [Alarm(1, "drift", "somebody edited it", 5.0), first]
        assert [each.code for each in notes.alarms(connection)] == [2, 1, 1]
        assert notes.stands(connection, 1, "no_spare")
        assert not notes.stands(connection, 2, "drift")
        assert [notes.clear(connection, 1, "no_spare") for _ in range(2)] == [True, False]
        assert not notes.stands(connection, 1, "no_spare")
        assert notes.alarm(connection, 1, "no_spare", "none left again", 12.0)
        assert [each.since for each in notes.alarms(connection, 1)] == [5.0, 12.0]


def test_the_last_two_hundred_decisions_about_a_code_are_kept(store: Store) -> None:
    notes = CodeNotes(store.database)
    with store.database.transaction() as connection:
        notes.decided(connection, 2, "pushed", "another code", 1.0)
        for number in range(DECISIONS_KEPT + 5):
            notes.decided(connection, 1, "pushed", f"{number}", float(number))
        kept = list(notes.decisions(connection, 1))
        assert len(list(notes.decisions(connection, 2))) == 1
    last = DECISIONS_KEPT + 4
    assert kept[0] == Decision(float(last), "pushed", f"{last}")
    assert [each.why for each in kept] == [f"{number}" for number in range(last, 4, -1)]
