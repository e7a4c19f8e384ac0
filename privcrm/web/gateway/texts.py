"""The words of the gateway's pages, in Chinese and English."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from attrs import frozen

from privcrm.services.live_codes.gateway.visits import Page

__all__ = ["LABELS", "TEXTS", "Fault", "Text", "text_of"]


class Fault(StrEnum):
    """Pages about the request itself."""

    TOO_OFTEN = "too_often"
    ELSEWHERE = "elsewhere"
    METHOD = "method"
    FAILED = "failed"


@frozen
class Text:
    """A heading, what to do, and what else is good to know, a sentence a line ("" for nothing)."""

    heading: str
    line: str
    more: str = ""


_ZH: Final[Mapping[str, Text]] = {
    "code.staff": Text("添加好友", "长按识别二维码，添加好友", "在电脑上打开时，请用手机扫一扫。"),
    "code.group": Text(
        "加入群聊",
        "长按识别二维码，进群",
        "在电脑上打开时，请用手机扫一扫。\n提示群已满时，稍后刷新本页，会换下一个群。",
    ),
    Page.GATE: Text("即将开群", "满 {wanted} 人开群，已有 {committed} 人报名", "开群后再打开本页，即可扫码进群。"),
    "gate.said": Text("已为您报名", "满 {wanted} 人开群，已有 {committed} 人报名", "开群后再打开本页，即可扫码进群。"),
    "gate.reached": Text("人数已满，即将开群", "已有 {committed} 人报名", "请稍候，本页会自动刷新。"),
    Page.PREPARING: Text("还没有开放", "这个二维码正在准备中", "请过一会儿再打开本页。"),
    Page.WAITING: Text("群已满，正在开新群", "请稍候，本页会自动刷新", "新群开好后，二维码会显示在这里。"),
    Page.FULL: Text("群都满了", "目前没有空位", "感谢关注，请留意我们的后续通知。"),
    Page.CLOSED: Text("现在没有人值班", "请在工作时间再打开本页", "链接长期有效，可以收藏本页。"),
    Page.REFUSED: Text("暂不对您开放", "这个入口面向特定的客户", "如有疑问，请联系为您服务的员工。"),
    Page.ENDED: Text("活动已结束", "这个二维码已停用"),
    Page.UNKNOWN: Text("没有这个页面", "链接可能不完整，请重新扫码"),
    Page.UNAVAILABLE: Text("暂时无法显示", "系统正在恢复，请过几分钟再试", "本页会自动刷新。"),
    Fault.TOO_OFTEN: Text("访问太频繁", "请稍等几秒再试"),
    Fault.ELSEWHERE: Text("没有这个页面", "请检查网址是否正确"),
    Fault.METHOD: Text("不支持这种访问方式", "请直接打开链接"),
    Fault.FAILED: Text("出了点问题", "请过几分钟再试"),
}

_EN: Final[Mapping[str, Text]] = {
    "code.staff": Text("Add us", "Press and hold the code to add us", "On a computer, scan it with your phone."),
    "code.group": Text(
        "Join the group",
        "Press and hold the code to join",
        "On a computer, scan it with your phone.\nIf the group is full, reload in a moment for the next one.",
    ),
    Page.GATE: Text(
        "Starting soon",
        "We start when {wanted} people have signed up; {committed} so far",
        "Open this page again after the start to join the group.",
    ),
    "gate.said": Text(
        "You are signed up",
        "We start when {wanted} people have signed up; {committed} so far",
        "Open this page again after the start to join the group.",
    ),
    "gate.reached": Text(
        "Enough people: about to start", "{committed} people have signed up", "Please wait, this page reloads itself."
    ),
    Page.PREPARING: Text("Not open yet", "This code is being prepared", "Please open this page again in a while."),
    Page.WAITING: Text(
        "The groups are full, a new one is on its way",
        "Please wait, this page reloads itself",
        "The code appears here as soon as the new group is ready.",
    ),
    Page.FULL: Text("All groups are full", "There is no room at present", "Thank you for your interest."),
    Page.CLOSED: Text(
        "Nobody is here right now",
        "Please open this page again during working hours",
        "The link stays valid: you may keep it.",
    ),
    Page.REFUSED: Text(
        "Not open to you at present",
        "This entry is for certain customers",
        "Please ask the person who looks after you.",
    ),
    Page.ENDED: Text("This has ended", "The code is no longer in use"),
    Page.UNKNOWN: Text("There is no such page", "The link may be incomplete: please scan the code again"),
    Page.UNAVAILABLE: Text(
        "Not available for the moment", "Please try again in a few minutes", "This page reloads itself."
    ),
    Fault.TOO_OFTEN: Text("Too many requests", "Please try again in a few seconds"),
    Fault.ELSEWHERE: Text("There is no such page", "Please check the address"),
    Fault.METHOD: Text("This kind of request is not served", "Please open the link itself"),
    Fault.FAILED: Text("Something went wrong", "Please try again in a few minutes"),
}

TEXTS: Final[Mapping[str, Mapping[str, Text]]] = {"zh": _ZH, "en": _EN}

LABELS: Final[Mapping[str, Mapping[str, str]]] = {
    "zh": {"alt": "二维码", "sign_up": "我要参加", "other": "English", "html": "zh-CN"},
    "en": {"alt": "QR code", "sign_up": "Count me in", "other": "中文", "html": "en"},
}
"""What stands on buttons and in attributes; ``other`` is the other language, in its own words."""


def text_of(language: str, name: str, *, committed: int = 0, wanted: int = 0) -> Text:
    """Return the words of a page with its figures."""
    text = TEXTS[language][name]
    if not wanted:
        return text
    figures = {"committed": f"{committed:,}", "wanted": f"{wanted:,}"}
    return Text(text.heading, text.line.format(**figures), text.more)
