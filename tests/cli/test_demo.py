"""The demo ends with a proof, or says that it has none."""

import pytest

from privcrm.cli.demo import codes, proof
from privcrm.cli.demo import tagging as chapters
from privcrm.cli.demo.events import EXPECTED


def test_the_demo_proves_itself_and_leaves_nothing_behind(privcrm, tmp_path):
    shown = privcrm("demo", "--members", "60", "--json")
    told = shown.json
    assert (shown.code, told["ok"], told["members"]) == (0, True, 60)
    assert told["job"]["counts"]["done"] == told["preview"]["changes"] > 0
    assert told["proof"]["before"]["differing"] == told["preview"]["changes"]
    assert told["proof"]["after"]["differing"] == told["proof"]["library"]["differing"] == 0
    assert told["proof"]["after"]["checked"] == told["proof"]["library"]["checked"] >= 60
    assert told["events"]["heard"] == EXPECTED
    assert told["events"]["stored"] == sum(EXPECTED.values())
    assert told["events"]["repeated"] > 0
    assert told["events"]["welcomes"]["sent"] > 0
    assert [each["selected"] for each in told["mirror"]["segments"]] == [
        each["booked"] for each in told["mirror"]["segments"]
    ]
    assert any(each["selected"] for each in told["mirror"]["segments"])
    assert told["mirror"]["arrived"] == told["events"]["heard"]["MemberAdded"]
    assert told["live_code"]["people"] == sum(group["joined"] for group in told["live_code"]["groups"])
    assert [(group["name"], group["inside"]) for group in told["live_code"]["groups"]] == [
        ("福利群1", 20),
        ("福利群2", 20),
        ("福利群3", 8),
    ]
    assert list(tmp_path.iterdir()) == []


def test_the_demo_shows_list_plan_outcome_and_proof(privcrm):
    out = privcrm("demo", "--members", "10").out
    for text in ("member_id", "客户等级/VIP", "Already so", "done", "the company's own books, now", "Done in"):
        assert text in out


def test_a_lost_tag_is_found_by_the_proof_and_ends_with_one(privcrm, monkeypatch):
    honest = proof.rows

    def forgetful(control_url, what):
        for number, row in enumerate(honest(control_url, what)):
            if what == "members" and number == 3:
                row["follows"] = [follow | {"tag_id": []} for follow in row["follows"]]
            yield row

    monkeypatch.setattr(proof, "rows", forgetful)
    shown = privcrm("demo", "--members", "10", "--json")
    assert (shown.code, shown.json["ok"]) == (1, False)
    assert shown.json["proof"]["after"]["differing"] > 0


def test_a_person_whom_the_books_miss_is_found_by_the_proof(privcrm, monkeypatch):
    honest = codes.rows

    def forgetful(control_url, what):
        for row in honest(control_url, what):
            yield row | {"external_userid": row["external_userid"][1:]} if row.get("name") == "福利群2" else row

    monkeypatch.setattr(codes, "rows", forgetful)
    shown = privcrm("demo", "--members", "10", "--json")
    assert (shown.code, shown.json["ok"]) == (1, False)


@pytest.mark.parametrize("present", [set(), {"客户等级/VIP", "客户等级/普通"}])
def test_differences_counts_missing_and_unwanted_tags(monkeypatch, present):
    books = {
        "tags": [
            {"tag_id": "t1", "group_name": "客户等级", "name": "VIP"},
            {"tag_id": "t2", "group_name": "客户等级", "name": "普通"},
        ],
        "staff": [{"userid": "a", "state": "active"}, {"userid": "gone", "state": "left"}],
        "members": [
            {
                "external_userid": "m",
                "follows": [
                    {
                        "userid": "a",
                        "ended_at": None,
                        "tag_id": [{"客户等级/VIP": "t1"}.get(name, "t2") for name in present],
                    },
                    {"userid": "gone", "ended_at": None, "tag_id": []},
                    {"userid": "a2", "ended_at": 1, "tag_id": []},
                ],
            },
            {"external_userid": "another", "follows": [{"userid": "a", "ended_at": None, "tag_id": []}]},
        ],
    }
    monkeypatch.setattr(proof, "rows", lambda url, what: iter(books[what]))
    wanted = {"m": ({"客户等级/VIP"}, {"客户等级/普通"})}
    assert proof.differences("http://127.0.0.1/", wanted) == (1, ["a/m"])
    assert chapters.READERS.keys() == {"before", "after", "library"}
