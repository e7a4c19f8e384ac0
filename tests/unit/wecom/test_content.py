"""Content: what is sent in each place, what is refused before, and what is read back."""

import traceback

import pytest

from privcrm.errors import InputError
from privcrm.models import Content, File, Image, Link, MiniProgram, Video, Voice
from privcrm_wecom import content
from privcrm_wecom.content import body_of, content_of
from privcrm_wecom.limits import LIMITS

LINK = Link("https://example.invalid/g", "Guide", "Read me", "https://example.invalid/c.png")
LINK_SENT = {
    "title": "Guide",
    "picurl": "https://example.invalid/c.png",
    "desc": "Read me",
    "url": "https://example.invalid/g",
}
PROGRAM = MiniProgram("wx1", "pages/index.html", "Shop", "M2")
PROGRAM_SENT = {"title": "Shop", "pic_media_id": "M2", "appid": "wx1", "page": "pages/index.html"}
ALL = Content("Hi", (Image("M1"), LINK, PROGRAM, Video("M3"), File("M4")))
ALL_SENT = {
    "text": {"content": "Hi"},
    "attachments": [
        {"msgtype": "image", "image": {"media_id": "M1"}},
        {"msgtype": "link", "link": LINK_SENT},
        {"msgtype": "miniprogram", "miniprogram": PROGRAM_SENT},
        {"msgtype": "video", "video": {"media_id": "M3"}},
        {"msgtype": "file", "file": {"media_id": "M4"}},
    ],
}
PLACES = {
    "welcome": content.WELCOME,
    "mass": content.MASS_MESSAGE,
    "moment": content.MOMENT,
    "group": content.GROUP_WELCOME,
    "closing": content.CONCLUSION,
    "staff": content.STAFF_MESSAGE,
    "chat": content.STAFF_CHAT_MESSAGE,
    "markdown": content.in_markdown(content.STAFF_MESSAGE),
}


def sent(place: str, *attachments, words: str = "") -> dict:
    return body_of(Content(words, attachments), PLACES[place], LIMITS)


def test_welcomes_and_mass_messages_hold_their_attachments_in_an_array():
    assert body_of(ALL, content.WELCOME, LIMITS) == ALL_SENT
    assert body_of(ALL, content.MASS_MESSAGE, LIMITS) == ALL_SENT


def test_what_is_empty_is_left_out():
    assert sent("welcome", words="Hi") == {"text": {"content": "Hi"}}
    assert sent("mass", Image(url="u")) == {"attachments": [{"msgtype": "image", "image": {"pic_url": "u"}}]}
    assert sent("mass", Link("u", "t")) == {"attachments": [{"msgtype": "link", "link": {"title": "t", "url": "u"}}]}


def test_of_id_and_address_of_a_picture_the_id_is_sent():
    assert sent("group", Image("M1", "u")) == {"image": {"media_id": "M1"}}


def test_moments_have_links_of_their_own():
    link = Link("u", "t", cover_media_id="M1")
    assert sent("moment", link) == {
        "attachments": [{"msgtype": "link", "link": {"title": "t", "url": "u", "media_id": "M1"}}]
    }
    assert len(sent("moment", *[Image("M1")] * 9)["attachments"]) == 9


@pytest.mark.parametrize("place", ["group", "closing"])
def test_group_welcomes_and_closing_words_hold_objects_beside_the_text(place):
    assert sent(place, PROGRAM, words="Hi") == {"text": {"content": "Hi"}, "miniprogram": PROGRAM_SENT}


@pytest.mark.parametrize(
    ("attachment", "kind", "body"),
    [
        (Image("M1"), "image", {"media_id": "M1"}),
        (Voice("M1"), "voice", {"media_id": "M1"}),
        (Video("M1", "T", "D"), "video", {"media_id": "M1", "title": "T", "description": "D"}),
        (File("M1"), "file", {"media_id": "M1"}),
        (Link("u", "T", "D"), "textcard", {"title": "T", "description": "D", "url": "u"}),
        (MiniProgram("wx1", "p", "Title"), "miniprogram_notice", {"appid": "wx1", "page": "p", "title": "Title"}),
    ],
)
def test_a_message_to_staff_says_one_thing(attachment, kind, body):
    assert sent("staff", attachment) == {"msgtype": kind, kind: body}


def test_a_message_to_staff_may_be_markdown():
    assert sent("staff", words="x") == {"msgtype": "text", "text": {"content": "x"}}
    assert sent("markdown", words="**x**") == {"msgtype": "markdown", "markdown": {"content": "**x**"}}


