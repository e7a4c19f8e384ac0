"""Taking a person out of texts."""

import json

from hypothesis import given
from hypothesis import strategies as st

from privcrm.services.members.redaction import Redacted, Redaction

TAKE = Redaction({"wm1": "erased-a", "wm2": "erased-b"})


def of(value: object) -> tuple[object, bool]:
    found = TAKE.of(json.dumps(value))
    return json.loads(found.text), found.stood_alone


def test_ids_are_replaced_by_the_word() -> None:
    text = "wm1 wm12 xwm1 wm1_ (wm2), wm1/zhang member:wm1 wm-wm1"
    assert TAKE.of(text).text == ("erased-a wm12 xwm1 wm1_ (erased-b), erased-a/zhang member:erased-a wm-wm1")
    assert TAKE.of("wm12") == Redacted("wm12", stood_alone=False)
    assert TAKE.of("wm1") == Redacted("erased-a", stood_alone=True)


def test_lists_and_objects_lose_the_person() -> None:
    assert of({"a": ["wm1", "wm3"], "b": {"wm2": 0, "wm3": 1}}) == ({"a": ["wm3"], "b": {"wm3": 1}}, False)
    assert of({"a": ["wm1", "wm1"]}) == ({"a": ["erased-a"]}, True)
    assert of({"a": {"member": "wm1", "n": 1}}) == ({"a": {"member": "erased-a", "n": 1}}, True)
    assert of([{"member": "wm3 and wm1"}]) == ([{"member": "wm3 and erased-a"}], False)


def test_of_many_only_the_person_is_given() -> None:
    told = {
        "a": ["wm1", "wm3"],
        "b": [{"m": "wm2", "n": [1, "wm3"]}, {"m": "wm3"}],
        "c": {"wm1": 1, "wm3": 2},
        "d": [5],
    }
    assert TAKE.only(told) == {"a": ["wm1"], "b": [{"m": "wm2", "n": [1, "wm3"]}], "c": {"wm1": 1}, "d": [5]}


def test_json_inside_json_is_read() -> None:
    event = json.dumps({"user_ids": ["wm1", "wm3"]})
    found, stood_alone = of({"events": [event]})
    assert json.loads(found["events"][0]) == {"user_ids": ["wm3"]}
    assert not stood_alone


def test_ids_with_signs_are_found_in_json() -> None:
    strange = 'a"b\\c'
    redaction = Redaction({strange: "erased-a"})
    text = json.dumps({"m": json.dumps([strange, "x"]), "n": strange})
    assert redaction.is_in([text])
    assert json.loads(redaction.of(text).text) == {"m": '["x"]', "n": "erased-a"}


VALUES = st.recursive(
    st.sampled_from(["wm1", "wm12", "wm2", "a wm1 b", "", "{wm1", "[1, wm2"]) | st.integers() | st.none(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["wm1", "k", "x wm2"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(VALUES)
def test_nothing_is_left_in_any_value_and_no_list_is_emptied(value: object) -> None:
    found, _ = of(value)
    assert not TAKE.is_in([json.dumps(found)])
    assert json.dumps(found).count("[]") <= json.dumps(value).count("[]")
