"""Requests as the vendor seals them, written from its page and from nothing of ours."""

import base64
import hashlib

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

TOKEN, AES_KEY, CORP = "benchTOKENbenchTOKEN", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "ww0123456789abcdef"
NONCE = "1372623149"
KEY = base64.b64decode(AES_KEY + "=")
CIPHER = Cipher(algorithms.AES(KEY), modes.CBC(KEY[:16]))


def document(*elements: tuple[str, str], numbers: str = "") -> str:
    head = f"<xml><ToUserName><![CDATA[{CORP}]]></ToUserName>"
    return head + "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in elements) + numbers + "</xml>"


def new_member(member_id: str, at: int) -> str:
    return document(
        ("FromUserName", "sys"),
        ("MsgType", "event"),
        ("Event", "change_external_contact"),
        ("ChangeType", "add_external_contact"),
        ("UserID", "zhangsan"),
        ("ExternalUserID", member_id),
        ("State", "teststate"),
        ("WelcomeCode", "WELCOMECODEabcdefghijk"),
        numbers=f"<CreateTime>{at}</CreateTime>",
    )


def sealed(message: bytes, timestamp: str) -> tuple[bytes, str]:
    """Return the ciphertext in Base64, and its signature."""
    framed = b"0123456789abcdef" + len(message).to_bytes(4) + message + CORP.encode()
    short = 32 - len(framed) % 32
    encryptor = CIPHER.encryptor()
    ciphertext = base64.b64encode(encryptor.update(framed + bytes([short]) * short) + encryptor.finalize())
    signature = hashlib.sha1(b"".join(sorted([TOKEN.encode(), timestamp.encode(), NONCE.encode(), ciphertext])))
    return ciphertext, signature.hexdigest()


def envelope(ciphertext: bytes) -> bytes:
    return (
        f"<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><Encrypt><![CDATA[{ciphertext.decode()}]]></Encrypt>"
        "<AgentID><![CDATA[218]]></AgentID></xml>"
    ).encode()


def query_of(signature: str, timestamp: str) -> str:
    return f"msg_signature={signature}&timestamp={timestamp}&nonce={NONCE}"