BAD = [
    ("welcome", "", (), r"neither a text nor an attachment"),
    ("welcome", "中" * 1334, (), r"text has 4,002 bytes, at most 4,000 .*/92137"),
    ("mass", "x" * 4001, (), r"text has 4,001 bytes, at most 4,000 .*/92135"),
    ("moment", "x" * 4001, (), r"text has 4,001 bytes, at most 4,000 .*/95094"),
    ("group", "x" * 3001, (), r"text has 3,001 bytes, at most 3,000 .*/92366"),
    ("closing", "x" * 4001, (), r"text has 4,001 bytes, at most 4,000 .*/92228"),
    ("staff", "x" * 2049, (), r"text has 2,049 bytes, at most 2,048 .*/90236"),
    ("markdown", "x" * 2049, (), r"text has 2,049 bytes, at most 2,048 .*/90236"),
    ("welcome", "", (Image("M"),) * 10, r"attachments has 10 items, at most 9"),
    ("group", "", (Image("M"),) * 2, r"attachments has 2 items, at most 1"),
    ("closing", "", (Image("M"),) * 2, r"attachments has 2 items, at most 1"),
    ("staff", "", (Image("M"),) * 2, r"attachments has 2 items, at most 1"),
    ("moment", "", (Image("M"),) * 10, r"attachments has 10 items, at most 9"),
    ("moment", "", (Video("M"),) * 2, r"attachments has 2 items, at most 1"),
    ("moment", "", (Image("M"), Image("N"), Video("M")), r"attachments has 3 items, at most 1"),
    ("moment", "", (Link("u", cover_media_id="M"), Link("u", cover_media_id="M")), r"2 items, at most 1"),
    ("moment", "", (PROGRAM,), r"attachments\[0\] is of the kind miniprogram; a moment takes image, video, link"),
    ("moment", "", (File("M"),), r"attachments\[0\] is of the kind file"),
    ("closing", "", (Video("M"),), r"attachments\[0\] is of the kind video; .* takes image, link, miniprogram"),
    ("welcome", "", (Voice("M"),), r"attachments\[0\] is of the kind voice"),
    ("chat", "", (MiniProgram("wx1", "p", "Title"),), r"attachments\[0\] is of the kind miniprogram"),
    ("markdown", "", (Image("M"),), r"takes no attachments"),
    ("staff", "x", (Image("M"),), r"a text and an attachment"),
    ("mass", "", (Image(),), r"attachments\[0\].image needs media_id or url"),
    ("moment", "", (Image(url="u"),), r"attachments\[0\].image.url cannot be said in a moment"),
    ("moment", "", (Link("u", description="d", cover_media_id="M"),), r"link.description cannot be said in a moment"),
    ("moment", "", (Link("u", "t"),), r"attachments\[0\].link.cover_media_id is empty"),
    ("moment", "", (Link("", cover_media_id="M"),), r"attachments\[0\].link.url is empty"),
    ("moment", "", (Link("u", "x" * 65, cover_media_id="M"),), r"link.title has 65 characters, at most 64"),
    ("moment", "", (Link("u", "中" * 43, cover_media_id="M"),), r"link.title has 129 bytes, at most 128"),
    ("mass", "", (Image("M"), Link("u", "x" * 129)), r"attachments\[1\].link.title has 129 bytes, at most 128"),
    ("mass", "", (Link("u"),), r"attachments\[0\].link.title is empty"),
    ("mass", "", (Link("", "t"),), r"attachments\[0\].link.url is empty"),
    ("mass", "", (Link("u" * 2049, "t"),), r"attachments\[0\].link.url has 2,049 bytes"),
    ("mass", "", (Link("u", "t", "中" * 171),), r"link.description has 513 bytes, at most 512"),
    ("mass", "", (Link("u", "t", cover_url="u" * 2049),), r"link.cover_url has 2,049 bytes"),
    ("mass", "", (Link("u", "t", cover_media_id="M"),), r"link.cover_media_id cannot be said in a mass message"),
    ("mass", "", (MiniProgram("wx1", "p", "x" * 65, "M"),), r"miniprogram.title has 65 bytes, at most 64"),
    ("mass", "", (MiniProgram("wx1", "p", "", "M"),), r"miniprogram.title is empty"),
    ("mass", "", (MiniProgram("wx1", "p", "t"),), r"miniprogram.cover_media_id is empty"),
    ("mass", "", (MiniProgram("", "p", "t", "M"),), r"miniprogram.app_id is empty"),
    ("mass", "", (MiniProgram("wx1", "", "t", "M"),), r"miniprogram.page is empty"),
    ("mass", "", (Video(""),), r"attachments\[0\].video.media_id is empty"),
    ("mass", "", (Video("M", "T"),), r"video.title cannot be said in a mass message"),
    ("mass", "", (File(""),), r"attachments\[0\].file.media_id is empty"),
    ("staff", "", (Link("u", "T"),), r"link.description is empty"),
    ("staff", "", (Link("u", "x" * 129, "D"),), r"link.title has 129 characters"),
    ("staff", "", (Link("u", "T", "x" * 513),), r"link.description has 513 characters"),
    ("chat", "x" * 2049, (), r"text has 2,049 bytes, at most 2,048 .*/90248"),
    ("chat", "", (Link("u", "中" * 43, "D"),), r"link.title has 129 bytes, at most 128 .*/90248"),
    ("staff", "", (Video("M", "x" * 129),), r"video.title has 129 bytes"),
    ("staff", "", (MiniProgram("wx1", "p", "Tit"),), r"miniprogram.title has 3 characters, at least 4"),
    ("staff", "", (MiniProgram("wx1", "p", "x" * 13),), r"miniprogram.title has 13 characters, at most 12"),
    ("staff", "", (MiniProgram("wx1", "p" * 1025, "Title"),), r"miniprogram.page has 1,025 bytes"),
]


