"""Seals what WeCom tells a receiver, from the vendor's description of it and nothing of ours.

https://developer.work.weixin.qq.com/document/path/90968
"""

import base64
import hashlib
import secrets
import struct
import time
from urllib.parse import urlencode

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

CORP_ID = "ww0123456789abcdef"
TOKEN = "callbackToken1"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"

MEMBER_ADDED = """<xml><ToUserName><![CDATA[{corp}]]></ToUserName><FromUserName><![CDATA[sys]]></FromUserName>
<CreateTime>{now}</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[change_external_contact]]></Event>
<ChangeType><![CDATA[add_external_contact]]></ChangeType><UserID><![CDATA[zhangsan]]></UserID>
<ExternalUserID><![CDATA[{member}]]></ExternalUserID><WelcomeCode><![CDATA[WELCOMECODE]]></WelcomeCode></xml>"""


def encrypted(text):
    content = text.encode()
    plain = secrets.token_bytes(16) + struct.pack(">I", len(content)) + content + CORP_ID.encode()
    pad = 32 - len(plain) % 32
    key = base64.b64decode(AES_KEY + "=")
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(encryptor.update(plain + bytes([pad]) * pad) + encryptor.finalize()).decode()


def signed_query(ciphertext, **more):
    timestamp, nonce = str(int(time.time())), secrets.token_hex(8)
    signature = hashlib.sha1("".join(sorted([TOKEN, timestamp, nonce, ciphertext])).encode()).hexdigest()
    return urlencode({"msg_signature": signature, "timestamp": timestamp, "nonce": nonce, **more})


def verification(echo):
    """The query of a URL verification."""
    ciphertext = encrypted(echo)
    return signed_query(ciphertext, echostr=ciphertext)


def member_added(member_id):
    """Query and body of the news that a member was added."""
    ciphertext = encrypted(MEMBER_ADDED.format(corp=CORP_ID, now=int(time.time()), member=member_id))
    body = f"<xml><ToUserName><![CDATA[{CORP_ID}]]></ToUserName><Encrypt><![CDATA[{ciphertext}]]></Encrypt></xml>"
    return signed_query(ciphertext), body.encode()
