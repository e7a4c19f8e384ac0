"""The sandbox's own seal against the published vectors (reference: callback-crypto, section 9)."""

import attrs
import pytest

from privcrm.sandbox.wecom.callbacks.sealing import Seal, Sealed, sign

ONE = Seal("privcrmTok01", "privcrmDemoEncodingAESKeyOne0123456789abcdE", "ww00000000000demo1")
TWO = Seal("privcrmTok02", "privcrmDemoEncodingAESKeyTwo9876543210zyxwh", "ww00000000000demo1")
NOBODY = attrs.evolve(TWO, receiver="")

REPLY = (
    "<xml><ToUserName><![CDATA[zhaoyi]]></ToUserName><FromUserName><![CDATA[ww00000000000demo1]]></FromUserName>"
    "<CreateTime>1735700004</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[ok]]></Content></xml>"
)
JSON = (
    '{"ToUserName":"ww00000000000demo1","MsgType":"event","Event":"enter_chat","CreateTime":1735700003,"Text":"你好"}'
)
EVENT = (
    "<xml><ToUserName><![CDATA[ww00000000000demo1]]></ToUserName><FromUserName><![CDATA[sys]]></FromUserName>"
    "<CreateTime>1735700001</CreateTime><MsgType><![CDATA[event]]></MsgType>"
    "<Event><![CDATA[change_external_contact]]></Event><ChangeType><![CDATA[add_external_contact]]></ChangeType>"
    "<UserID><![CDATA[zhaoyi]]></UserID><ExternalUserID><![CDATA[wmPRIVCRMAAAdemo0001CUSTOMER]]></ExternalUserID>"
    "<State><![CDATA[spring01]]></State><WelcomeCode><![CDATA[WELCOME-demo-0001]]></WelcomeCode></xml>"
)
GROUP = (
    "<xml><ToUserName><![CDATA[ww00000000000demo1]]></ToUserName><FromUserName><![CDATA[sys]]></FromUserName>"
    "<CreateTime>1735700002</CreateTime><MsgType><![CDATA[event]]></MsgType>"
    "<Event><![CDATA[change_external_chat]]></Event><ChatId><![CDATA[wrPRIVCRMAAAdemo0001GROUPXX]]></ChatId>"
    "<ChangeType><![CDATA[update]]></ChangeType><UpdateDetail><![CDATA[change_name]]></UpdateDetail>"
    "<Note><![CDATA[客户群xxxxxxxxxxxxxxxxxxxxxxxxxxxxx]]></Note></xml>"
)

VECTORS = [
    (ONE, "7305519284466318842", 0, "nonceA1", b"abcdefghijklmnop", "433f688f63aa5d32da825728f17c106fa9ddc1fc"),
    (ONE, EVENT, 1, "nonceB2", b"0123456789ABCDEF", "3e6eee9cca92a04fddfb785dce03cf96cdd73e92"),
    (TWO, GROUP, 2, "nonceC3", b"QRSTUVWXYZabcdef", "8dd3a36bf5d742586b2596364ba7634b5569df93"),
    (NOBODY, JSON, 3, "nonceD4", b"GHIJKLMNOPQRSTUV", "2d893e33d3eccf3200bdef573d5a28ea521c5a4a"),
    (ONE, REPLY, 4, "nonceE5", b"WXYZ0123456789ab", "54633fe055e7484e32b895914c53e74cd17a2fc3"),
]


@pytest.mark.parametrize(("seal", "message", "second", "nonce", "random", "signature"), VECTORS)
def test_the_vectors_are_sealed_and_opened(*, seal, message, second, nonce, random, signature):
    sealed = seal.close(message, timestamp=str(1735700000 + second), nonce=nonce, random=random)
    assert sealed.signature == signature
    assert seal.open(sealed) == message


def test_the_first_vector_has_the_printed_ciphertext():
    sealed = ONE.close("7305519284466318842", timestamp="1735700000", nonce="nonceA1", random=b"abcdefghijklmnop")
    expected = "rrA3n+9tQNF0bIKax+lccB9q/Lzeq+sl1PhFLJfmj+RnIlGCCNz5MhBbVCwq8CSO+5+hGBiUGjCzIIB3p9to5g=="
    assert sealed.ciphertext == expected


def resealed(ciphertext, seal=ONE):
    return Sealed(ciphertext, sign(seal.token, "1", "n", ciphertext), "1", "n")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda s: attrs.evolve(s, nonce="nonceB3"), "signature"),
        (lambda s: resealed(s.ciphertext[:-4]), "whole blocks|base64"),
        (lambda s: resealed("%%%%"), "base64"),
        (lambda s: resealed(""), "whole blocks"),
    ],
)
def test_what_was_tampered_with_is_not_opened(change, words):
    sealed = ONE.close(EVENT, timestamp="1735700001", nonce="nonceB2", random=b"0123456789ABCDEF")
    with pytest.raises(ValueError, match=words):
        ONE.open(change(sealed))


def test_another_receiver_and_another_key_do_not_open():
    sealed = ONE.close(EVENT, timestamp="1735700001", nonce="nonceB2", random=b"0123456789ABCDEF")
    with pytest.raises(ValueError, match="receiver"):
        attrs.evolve(ONE, receiver="ww00000000000demo2").open(sealed)
    with pytest.raises(ValueError, match="padding"):
        attrs.evolve(ONE, aes_key=TWO.aes_key).open(sealed)


def test_reprs_hide_keys():
    assert ONE.aes_key not in repr(ONE)
    assert ONE.token not in repr(ONE)
