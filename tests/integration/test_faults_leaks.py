"""No secret, token or phone in a log line, traceback (with locals) or repr, whatever goes wrong."""

import base64
import logging
import traceback
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from privcrm.errors import PrivcrmError
from privcrm.models import Member, TagChange
from privcrm.services.tagging import Key, TagOptions, TagRow

from .conftest import ADD, Shop, members_of_active_staff
from .test_faults import SURVIVED

LASTING = {
    "token refused for ever": {"kind": "errcode", "errcode": 40014, "probability": 1.0},
    "no permission": {"kind": "errcode", "errcode": 48002, "probability": 1.0},
    "untrusted address": {"kind": "errcode", "errcode": 60020, "probability": 1.0},
    "unknown code": {"kind": "errcode", "errcode": 99999, "probability": 1.0},
    "HTTP 500 for ever": {"kind": "http_status", "http_status": 500, "probability": 1.0},
    "HTML for ever": {"kind": "html", "probability": 1.0},
    "bad UTF-8 for ever": {"kind": "bad_utf8", "probability": 1.0},
    "truncated for ever": {"kind": "truncated", "probability": 1.0},
    "reset for ever": {"kind": "reset", "probability": 1.0},
}


class Book:
    """Everything that a program could have shown to somebody."""

    def __init__(self) -> None:
        self.pages: list[str] = []

    def keep(self, thing: object) -> None:
        self.pages += [repr(thing), str(thing)]

    def keep_error(self, error: BaseException) -> None:
        told = traceback.TracebackException.from_exception(error, capture_locals=True)
        while told is not None:
            # The frames of this test hold the phones that it looks for.
            told.stack = traceback.StackSummary.from_list([f for f in told.stack if f.filename != __file__])
            self.pages.append("".join(told.format(chain=False)))
            told = told.__cause__ or (None if told.__suppress_context__ else told.__context__)
        self.pages += [repr(error), str(error), repr(error.args), repr(vars(error))]


@pytest.fixture
def book(caplog: pytest.LogCaptureFixture) -> Book:
    caplog.set_level(logging.DEBUG)
    return Book()


def canaries(shop: Shop) -> dict[str, str]:
    """Return what must be found nowhere, in the forms in which it could be hiding."""
    credentials = shop.sandbox.credentials
    secrets = {
        "secret": credentials.secret,
        "directory secret": credentials.directory_secret,
        "callback token": credentials.callback_token,
        "callback key": credentials.callback_aes_key,
        **{f"token {number}": token for number, token in enumerate(shop.sandbox.company.tokens._issued)},
    }
    found: dict[str, str] = {}
    for name, text in secrets.items():
        found |= {
            name: text,
            f"{name}, quoted": quote(text, safe=""),
            f"{name}, base64": base64.b64encode(text.encode()).decode().rstrip("="),
            f"{name}, head": text[:20],
            f"{name}, tail": text[-20:],
        }
    phones = {phone for relation in shop.sandbox.company.relations() for phone in relation.phones}
    return found | {f"phone {number}": phone for number, phone in enumerate(sorted(phones))}


def leaks(book: Book, caplog: pytest.LogCaptureFixture, shop: Shop) -> list[str]:
    logged = [f"{record.getMessage()} {record.__dict__}" for record in caplog.records]
    shown = "\n".join((*book.pages, *logged, caplog.text))
    return [name for name, canary in canaries(shop).items() if canary in shown]


def phone_list(shop: Shop) -> list[TagRow]:
    phones = sorted({phone for relation in shop.sandbox.company.relations() for phone in relation.phones})
    return [TagRow(row, phone, add=(ADD,)) for row, phone in enumerate(phones[:20], 2)]


def broken_file(shop: Shop, rows: list[TagRow]) -> Path:
    path = shop.folder / "phones.csv"
    path.write_text("\n".join(["手机号,add", *(f"{row.key},no such tag,x" for row in rows), "1.39E+10,x"]))
    return path


@pytest.mark.parametrize("fault", {**SURVIVED, **LASTING})
def test_nothing_leaks(open_shop: Callable[..., Shop], book: Book, caplog: pytest.LogCaptureFixture, fault: str):
    shop = open_shop(timeout=0.3, on_call=book.keep)
    order = {**SURVIVED, **LASTING}[fault]
    rows = phone_list(shop)
    shop.fault(path="*/externalcontact/*", **order)
    use_everything(shop, book, rows)
    shop.control("DELETE", "faults")
    use_everything(shop, book, rows)
    assert leaks(book, caplog, shop) == []


def use_everything(shop: Shop, book: Book, rows: list[TagRow]) -> None:
    crm = shop.crm
    options = TagOptions(key=Key.PHONE)
    change = TagChange("nobody", "wmNobody", add=("etNothing",))
    for use in (
        lambda: crm.provider.tags.mark(change),
        lambda: list(crm.provider.members.list(["nobody"])),
        lambda: crm.provider.call("get_corp_tag_list"),
        lambda: crm.tagging.preview(rows, options),
        lambda: crm.tagging.apply(broken_file(shop, rows), options),
        lambda: crm.tagging.apply([*rows, TagRow(99, "1.39E+10", add=(ADD,))], options),
        lambda: crm.tagging.apply(rows, options),
    ):
        try:
            book.keep(use())
        except PrivcrmError as error:
            book.keep_error(error)
    for thing in (crm, crm.provider, crm.provider.context, crm.store, crm.jobs, crm.tagging, vars(crm.tagging)):
        book.keep(thing)
    for job in crm.jobs.list():
        book.keep(job)
        for item in crm.jobs.items(job.id):
            book.keep(item)
        for outcome in crm.tagging.outcomes(job.id):
            book.keep(outcome)
    for entry in crm.audit.entries():
        book.keep(entry)


def test_the_canaries_would_be_found(shop: Shop, book: Book, caplog: pytest.LogCaptureFixture):
    shop.crm.provider.members.get(members_of_active_staff(shop)[0])
    assert shop.sandbox.company.tokens._issued
    for name, canary in canaries(shop).items():
        book.pages = [f"x{canary}x"]
        assert name in leaks(book, caplog, shop)


def test_members_show_no_phone(shop: Shop):
    relation = next(relation for relation in shop.sandbox.company.relations() if relation.phones)
    member: Member = shop.crm.provider.members.get(relation.external_userid)
    assert not any(phone in repr(member) for phone in relation.phones)
