"""What is kept of a listing: hashes by default, clear values only where they were asked for, sealed."""

import base64

import pytest
from attrs import evolve

from privcrm.errors import ConfigurationError
from privcrm.models import Follow, Member, MemberId, MemberKind, StaffId, TagId
from privcrm.services.sync.entries import CLEAR_FIELDS, Entries
from privcrm.services.sync.sync import Sync
from privcrm.store.vault import Vault

from .company import Mirrored

PERSONAL = (
    "Wang Xiaoming",
    "http://a.example/1",
    "oUnion1",
    "Acme Ltd",
    "my remark",
    "my words",
    "Their Co",
    "13800138000",
)
FOLLOW = Follow(
    StaffId("ann"),
    tag_ids=(TagId("t2"), TagId("t1"), TagId("t2")),
    remark="my remark",
    description="my words",
    created_at=1_700_000_000,
    add_way=3,
    state="door",
    operator_id="bob",
    phones=("13800138000", "+86 138 0013 8000", "nonsense"),
    company="Their Co",
)
MEMBER = Member(
    MemberId("wm1"),
    name="Wang Xiaoming",
    kind=MemberKind.CONSUMER,
    gender=1,
    avatar="http://a.example/1",
    unionid="oUnion1",
    corp_name="Acme Ltd",
    follows=(FOLLOW,),
)


def dump(company: Mirrored) -> str:
    return repr([company.rows(f"SELECT * FROM privcrm_{table}") for table in ("member", "follow", "identity")])


def test_by_default_nothing_personal_is_kept(company: Mirrored) -> None:
    entry = Entries(company.vault).of(MEMBER, FOLLOW)
    kinds = [kind for kind, _ in entry.identities]
    assert kinds == ["unionid", "phone"], "one phone in two forms is one"
    assert dict(entry.identities)["phone"] == company.vault.hash("phone", "+8613800138000")
    assert (entry.member_details, entry.follow_details) == ("", "")
    assert not any(each in str([entry.identities, entry.digest, repr(entry)]) for each in PERSONAL)
    assert entry.tag_ids == ("t2", "t1")


@pytest.mark.parametrize("name", CLEAR_FIELDS)
def test_a_field_that_was_asked_for_is_kept_and_changes_the_digest(company: Mirrored, name: str) -> None:
    plain, chosen = Entries(company.vault).of(MEMBER, FOLLOW), Entries(company.vault, [name]).of(MEMBER, FOLLOW)
    assert plain.digest != chosen.digest
    kept = chosen.member_details + chosen.follow_details
    assert len([each for each in PERSONAL if each in kept]) == 1
    assert not any(each in repr(chosen) for each in PERSONAL)


def test_the_digest_is_of_everything_that_is_kept_and_of_the_key(company: Mirrored) -> None:
    entries = Entries(company.vault)
    digests = {
        entries.of(evolve(MEMBER, **of_member), evolve(FOLLOW, **of_follow)).digest
        for of_member, of_follow in (
            ({}, {}),
            ({"kind": MemberKind.ENTERPRISE}, {}),
            ({"gender": 2}, {}),
            ({"unionid": "oUnion2"}, {}),
            ({}, {"created_at": 5}),
            ({}, {"add_way": 4}),
            ({}, {"state": "window"}),
            ({}, {"operator_id": "eve"}),
            ({}, {"tag_ids": (TagId("t1"),)}),
            ({}, {"phones": ()}),
        )
    }
    assert len(digests) == 10
    assert entries.of(evolve(MEMBER, name="other"), FOLLOW).digest in digests
    reordered = evolve(FOLLOW, tag_ids=(TagId("t1"), TagId("t2"), TagId("t2")))
    assert entries.of(MEMBER, reordered).digest in digests


def test_clear_values_lie_sealed_in_the_store(company: Mirrored) -> None:
    key = Vault(company.store.database).keyring.new_key()
    sealed = Vault(company.store.database, [base64.b64encode(key).decode()])
    Sync(company.provider, company.store, sealed, store_fields=["name"]).run()
    names = [company.world.members[number].name for number in range(20)]
    assert not any(repr(name)[1:-1] in dump(company) for name in names)
    (number, details), *_ = company.rows(
        "SELECT number, details FROM privcrm_member WHERE details <> '' ORDER BY number"
    )
    with company.store.database.connect() as connection:
        (opened,) = sealed.open(connection, [(number, details)])
    assert opened.startswith('{"name": ')


def test_an_unknown_field_is_refused(company: Mirrored) -> None:
    with pytest.raises(ConfigurationError, match="'nmae'"):
        company.new_sync(store_fields=["nmae"])
