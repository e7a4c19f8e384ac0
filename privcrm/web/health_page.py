"""The health page for people: no script, nothing from elsewhere, readable on a phone."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from html import escape
from typing import cast

from privcrm.clock import VENDOR_TIME

__all__ = ["page"]

_LABELS = {
    "company": ("企业", "Company"),
    "durable": ("持久保存", "Durable"),
    "workers": ("处理线程", "Workers"),
    "pending": ("待处理", "Pending"),
    "oldest_pending_at": ("最早待处理", "Oldest pending"),
    "dead": ("已搁置", "Parked"),
    "done": ("已完成", "Done"),
    "stored": ("已存事件", "Stored"),
    "repeated": ("重复送达", "Repeated"),
    "stale": ("迟到", "Stale"),
    "lost": ("未能保存", "Not stored"),
    "refused": ("已拒绝", "Refused"),
    "last_event_at": ("最近事件", "Last event"),
    "started_at": ("启动时间", "Started"),
    "version": ("版本", "Version"),
}

_PAGE = """<!doctype html>
<html lang="zh">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light">
<meta http-equiv="refresh" content="30">
<title>{title} · privcrm</title>
<style>
body {{ margin: 0; background: #f5f6f8; color: #1d2129; font: 16px/1.5 system-ui, "PingFang SC", "Microsoft YaHei",
  "Noto Sans CJK SC", sans-serif; }}
main {{ max-width: 34rem; margin: 2rem auto; padding: 0 1rem; }}
h1 {{ margin: 0 0 1rem; padding: 1rem 1.25rem; border-radius: .5rem; font-size: 1.25rem; font-weight: 600; }}
h1 small {{ display: block; font-size: .875rem; font-weight: 400; overflow-wrap: anywhere; }}
.ok {{ background: #e3f6e9; color: #0d5b2b; }}
.bad {{ background: #fdeaea; color: #8f1414; }}
dl {{ margin: 0; padding: .25rem 1.25rem; border-radius: .5rem; background: #fff; }}
dl > div {{ display: flex; justify-content: space-between; gap: 1rem; align-items: baseline; padding: .5rem 0; }}
dl > div + div {{ border-top: 1px solid #eceef1; }}
dt small {{ display: block; color: #5a6270; }}
dd {{ margin: 0; text-align: right; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }}
time {{ white-space: nowrap; }}
footer {{ padding: .75rem 1.25rem; color: #5a6270; font-size: .875rem; }}
</style>
</head>
<body>
<main>
<h1 class="{kind}">{title}<small>{status}</small></h1>
{facts}</main>
</body>
</html>
"""


def page(facts: Mapping[str, object]) -> str:
    """Return the page; ``status`` heads it, everything else is a row, times (``…_at``, unix seconds) are Beijing's."""
    status = str(facts.get("status", ""))
    is_well = status == "ok"
    rows = "".join(_rows(facts))
    return _PAGE.format(
        kind="ok" if is_well else "bad",
        title="运行正常 Healthy" if is_well else "需要处理 Needs attention",
        status=escape(status),
        facts=f"<dl>\n{rows}</dl>\n<footer>时间为北京时间 Times are Beijing's (UTC+8)</footer>\n" if rows else "",
    )


def _rows(facts: Mapping[str, object]) -> Iterator[str]:
    for name, value in facts.items():
        if name != "status":
            label = "{}<small>{}</small>".format(*_LABELS[name]) if name in _LABELS else escape(name)
            yield f"<div><dt>{label}</dt><dd>{_shown(name, value)}</dd></div>\n"


def _shown(name: str, value: object) -> str:
    if isinstance(value, Mapping):
        entries = cast("Mapping[str, object]", value).items()
        return "<br>".join(f"{escape(key)} {_shown(key, entry)}" for key, entry in entries) or "—"
    if name.endswith("_at") and isinstance(value, int | float):
        return f"<time>{datetime.fromtimestamp(value, VENDOR_TIME):%Y-%m-%d %H:%M:%S}</time>"
    return escape(_word(value))


def _word(value: object) -> str:
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "是 yes" if value else "否 no"
    return f"{value:,}" if isinstance(value, int) else str(value)
