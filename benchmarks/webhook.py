"""One callback from request to event: every check, both keys and the event, against the primitives alone and wechatpy.

The floor is what nobody can leave out: SHA-1 over the ciphertext, Base64, AES with a kept key, and expat without any
handler. Three requests: a new member (859 B), a message of 3 kB, and 500 people in a group (31 kB), all of them read.
Blocks are taken in turn; medians of paired ratios; once with pybase64, once with the standard library's Base64.
"""

import binascii
import gc
import hashlib
import hmac
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pyexpat import ParserCreate

if "--plain" in sys.argv:
    sys.modules["pybase64"] = None

from _report import report
from _sealed import AES_KEY, CIPHER, CORP, NONCE, TOKEN, document, envelope, new_member, query_of, sealed

from privcrm.provider import CallbackRequest, Secret
from privcrm_wecom import WeComApp, WeComConfig, WeComProvider

try:
    from wechatpy.work import parse_message
    from wechatpy.work.crypto import WeChatCrypto
except ImportError:
    WeChatCrypto = None

ROUNDS = int(os.environ.get("PRIVCRM_BENCH_ROUNDS", "41"))
TIMESTAMP = "1735700000"
PROVIDER = WeComProvider(
    WeComConfig(
        CORP, (WeComApp("main", Secret("s"), callback_tokens=(Secret(TOKEN),), callback_keys=(Secret(AES_KEY),)),)
    )
)
# Calls a block, and the most that a request may cost against the floor (plain, with pybase64) and wechatpy.
TARGETS = {"small": (200, 1.8, 1.8, 3.5), "medium": (100, 1.5, 1.5, 2.5), "list500": (20, 2.0, 1.5, 5.0)}


def documents() -> dict[str, str]:
    event = (("FromUserName", "sys"), ("MsgType", "event"))
    at = "<CreateTime>1735700000</CreateTime>"
    people = "".join(f"<Item>wmEJiCwAAA9KG2qlQVlVBkkcW1s{number:05d}</Item>" for number in range(500))
    return {
        "small": new_member("woAJ2GCAAAXtWyujaWJHDDGi0mAAAA", int(TIMESTAMP)),
        "medium": document(
            ("FromUserName", "zhangsan"),
            ("MsgType", "text"),
            ("Content", "您好，我想咨询一下这个课程的优惠活动和报名方式，谢谢！" * 32),
            numbers=f"{at}<MsgId>1234567890123456</MsgId><AgentID>1</AgentID>",
        ),
        "list500": document(
            *event,
            ("Event", "change_external_chat"),
            ("ChatId", "wrOgQhDgAAMYQiS5ol9G7gK9JVAAAA"),
            ("ChangeType", "update"),
            ("UpdateDetail", "add_member"),
            numbers=f"{at}<JoinScene>3</JoinScene><MemChangeCnt>500</MemChangeCnt><MemChangeList>{people}</MemChangeList>",
        ),
    }


def floor_of(body: bytes, signature: str) -> Callable[[], object]:
    parts = TOKEN.encode(), TIMESTAMP.encode(), NONCE.encode()

    def call() -> object:
        start = body.index(b"<Encrypt><![CDATA[") + 18
        ciphertext = body[start : body.index(b"]]>", start)]
        made = hashlib.sha1(b"".join(sorted((*parts, ciphertext)))).hexdigest()
        if not hmac.compare_digest(made, signature):
            raise ValueError
        decryptor = CIPHER.decryptor()
        framed = decryptor.update(binascii.a2b_base64(ciphertext)) + decryptor.finalize()
        message = framed[20 : 20 + int.from_bytes(framed[16:20])]
        ParserCreate().Parse(message, True)
        return message

    return call


def ours_of(body: bytes, signature: str) -> Callable[[], object]:
    request = CallbackRequest("POST", query_of(signature, TIMESTAMP), {}, body)
    return lambda: PROVIDER.callbacks.open(request, since=1735699700, until=1735700300)


def theirs_of(body: bytes, signature: str) -> Callable[[], object]:
    crypto = WeChatCrypto(TOKEN, AES_KEY, CORP)
    return lambda: parse_message(crypto.decrypt_message(body, signature, TIMESTAMP, NONCE))


def block(call: Callable[[], object], calls: int) -> float:
    begin = time.process_time()
    for _ in range(calls):
        call()
    return (time.process_time() - begin) / calls


def measure(name: str, text: str, base: str) -> bool:
    ciphertext, signature = sealed(text.encode(), TIMESTAMP)
    body = envelope(ciphertext)
    calls, plain_most, quick_most, least = TARGETS[name]
    sides = [make(body, signature) for make in (ours_of, floor_of, theirs_of) if make is not theirs_of or WeChatCrypto]
    rounds = [[block(side, calls) for side in sides] for _ in range(ROUNDS + 3)][3:]
    facts = {
        f"{side}_us": round(statistics.median(one[place] for one in rounds) * 1e6, 2)
        for place, side in enumerate(("ours", "floor", "wechatpy")[: len(sides)])
    }
    ratio = statistics.median(ours / floor for ours, floor, *_ in rounds)
    most = plain_most if base == "standard base64" else quick_most
    met = report("webhook", f"{name} over the primitives, {base}", ratio, target=most, bytes=len(body), **facts)
    if WeChatCrypto:
        ratio = statistics.median(theirs / ours for ours, _, theirs in rounds)
        met = report("webhook", f"{name}, wechatpy over ours, {base}", ratio, target=least, at_least=True) and met
    return met


def main() -> int:
    plain = "--plain" in sys.argv
    base = "standard base64" if plain else "pybase64"
    gc.disable()  # whether a collection falls into a block is chance, and its price is the rest of the process
    results = [measure(name, text, base) for name, text in documents().items()]
    met = all(results)
    if not plain:
        met = subprocess.run([sys.executable, __file__, "--plain"], check=False).returncode == 0 and met
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
