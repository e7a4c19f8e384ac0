"""Keys: the same for each delivery of one thing, different for whatever differs."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privcrm_wecom.callbacks import document
from privcrm_wecom.callbacks.keys import keys_of
from tests.unit.wecom.callbacks.sealing import AT, CORP, app, company, event, event_fields, told, xml

WINDOW = {"since": AT - 300, "until": AT + 300}
NAMES = st.sampled_from(["UserID", "ExternalUserID", "State", "ChatId", "Id", "A", "AB", "ABC"])
TEXTS = st.text(st.sampled_from("abAB01=&\n 客,;:|"), max_size=4)
VALUES = st.one_of(
    TEXTS,
    st.lists(TEXTS, min_size=2, max_size=3).map(lambda items: {"Item": items}),
    st.dictionaries(NAMES, TEXTS, min_size=1, max_size=2),
)
FIELDS = st.dictionaries(NAMES, VALUES, max_size=5)


def keys(fields, *, corp=CORP, app="main"):
    return keys_of(fields, corp, app)


def storage(fields, **kwargs):
    return keys(fields, **kwargs)[0]


def business(fields, **kwargs):
    return keys(fields, **kwargs)[1]


@settings(max_examples=300, deadline=None)
@given(FIELDS, FIELDS)
def test_keys_are_equal_for_what_is_equal_and_for_nothing_else(one, other):
    assert (business(one) == business(other)) is (one == other)
    assert (storage(one) == storage(other)) is (one == other)


@settings(max_examples=200, deadline=None)
@given(FIELDS.filter(bool), st.data())
def test_any_other_value_makes_another_key(fields, data):
    name = data.draw(st.sampled_from(sorted(fields)))
    changed = fields | {name: data.draw(VALUES.filter(lambda value: value != fields[name]))}
    without = {other: value for other, value in fields.items() if other != name}
    assert len({business(fields), business(changed), business(without), business(fields | {"More": ""})}) == 4


@settings(max_examples=200, deadline=None)
@given(FIELDS, st.randoms(use_true_random=False))
def test_order_blanks_and_cdata_make_no_difference(fields, random):
    plain = [
        name for name, value in fields.items() if isinstance(value, str) and value and not set(value) & set("&<]\n ")
    ]
    shuffled = list(fields.items())
    random.shuffle(shuffled)
    written = "".join(f"\n  {xml(**{name: value})[5:-6]}" for name, value in shuffled)
    for name in plain:
        written = written.replace(f"<{name}><![CDATA[{fields[name]}]]>", f"<{name}>{fields[name]}")
    assert keys(document.read(f"<xml>{written}\n</xml>")) == keys(document.read(xml(**fields)))


def test_items_count_in_their_order():
    there, back = ({"MemChangeList": {"Item": items}} for items in (["a", "b"], ["b", "a"]))
    assert business(there) != business(back)
    assert business({"L": {"Item": ["a", "b"]}}) != business({"L": {"Item": ["ab"]}})
    assert business({"L": {"Item": ["a"]}}) != business({"L": {"Item": "a"}})
    assert business({"L": []}) != business({"L": [""]}) != business({"L": ["", ""]})


def test_numbers_of_json_are_not_their_texts():
    values = [1, "1", 1.5, True, "true", None, "null", "", {}, []]
    assert len({business({"A": value}) for value in values}) == len(values)


def test_the_welcome_code_is_each_apps_own():
    one, other = event_fields(WelcomeCode="a"), event_fields(WelcomeCode="b")
    assert business(one, app="east") == business(other, app="west") == business(event_fields())
    assert len({storage(one), storage(other), storage(event_fields()), storage(event_fields(WelcomeCode=""))}) == 4


def test_each_app_keeps_its_own_delivery():
    fields = event_fields()
    assert storage(fields, app="east") != storage(fields, app="west")
    assert business(fields, app="east") == business(fields, app="west")
    assert len({*keys(fields), *keys(fields, corp="ww2")}) == 4


def test_a_message_is_known_by_its_id():
    """Whatever else a second delivery says: another spelling of the same message must not be a second one."""
    assert storage({"MsgId": "1", "Content": "a"}) == storage({"MsgId": "1", "Content": "b"})
    assert storage({"MsgId": "1"}) != storage({"MsgId": "2"})
    assert storage({"MsgId": "1"}) != storage({"MsgId": "1"}, app="other")
    assert storage({"MsgId": "", "A": "1"}) != storage({"MsgId": "", "A": "2"})
    assert business({"MsgId": "1"}) != business({"MsgId": "2"})
    assert storage({"MsgId": 1}) != storage({"MsgId": 2})


def test_fifty_people_added_within_a_second_are_fifty():
    made = [keys(event_fields(UserID="a", ExternalUserID=f"wm{number}")) for number in range(50)]
    assert len(set(made)) == len({business for _, business in made}) == 50


def dict_as_json(**fields):
    return json.dumps(fields)


@pytest.mark.parametrize("write", [xml, dict_as_json])
def test_deliveries_are_sealed_anew_and_known_again(write):
    text = write(**event_fields(UserID="a"))
    provider = company(app(), app("west", ("tokenOfTheWest",)))
    first, again = (provider.callbacks.open(told(text, nonce=nonce), **WINDOW).callbacks[0] for nonce in ("a", "b"))
    west = provider.callbacks.open(told(text, token="tokenOfTheWest"), **WINDOW).callbacks[0]
    assert (first.storage_key, first.business_key) == (again.storage_key, again.business_key)
    assert west.event.app == "west"
    assert (west.storage_key != first.storage_key, west.business_key) == (True, first.business_key)


def test_keys_stay_what_they_are():
    """They stand in databases: another release must come to the same."""
    told_before = keys(document.read(event(UserID="zhaoyi", ExternalUserID="wm1", WelcomeCode="c")))
    listed = keys(document.read(xml(**event_fields(L={"Item": ["a", "b"]}, B={"C": "d"}))))
    assert [*told_before, *listed] == KEPT


KEPT = [
    "main\x028c6431f6762a9f3070703c6d8b41d8c80ec71ffde27a29cd995bd4c4593f2dbb\x0106b9df6f",
    "8c6431f6762a9f3070703c6d8b41d8c80ec71ffde27a29cd995bd4c4593f2dbb",
    "main\x0220d0594869dc71374125aa5cd42dc4421436c86e1c392ecb0726f9907d0cc433",
    "20d0594869dc71374125aa5cd42dc4421436c86e1c392ecb0726f9907d0cc433",
]