@pytest.mark.parametrize(("place", "words", "attachments", "problem"), BAD)
def test_what_a_place_would_refuse_or_cut_is_refused(place, words, attachments, problem):
    with pytest.raises(InputError, match=problem) as caught:
        sent(place, *attachments, words=words)
    assert "https://developer.work.weixin.qq.com/document/path/" in str(caught.value)


@pytest.mark.parametrize(
    ("place", "words", "attachments"),
    [
        ("welcome", "x" * 4000, (Image("M"),) * 9),
        ("moment", "x" * 4000, ()),
        ("group", "x" * 3000, ()),
        ("mass", "", (Link("u" * 2048, "x" * 128, "x" * 512, "u" * 2048),)),
        ("moment", "", (Link("u", "x" * 64, cover_media_id="M"),)),
        ("mass", "", (MiniProgram("wx1", "p", "x" * 64, "M"),)),
        ("staff", "x" * 2048, ()),
    ],
)
def test_what_just_fits_is_taken(place, words, attachments):
    assert sent(place, *attachments, words=words)


def test_kinds_do_not_mix_in_a_moment_even_where_several_are_allowed():
    wide = LIMITS.override({"moment_videos_or_links": 9})
    with pytest.raises(InputError, match="mixes image and video"):
        body_of(Content("", (Image("M"), Video("M"))), content.MOMENT, wide)


def test_the_figures_of_a_company_count():
    limits = LIMITS.override({"message_text": 3})
    with pytest.raises(InputError, match="at most 3"):
        body_of(Content("four"), content.MASS_MESSAGE, limits)


def test_a_refused_text_shows_nowhere():
    words = "老客户张三丰" * 1000
    with pytest.raises(InputError) as caught:
        sent("mass", words=words)
    told = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    frames = [line for frame in told.stack[2:] for line in (frame.locals or {}).values()]
    assert frames
    assert not any("张三丰" in line for line in frames)
    assert "张三丰" not in repr(caught.value)


def test_an_array_is_read_back():
    assert content_of(ALL_SENT) == ALL
    listed = {"text": {"content": "Hi"}, "attachments": [{"msgtype": "image", "image": {"pic_url": "u", "new": 1}}]}
    assert content_of(listed) == Content("Hi", (Image(url="u"),))


def test_objects_are_read_back():
    assert content_of({"text": {"content": "Hi"}, "link": LINK_SENT}) == Content("Hi", (LINK,))
    moment = {"image": [{"media_id": "M1"}, {"media_id": "M2"}], "video": {"media_id": "M3", "thumb_media_id": "M4"}}
    assert content_of(moment) == Content("", (Image("M1"), Image("M2"), Video("M3")))


@pytest.mark.parametrize(
    "wire",
    [{}, {"attachments": None}, {"attachments": [{"msgtype": "video_channel"}, 3, {}]}, {"image": 3, "text": []}],
)
def test_what_nobody_knows_reads_as_nothing(wire):
    assert content_of(wire) == Content()
