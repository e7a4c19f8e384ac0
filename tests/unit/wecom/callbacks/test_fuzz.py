"""Junk is refused, and by nothing but ``CallbackRejected``: in the query, the envelope, the frame and the document."""

import base64
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privcrm.errors import CallbackRejected
from privcrm.models.events import Event
from privcrm.provider import CallbackRequest, Opened
from tests.unit.wecom.callbacks.sealing import (
    CORP,
    WINDOW,
    company,
    encrypted,
    envelope,
    event,
    framed,
    padded,
    push,
    query_of,
    sealed,
    told,
)

PROVIDER = company()
GOOD = event(UserID="zhaoyi")
CIPHERTEXT = sealed(GOOD)
QUERY, BODY = query_of(CIPHERTEXT), envelope(CIPHERTEXT)


def opened(request):
    """Return what a request tells, or nothing if it is refused; any other error fails the test."""
    try:
        return PROVIDER.callbacks.open(request, **WINDOW)
    except CallbackRejected:
        return None


@st.composite
def mutated(draw, whole, junk):
    """Cut a text somewhere, once or twice, and put junk in between."""
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(whole)))
        end = min(len(whole), start + draw(st.integers(0, 8)))
        whole = whole[:start] + draw(junk) + whole[end:]
    return whole


NAMES = st.sampled_from(
    ["Event", "ChangeType", "UpdateDetail", "MsgType", "MsgId", "CreateTime", "MemChangeList", "Item", "BatchJob", "A"]
)
QUERIES = st.one_of(
    st.text(max_size=80),
    mutated(QUERY, st.text(max_size=4)),
    mutated(QUERY, st.sampled_from(["&", "=", "%", "%00", "+", "nonce="])),
)
BODIES = st.one_of(
    st.binary(max_size=200),
    mutated(BODY, st.binary(max_size=4)),
    mutated(
        BODY,
        st.sampled_from([b"<", b">", b"]]>", b"<![CDATA[", b"<Encrypt>", b"</Encrypt>", b"</xml>", b"&", b"{", b"\0"]),
    ),
    mutated(b'{"encrypt":"%s"}' % CIPHERTEXT.encode(), st.binary(max_size=3)),
)
MESSAGES = st.one_of(
    st.binary(max_size=200),
    mutated(GOOD.encode(), st.binary(max_size=4)),
    mutated(GOOD, st.text(max_size=4)).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
        max_leaves=8,
    ).map(lambda value: json.dumps({"ToUserName": CORP} | value if isinstance(value, dict) else value).encode()),
)


def any_request(query, body, method):
    """Where an edit does not matter, what was signed is opened and nothing else."""
    result = opened(CallbackRequest(method, query, {}, body))
    assert result is None or result.callbacks[0].text == GOOD


def signed_body(body):
    """A forger who knows the token can sign any ciphertext, never more than that."""
    ciphertext = base64.b64encode(body).decode()
    assert opened(push(ciphertext)) is None


def framed_otherwise(frame):
    """Whoever has the key may say what they like, in one form only."""
    result = opened(push(encrypted(frame)))
    assert result is None or padded(framed(result.callbacks[0].text.encode()))[16:] == frame[16:]


def any_message(message):
    result = opened(told(message))
    assert result is None or (isinstance(result, Opened) and isinstance(result.callbacks[0].event, Event))
    if result is not None:
        callback = result.callbacks[0]
        assert PROVIDER.callbacks.read(callback.text, app="main") == callback.event


FRAMES = mutated(framed(GOOD.encode()), st.binary(max_size=3)).map(padded)
TRIALS = {
    "request": (any_request, QUERIES, BODIES, st.sampled_from(["POST", "GET", ""])),
    "signed": (signed_body, st.binary(max_size=400)),
    "frame": (framed_otherwise, FRAMES),
    "message": (any_message, MESSAGES),
}


@pytest.mark.parametrize("name", TRIALS)
def test_junk_is_refused_or_read(name):
    trial, *junk = TRIALS[name]
    settings(max_examples=1_000, deadline=None)(given(*junk)(trial))()


@pytest.mark.soak
@pytest.mark.timeout(1_200)
@pytest.mark.parametrize("name", TRIALS)
def test_much_junk_is_refused_or_read(name):
    trial, *junk = TRIALS[name]
    settings(max_examples=25_000, deadline=None)(given(*junk)(trial))()
