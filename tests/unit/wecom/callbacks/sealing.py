"""The vendor's side of a callback, written from its documentation: it seals, signs, and can cheat in every step."""

import base64
import hashlib
import json
from urllib.parse import quote

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from privcrm.provider import CallbackRequest, Secret
from privcrm_wecom import WeComApp, WeComConfig, WeComProvider

CORP = "ww00000000000demo1"
TOKEN = "privcrmTok01"
KEY = "privcrmDemoEncodingAESKeyOne0123456789abcdE"
OTHER_TOKEN = "privcrmTok02"
OTHER_KEY = "privcrmDemoEncodingAESKeyTwo9876543210zyxwh"
AT = 1735700001
NONCE = "nonceB2"
WINDOW = {"since": AT - 300, "until": AT + 300}


def padded(framed):
    short = 32 - len(framed) % 32
    return framed + bytes([short]) * short


def framed(message, receive_id=CORP, prefix=b"0123456789ABCDEF"):
    return prefix + len(message).to_bytes(4, "big") + message + receive_id.encode()


def encrypted(blocks, key=KEY):
    raw = base64.b64decode(key + "=")
    encryptor = Cipher(algorithms.AES(raw), modes.CBC(raw[:16])).encryptor()
    return base64.b64encode(encryptor.update(blocks) + encryptor.finalize()).decode()


def sealed(message, *, key=KEY, receive_id=CORP):
    text = message if isinstance(message, bytes) else message.encode()
    return encrypted(padded(framed(text, receive_id)), key)


def signed(ciphertext, *, token=TOKEN, timestamp=AT, nonce=NONCE):
    parts = sorted([token, str(timestamp), nonce, ciphertext])
    return hashlib.sha1("".join(parts).encode()).hexdigest()


def query_of(ciphertext, *, token=TOKEN, timestamp=AT, nonce=NONCE):
    signature = signed(ciphertext, token=token, timestamp=timestamp, nonce=nonce)
    return f"msg_signature={signature}&timestamp={timestamp}&nonce={nonce}"


def envelope(ciphertext):
    return (
        f"<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><Encrypt><![CDATA[{ciphertext}]]></Encrypt>"
        "<AgentID><![CDATA[1000002]]></AgentID></xml>"
    ).encode()


def push(ciphertext, *, query=None, body=None, method="POST", **signing):
    """Return a request with a ciphertext; ``query`` and ``body`` stand in for what would belong to it."""
    return CallbackRequest(
        method,
        query_of(ciphertext, **signing) if query is None else query,
        {},
        envelope(ciphertext) if body is None else body,
    )


def told(message, **changes):
    """Return the request that tells a message."""
    sealing = {name: changes.pop(name) for name in ("key", "receive_id") if name in changes}
    return push(sealed(message, **sealing), **changes)


def check_of(ciphertext, **signing):
    """Return the request by which the vendor checks an address."""
    return CallbackRequest("GET", f"{query_of(ciphertext, **signing)}&echostr={quote(ciphertext, safe='')}", {}, b"")


def xml(**fields):
    """Return a document; a mapping is a nested element, a list a repeated one, a number stands without CDATA."""
    return f"<xml>{''.join(_element(name, value) for name, value in fields.items())}</xml>"


def _element(name, value):
    if isinstance(value, list):
        return "".join(_element(name, one) for one in value)
    if isinstance(value, dict):
        return f"<{name}>{''.join(_element(*entry) for entry in value.items())}</{name}>"
    return f"<{name}>{value}</{name}>" if isinstance(value, int) else f"<{name}><![CDATA[{value}]]></{name}>"


def event(name="change_external_contact", change="add_external_contact", **fields):
    """Return an event's document; ``change`` may be None."""
    return xml(**event_fields(name, change, **fields))


def event_fields(name="change_external_contact", change="add_external_contact", **fields):
    common = {"ToUserName": CORP, "FromUserName": "sys", "CreateTime": AT, "MsgType": "event", "Event": name}
    return common | ({"ChangeType": change} if change else {}) | fields


def as_json(fields):
    return json.dumps(fields, ensure_ascii=False)


def app(name="main", tokens=(TOKEN,), keys=(KEY,), **fields):
    secrets = {"callback_tokens": tuple(map(Secret, tokens)), "callback_keys": tuple(map(Secret, keys))}
    return WeComApp(name, Secret("s"), **secrets, **fields)


def company(*apps, corp=CORP):
    """Return a provider whose one app has ``TOKEN`` and ``KEY``, or which has the given apps."""
    return WeComProvider(WeComConfig(corp, apps or (app(),)))
