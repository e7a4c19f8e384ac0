"""With and without pybase64 the same texts are taken, and mean the same."""

import base64

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from privcrm.errors import CallbackRejected
from privcrm_wecom.callbacks import strict_base64

pybase64 = pytest.importorskip("pybase64")
PIECES = st.sampled_from([b"A", b"Z", b"+/", b"AAAA", b"QUI", b"=", b"==", b"\n", b" ", b"-_", b"*", b"\xff", b"\0"])


def decoded(text, by, monkeypatch):
    monkeypatch.setattr(strict_base64, "_decode", by)
    try:
        return strict_base64.decode(text)
    except CallbackRejected:
        return None


@settings(max_examples=500, deadline=None)
@given(st.one_of(st.lists(PIECES, max_size=8).map(b"".join), st.binary(max_size=12).map(base64.b64encode)))
@example(b"QQ==")
@example(b"QR==")
@example(b"QQ==QQ==")
@example(b"Q===")
@example(b"====")
@example(b"AAAA====")
@example(b"QQ======")
@example(b"AAAA=A==")
@example(b"QUE=")
@example(b"QUF=")
def test_both_decoders_take_the_same(text):
    quick = strict_base64._decode
    with pytest.MonkeyPatch.context() as patch:
        standard = decoded(text, strict_base64._standard, patch)
        assert standard == decoded(text, quick, patch)
    if standard is not None:
        assert standard == base64.b64decode(text, validate=True)


def test_nothing_is_no_base64():
    with pytest.raises(CallbackRejected):
        strict_base64.decode(b"")
