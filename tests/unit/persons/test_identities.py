"""Which ids are one person."""

from itertools import combinations
from random import Random

import pytest
from cryptography.fernet import Fernet
from hypothesis import given, settings
from hypothesis import strategies as st

from privcrm.clock import ManualClock
from privcrm.errors import InputError
from privcrm.services.members.identities import Duplicate, Identities
from privcrm.store import Store, open_store
from privcrm.store.mirror.numbers import Numbers
from privcrm.store.vault import Vault
from tests.store.databases import KINDS, ready_database

KEY = Fernet.generate_key().decode()


@pytest.fixture
def identities(store: Store, vault: Vault) -> Identities:
    know(store, *(f"wm{n}" for n in range(6)))
    return Identities(store, vault, Random(1))


def know(store: Store, *member_ids: str) -> None:
    with store.database.transaction() as connection:
        Numbers(store.database).ensure_members(connection, member_ids, 0.0)


def everything(store: Store, *tables: str) -> list:
    with store.database.connect() as connection:
        return [connection.all(f"SELECT * FROM privcrm_{table} ORDER BY 1, 2, 3, 4") for table in tables]


def test_members_are_found_by_what_is_known_of_them(identities: Identities, store: Store) -> None:
    identities.link("wm1", "phone", "138 0013 8000")
    identities.link("wm1", "unionid", "u1")
    identities.link("wm2", "card_no", "C-1")
    identities.link("wm2", "app_id", "42")
    identities.link("wm3", "phone", "+86 13800138000")
    assert identities.resolve(phone="１３８００１３８０００") == ("wm1", "wm3")
    assert identities.resolve(phone="13800138000", unionid="u1") == ("wm1",)
    assert identities.resolve(phone="13800138000", card_no="C-1") == ()
    assert identities.resolve(member_id="wm2") == identities.resolve(app_id="42") == ("wm2",)
    assert identities.resolve(member_id="nobody") == ()
    kept = repr(everything(store, "identity"))
    assert not [clear for clear in ("13800138000", "'u1'", "C-1") if clear in kept]
    assert "'42'" in kept


def test_what_was_linked_can_be_taken_away(identities: Identities) -> None:
    identities.link("wm1", "app_id", "42")
    identities.link("wm1", "app_id", "42")
    assert identities.unlink("wm1", "app_id", "42")
    assert not identities.unlink("wm1", "app_id", "42")
    assert identities.resolve(app_id="42") == ()


def test_merged_ids_are_found_together_and_split_again(identities: Identities, store: Store) -> None:
    identities.link("wm1", "app_id", "42")
    before = everything(store, "member", "identity")
    merge_id = identities.merge("wm0", "wm1", reason="same card", who="ann")
    assert identities.resolve(app_id="42") == ("wm0", "wm1")
    assert (identities.same("wm0"), identities.same("wm1")) == (("wm0", "wm1"), ("wm1", "wm0"))
    with pytest.raises(InputError, match="one person already"):
        identities.merge("wm1", "wm0", reason="", who="ann")
    identities.split(merge_id, who="bob")
    assert identities.resolve(app_id="42") == identities.same("wm1") == ("wm1",)
    assert everything(store, "member", "identity") == before
    with pytest.raises(InputError, match="not split yet"):
        identities.split(merge_id, who="bob")
    assert [(entry.who, entry.what, dict(entry.details)) for entry in store.audit.entries()] == [
        ("ann", "member.merged", {"merge": merge_id}),
        ("bob", "member.split", {"merge": merge_id}),
    ]


def test_who_is_not_known_cannot_be_linked_or_merged(identities: Identities) -> None:
    for attempt in (
        lambda: identities.link("nobody", "app_id", "1"),
        lambda: identities.unlink("nobody", "app_id", "1"),
        lambda: identities.merge("wm1", "nobody", reason="", who=""),
    ):
        with pytest.raises(InputError, match="knows no member 'nobody'"):
            attempt()
    assert identities.same("nobody") == ()


def test_a_search_for_nothing_and_a_phone_that_is_none_are_told(identities: Identities) -> None:
    with pytest.raises(InputError, match="give one of member_id, phone"):
        identities.resolve(member_id=None, phone="")
    with pytest.raises(InputError, match="no phone number") as caught:
        identities.resolve(phone="1380")
    assert "1380 " not in str(caught.value)


def test_a_shared_phone_is_proposed_and_never_merged(identities: Identities) -> None:
    for number in (1, 3, 5):
        identities.link(f"wm{number}", "phone", "13800138000")
    identities.link("wm1", "unionid", "u")
    identities.link("wm3", "unionid", "u")
    assert identities.same("wm1") == ("wm1",)
    shared = {("wm1", "wm3", "phone"), ("wm1", "wm5", "phone"), ("wm3", "wm5", "phone"), ("wm1", "wm3", "unionid")}
    assert {(each.first, each.second, each.kind) for each in identities.duplicates()} == shared
    identities.merge("wm3", "wm1", reason="", who="ann")
    assert Duplicate("wm1", "wm3", "phone") not in list(identities.duplicates())
    assert len(list(identities.duplicates())) == 2


@pytest.mark.parametrize(("space", "found"), [("brand", (("other", "theirs"),)), ("", ())])
def test_other_companies_are_seen_in_a_common_space_only(
    url: str, clock: ManualClock, space: str, found: tuple
) -> None:
    for company, member_id, own in (("acme", "ours", space), ("other", "theirs", space), ("third", "x", "elsewhere")):
        with open_store(url, clock=clock, company=company) as store:
            know(store, member_id)
            vault = Vault(store.database, [KEY], identity_space=own)
            Identities(store, vault, Random(1)).link(member_id, "unionid", "u")
    with open_store(url, clock=clock, company="acme") as store:
        ours = Identities(store, Vault(store.database, [KEY], identity_space=space), Random(1))
        assert ours.elsewhere("ours") == found
        assert ours.elsewhere("nobody") == ()


STEPS = st.lists(st.tuples(st.booleans(), st.integers(0, 5), st.integers(0, 5)), max_size=20)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=20, deadline=None)
@given(steps=STEPS)
def test_after_any_merges_and_splits_persons_are_who_is_still_joined(kind, steps, tmp_path_factory) -> None:
    with (
        ready_database(kind, tmp_path_factory.mktemp("merges")) as url,
        open_store(url, clock=ManualClock(), company="acme") as store,
    ):
        know(store, *(f"wm{n}" for n in range(6)))
        identities = Identities(store, Vault(store.database, [KEY]), Random(1))
        before = everything(store, "member", "identity")
        live: dict[str, tuple[int, int]] = {}
        for merges, one, other in steps:
            if merges and one != other and f"wm{other}" not in identities.same(f"wm{one}"):
                live[identities.merge(f"wm{one}", f"wm{other}", reason="", who="")] = (one, other)
            elif not merges and live:
                merge_id = sorted(live)[one % len(live)]
                identities.split(merge_id, who="")
                del live[merge_id]
        for one, other in combinations(range(6), 2):
            assert (f"wm{other}" in identities.same(f"wm{one}")) is joined(one, other, live.values())
        for merge_id in live:
            identities.split(merge_id, who="")
        assert [identities.same(f"wm{n}") for n in range(6)] == [(f"wm{n}",) for n in range(6)]
        assert everything(store, "member", "identity") == before


def joined(one, other, edges) -> bool:
    met = {one}
    for _ in range(6):
        met |= {b for edge in edges for a, b in (edge, edge[::-1]) if a in met}
    return other in met
