"""XML read in its plain form is what expat reads, and both are what the document says."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from privcrm.errors import CallbackRejected
from privcrm_wecom.callbacks import document, vendor_xml
from tests.unit.wecom.callbacks.sealing import xml

PIECES = [
    *("<xml>", "</xml>", "<a>", "</a>", "<b1>", "</b1>", "<Item>", "</Item>", "<MemChangeList>", "</MemChangeList>"),
    *("<a/>", "<a x='1'>", "<![CDATA[", "]]>", "]]", "]", "&amp;", "&#65;", "&", "<", ">", "<!-- c -->", "<?p q?>"),
    *(
        " ",
        "\n",
        "\r\n",
        "\t",
        "text",
        "客户",
        "\x0b",
        "\x0c",
        "\x1f",
        "\x7f",
        "\x85",
        "\u2028",
        "\ufffe",
        "\uffff",
        "😀",
    ),
]
ITEMS = st.sampled_from(
    ["<Item>x</Item>", "<Item><![CDATA[y]]></Item>", "\n", "<Item></Item>", "<Item>]]></Item>", "z"]
)
LISTS = st.lists(ITEMS, max_size=5).map(lambda items: f"<MemChangeList>{''.join(items)}</MemChangeList>")
ELEMENTS = st.sampled_from(
    ["<a>1</a>", "<b1><![CDATA[<2>&]]></b1>", "\n ", "<c></c>", "<d><![CDATA[]]></d>", "<a>3</a>"]
)
SHAPED = st.lists(st.one_of(ELEMENTS, LISTS, st.sampled_from(PIECES)), max_size=8).map(
    lambda parts: f"<xml>{''.join(parts)}</xml>"
)
LOOSE = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


def by_tree(text):
    """Read a document as the standard library's tree does, which is right about well-formed ones."""

    def value(element):
        if not len(element):
            return element.text or ""
        found = {}
        for child in element:
            found.setdefault(child.tag, []).append(value(child))
        return {name: values if len(values) > 1 else values[0] for name, values in found.items()}

    return value(ET.fromstring(text))


def said_by(text):
    said = by_tree(text)
    return said if isinstance(said, dict) else {}


@settings(max_examples=400, deadline=None)
@given(st.one_of(SHAPED, LOOSE))
@example("<xml><a>1</a>\n</xml>\n")
@example("<xml><MemChangeList><Item>a</Item><Item>b</Item></MemChangeList></xml>")
@example("<xml><MemChangeList> <Item><![CDATA[a]]></Item> <Item>b</Item></MemChangeList></xml>")
@example("<xml><MemChangeList><Item>a</Item><Item><![CDATA[b]]></Item></MemChangeList></xml>")
@example("<xml><MemChangeList><Item><![CDATA[a]]></Item><Item>b</Item></MemChangeList></xml>")
@example("<xml><MemChangeList>\n<Item>a</Item>\n</MemChangeList></xml>")
@example("<xml><MemChangeList> <Item><![CDATA[a]]></Item></MemChangeList></xml>")
@example("<xml><MemChangeList><Item>&amp;</Item><Item>]]></Item></MemChangeList></xml>")
@example("<xml><MemChangeList><Item><![CDATA[&]]></Item> <Item>&amp;</Item></MemChangeList></xml>")
@example("<xml><MemChangeList><Item></Item></MemChangeList></xml>")
@example("<xml><a><![CDATA[<Item>b</Item>]]></a></xml>")
@example("<xml><a>]]></a></xml>")
def test_the_plain_form_is_read_as_expat_reads_it(text):
    try:
        plain = vendor_xml._read_plain(document.decoded(text.encode()))
    except CallbackRejected:
        return
    if plain is not None:
        assert plain == vendor_xml.parse(text.encode()) == said_by(text)


@settings(max_examples=300, deadline=None)
@given(st.one_of(SHAPED, LOOSE))
def test_what_is_read_is_what_the_document_says(text):
    try:
        read = document.read(document.decoded(text.encode()))
    except CallbackRejected:
        return
    assert read == said_by(text)


@pytest.mark.parametrize(
    "text",
    [
        xml(A="1", B="", C="客户"),
        "<xml><A>1</A>\n\t<B></B> <C><![CDATA[<>&\n]]></C></xml>\n",
        xml(MemChangeList={"Item": ["a", "b"]}),
        xml(MemChangeList={"Item": "a"}, A="1"),
        "<xml><L>\n<Item>a</Item>\n<Item>b</Item>\n</L></xml>",
        "<xml><L>\n<Item><![CDATA[a&b]]></Item>\n<Item><![CDATA[c]]></Item>\n</L></xml>",
    ],
)
def test_what_the_vendor_writes_is_of_the_plain_form(text):
    assert vendor_xml._read_plain(text) == by_tree(text)


@pytest.mark.parametrize(
    ("text", "raw"),
    [
        ("<xml/>", {}),
        ("<xml></xml>", {}),
        ("<xml>\n</xml>", {}),
        ("<xml><A/></xml>", {"A": ""}),
        ("<xml><A>1</A><A>2</A><A>3</A></xml>", {"A": ["1", "2", "3"]}),
        ("<xml><A>&lt;&#33;</A></xml>", {"A": "<!"}),
        ("<xml><A><B>1</B><C><D>2</D></C></A></xml>", {"A": {"B": "1", "C": {"D": "2"}}}),
        ("<xml><A b='c'>1</A></xml>", {"A": "1"}),
        ("<xml><A>1<![CDATA[2]]>3</A></xml>", {"A": "123"}),
        ("<?xml version='1.0' encoding='utf-8'?>\n<xml><A>1</A></xml>", {"A": "1"}),
        (f"<xml>{'<a>' * 19}x{'</a>' * 19}</xml>", None),
        ('{"A": 1, "B": {"C": ["x"]}}', {"A": 1, "B": {"C": ["x"]}}),
        (' {"A": null}\n', {"A": None}),
    ],
)
def test_names_and_values(text, raw):
    read = document.read(document.decoded(text.encode()))
    assert raw is None or read == raw


def test_repeated_elements_are_a_list_wherever_they_stand():
    many = [f"wm{number}" for number in range(500)]
    assert document.read(xml(L={"Item": many}))["L"]["Item"] == many
    assert document.read(xml(L={"Item": list(range(3))}))["L"]["Item"] == ["0", "1", "2"]
