"""Specs come back from the store as they went in, whole."""

import json

import attrs
import pytest

from privcrm.models import (
    Channel,
    CodeScene,
    ContactCodeSpec,
    Content,
    File,
    GroupCodeSpec,
    Image,
    Link,
    MassMessageSpec,
    MiniProgram,
    MomentSpec,
    Video,
)
from privcrm.services.once.likeness import Likeness, digest_of_content
from privcrm.services.once.payloads import digest_of, from_payload, to_payload

CONTENT = Content(
    "今日上新",
    (
        Image("media1", "https://pic"),
        Link("https://a", "title", "description", "https://cover", "media2"),
        MiniProgram("wx1", "pages/a", "title", "media3"),
        Video("media4"),
        File("media5"),
    ),
)
FULL = [
    MassMessageSpec(Channel.GROUPS, CONTENT, "zhang", ("m1",), ("g1",), (("t1", "t2"), ("t3",)), may_edit=True),
    MomentSpec(CONTENT, ("zhang",), ("7",), ("t1",)),
    ContactCodeSpec(
        staff_ids=("zhang",),
        department_ids=("7",),
        state="poster",
        note="door",
        skip_confirmation=False,
        scene=CodeScene.MINI_PROGRAM,
        exclusive=True,
        temporary=True,
        expires_in=60,
        chat_expires_in=90,
        unionid="u1",
        conclusions=CONTENT,
        style=2,
    ),
    GroupCodeSpec(
        ("g1", "g2"), "poster", "door", CodeScene.MINI_PROGRAM, opens_groups=False, base_name="x", base_number=4
    ),
]


@pytest.mark.parametrize("spec", FULL, ids=lambda spec: type(spec).__name__)
def test_nothing_of_a_spec_is_lost_in_the_store(spec):
    payload = json.loads(json.dumps(to_payload(spec)))
    assert from_payload(payload, type(spec)) == spec
    assert set(payload) == {each.name for each in attrs.fields(type(spec))}, "a new field: give it a value above"


@pytest.mark.parametrize("spec", FULL, ids=lambda spec: type(spec).__name__)
def test_what_this_version_does_not_know_is_not_passed_over(spec):
    with pytest.raises(Exception, match=r"ClassValidation|structuring"):
        from_payload({**to_payload(spec), "later": 1}, type(spec))


def test_only_what_differs_from_the_defaults_is_written():
    assert to_payload(GroupCodeSpec(("g1",))) == {"group_ids": ["g1"]}
    assert to_payload(Content("hi")) == {"text": "hi"}


def test_equal_values_have_equal_digests():
    assert digest_of({"a": 1, "b": [2]}) == digest_of({"b": [2], "a": 1}) != digest_of({"b": [2], "a": 2})
    assert len(digest_of("x")) == 16


def test_a_content_is_known_by_what_lists_show_of_it():
    program = MiniProgram("wx1", "pages/a", "title", "media3")
    one = Content("hi", (Link("https://a", "t", "d", cover_media_id="m1"), Image(media_id="m2"), program))
    other = Content(
        "hi", (Link("https://a", "t", cover_url="u"), Image(url="u"), attrs.evolve(program, cover_media_id="m"))
    )
    assert digest_of_content(one) == digest_of_content(other)
    different = [Content("hi"), Content("ho", one.attachments), Content("hi", (Link("https://b", "t"), Image("m2")))]
    assert len({digest_of_content(each) for each in [one, *different]}) == 4
    assert digest_of_content(one, Channel.GROUPS) != digest_of_content(one, Channel.MEMBERS)


def test_an_order_in_anybodys_name_is_like_every_one_of_its_content():
    likeness = Likeness()
    assert (likeness.name("c1", "zhang"), likeness.name("c2", "")) == ("c1/zhang", "c2/")
    alike = {
        name: likeness(name)
        for name in ("c1/zhang", "c1/li", "c1/", "c2/li", "c2/", "c3/", "c3/zhang", "undo c1/zhang")
    }
    assert [name for name, is_alike in alike.items() if is_alike] == ["c1/zhang", "c1/", "c2/li", "c2/"]
