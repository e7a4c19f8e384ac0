"""Every method of wechatpy that asks an endpoint of ours has a test; of every other one it is said why not."""

import importlib
from pathlib import Path

from .wechat import methods, paths

HERE = Path(__file__).parent
DOCUMENTED = {
    line.split()[1].removeprefix("/cgi-bin/")
    for line in (HERE.parent / "docs" / "wecom_endpoints.txt").read_text().splitlines()
    if line
}
# Whole areas (`kf.`) or single methods that ask nothing of what customer contact needs.
LEFT_OUT = {
    "agent.list": "the vendor's page says nothing of customer contact; the console lists apps",
    "agent.set": "writes the app's own settings",
    "batch.": "writes the directory in bulk",
    "calendar.": "calendars (日历)",
    "department.create": "writes the directory",
    "department.delete": "writes the directory",
    "department.update": "writes the directory",
    "email.": "mail of the company (腾讯企业邮)",
    "export.": "exports the directory in the background",
    "invoice.": "invoices (电子发票)",
    "jsapi.": "signatures for web pages",
    "kf.": "customer service by WeChat (微信客服), a product of its own",
    "kf_message.": "customer service by WeChat (微信客服), a product of its own",
    "living.": "live streams (直播)",
    "media.get_jssdk_url": "sound recorded by a web page",
    "menu.": "the app's menu",
    "message.update_taskcard": "task cards were replaced by template cards, which nothing here sends",
    "oa.": "check-in, approvals and meeting rooms",
    "oauth.": "logging employees in",
    "schedule.": "appointments (日程)",
    "service.": "for providers of apps (第三方服务商)",
    "tag.": "tags of employees in the directory, not of members",
    "user.batch_delete": "writes the directory",
    "user.create": "writes the directory",
    "user.delete": "writes the directory",
    "user.get_active_stat": "counts logins of employees",
    "user.get_join_qrcode": "invites employees",
    "user.update": "writes the directory",
    "user.verify": "lets an employee in for the first time",
}


def _covered():
    modules = (importlib.import_module(f"{__package__}.{path.stem}") for path in HERE.glob("test_*.py"))
    tests = (value for module in modules for name, value in vars(module).items() if name.startswith("test_"))
    return set().union(*(getattr(test, "covers", ()) for test in tests))


def _left_out(name):
    return [key for key in LEFT_OUT if name == key or (key.endswith(".") and name.startswith(key))]


def test_every_method_on_our_wire_has_a_test():
    ours = {name for name, asked in paths().items() if asked & DOCUMENTED}
    assert len(ours) > 55
    assert _covered() == ours


def test_every_other_method_is_left_out_for_a_reason():
    for name, asked in paths().items():
        assert len(_left_out(name)) == (0 if asked & DOCUMENTED else 1), name


def test_every_reason_is_needed():
    names = [name for name, _ in methods()]
    assert [key for key in LEFT_OUT if not any(key in _left_out(name) for name in names)] == []
