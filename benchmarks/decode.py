"""A page of a hundred relations into models: decoding and checking included, against decoding alone.

The page has the shape of ``batch/get_by_user``. Blocks are taken in turn; medians of paired ratios; once with orjson,
once with the standard library's json.
"""

import gc
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

if "--plain" in sys.argv:
    sys.modules["orjson"] = None
else:
    import orjson

from _report import report

from privcrm.transport import jsonio
from privcrm_wecom.convert import members as convert
from privcrm_wecom.convert import values

ROUNDS = int(os.environ.get("PRIVCRM_BENCH_ROUNDS", "31"))
PAGES = 20
TAGS = [f"etDEMO{number:020d}" for number in range(300)]


def relation(number: int) -> dict[str, object]:
    staff = f"staff{number % 400:03d}"
    return {
        "external_contact": {
            "external_userid": f"wmDEMOAAAXtWyujaWJHDDGi0m{number:06d}",
            "name": f"客户昵称{number}号",
            "position": "高级经理",
            "avatar": f"https://wx.qlogo.example/mmhead/Q3auHgzwzM5Uz1bPbbSDx8gq4Vb1EPZgBHoVvVdK{number:06d}/0",
            "corp_name": "示例科技",
            "corp_full_name": "示例科技（深圳）有限公司",
            "type": 1 + number % 2,
            "gender": number % 3,
            "unionid": f"oDEMOsulJFCZ2z1aYeS8h{number:06d}",
            "external_profile": {
                "external_attr": [
                    {"type": 0, "name": "文本名称", "text": {"value": "文本内容"}},
                    {
                        "type": 1,
                        "name": "网页名称",
                        "web": {"url": f"https://www.example.com/p/{number}", "title": "标题"},
                    },
                ]
            },
        },
        "follow_info": {
            "userid": staff,
            "remark": f"备注名{number}",
            "description": "来自线下活动，感兴趣课程A",
            "createtime": 1_690_000_000 + number,
            "tag_id": [TAGS[(number * 7 + step * 13) % 300] for step in range(5)],
            "remark_corp_name": "示例科技",
            "remark_mobiles": [f"139{number:08d}"],
            "oper_userid": staff,
            "add_way": number % 10,
            "state": f"channel_{number % 50}",
        },
    }


PAGE = json.dumps(
    {"errcode": 0, "errmsg": "ok", "external_contact_list": list(map(relation, range(100))), "next_cursor": "C"},
    ensure_ascii=False,
    separators=(",", ":"),
).encode()


def ours() -> object:
    answer = jsonio.loads(PAGE)
    return tuple(map(convert.listed_member, values.rows(answer["external_contact_list"])))


def block(call: Callable[[], object]) -> float:
    gc.collect()
    begin = time.process_time()
    for _ in range(PAGES):
        call()
    return (time.process_time() - begin) / PAGES


def main() -> int:
    plain = "--plain" in sys.argv
    name, target = ("standard json", 1.4) if plain else ("orjson", 2.5)
    bare = json.loads if plain else orjson.loads
    gc.disable()  # whether a collection falls into a block is chance, and its price is the rest of the process
    rounds = [(block(ours), block(lambda: bare(PAGE))) for _ in range(ROUNDS + 1)][1:]
    ratio = statistics.median(mine / alone for mine, alone in rounds)
    micros = {
        "ours_us": round(statistics.median(mine for mine, _ in rounds) * 1e4, 2),
        "decoder_us": round(statistics.median(alone for _, alone in rounds) * 1e4, 2),
    }
    met = report("decode", f"models of a page over {name} alone", ratio, target=target, per="relation", **micros)
    if not plain:
        met = subprocess.run([sys.executable, __file__, "--plain"], check=False).returncode == 0 and met
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
