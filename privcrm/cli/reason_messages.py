"""Chinese for why a job stands still, why a row cannot be done, and what doctor looks at: by code, not by sentence."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from privcrm.cli.session import Session
    from privcrm.jobs.model import Job

CHINESE_REASONS: dict[str, str] = {
    "approval": "有 {planned} 条待发送，等待批准",
    "cancelled": "已取消",
    "canary": "试点已完成；请看说明，然后批准其余部分",
    "forbidden": "本机不允许写入（只读、可写范围或停止开关）",
    "internal": "程序内部出错",
    "interrupted": "被中断；可以继续执行",
    "max_calls": "允许的 {max_calls} 次调用已用完",
    "paused": "已暂停；可以继续执行",
    "quota": "平台配额已用完",
    "rate_limited": "平台限制频率，正在等待",
    "refused": "平台拒绝",
    "resolved": "有条目需要重新发送；请继续执行",
    "settling": "核实可能已发送的部分时出错",
    "stopped": "`privcrm stop` 正在生效",
    "store": "数据库不可用",
    "suspicious": "大量条目以同样的原因失败；名单是否来自其他应用？",
    "unfinished": "尚有未完成的部分",
    "unknown": "超过五分之一的行指向该应用不认识的客户；ID 是否来自其他应用？",
    "unreachable": "无法连接平台",
    "window": "只在北京时间 {window} 执行",
}
# What follows these codes is the vendor's or the machine's own text.
_WITH_DETAILS = frozenset({"forbidden", "quota", "refused", "settling", "store", "unfinished", "unreachable"})

CHINESE_WORDS: dict[str, str] = {
    # Why rows cannot be done
    "ambiguous": "匹配到多位客户",
    "changed_since": "之后又有变动",
    "contradiction": "与其他行矛盾",
    "group_only": "只在群里，不是客户",
    "left_to_the_end": "留待最后处理",
    "nobody_left": "没有可发送的对象",
    "not_followed": "该员工未跟进",
    "not_known": "不知道是哪一个",
    "out_of_scope": "不在可写范围",
    "relation_gone": "跟进关系已不存在",
    "unknown_member": "没有这位客户",
    # What doctor looks at, sees and recommends
    "clock": "时钟",
    "company": "企业",
    "configuration": "配置",
    "does not exist yet; it is made when it is first needed": "还不存在；首次需要时会创建",
    "egress address": "出口地址",
    "kill switch": "停止开关",
    "privcrm start lifts it": "用 privcrm start 解除",
    "reachability": "连通性",
    "secret file": "密钥文件",
    "see `privcrm store check`": "请运行 `privcrm store check`",
    "set it in the environment, in a file given with --env-file, or in a profile of privcrm.toml": (
        "请在环境变量、--env-file 指定的文件或 privcrm.toml 的 profile 中设置"
    ),
    "store": "数据库",
}


def reason_of(session: "Session", job: "Job") -> str:
    """Return why a job stands still, in the language of the session."""
    code, _, details = job.reason.partition(": ")
    template = CHINESE_REASONS.get(code) if session.lang == "zh" else None
    if template is None:
        return job.reason
    limits = job.limits
    text = template.format(planned=job.planned, max_calls=limits.max_calls, window=limits.window)
    return f"{text}：{session.retell(details)}" if code in _WITH_DETAILS else text


def word_of(session: "Session", word: str) -> str:
    """Return a reason of a row, or what doctor says, in the language of the session."""
    return CHINESE_WORDS.get(word) or session.retell(word) if session.lang == "zh" else word
