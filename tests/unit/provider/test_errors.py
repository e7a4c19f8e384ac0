import inspect
import pickle
import re

import pytest

from privcrm import errors
from privcrm.errors import InputError, MissingExtra, OutcomeUnknown, ProviderError, RateLimited, UnsupportedCapability
from privcrm.provider import Intent

CLASSES = {name: getattr(errors, name) for name in errors.__all__}
INTENT = Intent("key", "marker", 1.0)


def example_of(kind):
    if kind is MissingExtra:
        return kind("openpyxl", "excel")
    if kind is UnsupportedCapability:
        return kind("wecom", "groups.create", "no endpoint", "a group code")
    if kind is errors.QuotaExhausted:
        return kind("used up", reset_at=5.0)
    if kind is InputError:
        return kind("two problems", ["row 1: empty", "row 2: empty"])
    if issubclass(kind, ProviderError):
        more = {"intent": INTENT} if kind is OutcomeUnknown else {"retry_at": 9.5} if kind is RateLimited else {}
        where = {"provider": "wecom", "operation": "mark_tag", "code": 45009, "request_id": "r1", "http_status": 200}
        return kind("too often", **where, attempt=2, advice="wait", **more)
    return kind("a sentence", **({"line": 2, "column": 5} if kind is errors.ExpressionError else {}))


@pytest.mark.parametrize("kind", CLASSES.values(), ids=CLASSES)
def test_every_error_survives_pickling(kind):
    error = example_of(kind)
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is kind
    assert str(copy) == str(error)
    assert vars(copy) == vars(error)


def test_all_lists_every_class():
    defined = {name for name, value in vars(errors).items() if inspect.isclass(value) and issubclass(value, Exception)}
    assert defined == set(errors.__all__)


def test_the_tree_in_the_docstring_is_the_tree_of_the_classes():
    drawn, path = {}, []
    for indent, name in re.findall(r"^    ((?:[│├└─ ]{4})*)([A-Z]\w+)", errors.__doc__, re.MULTILINE):
        depth = len(indent) // 4
        drawn[name] = path[depth - 1] if depth else None
        path[depth:] = [name]
    # OutcomeUnknown is drawn beside AnswerLost, where people look for it, and is one, so that both are caught.
    actual = {
        name: next((base.__name__ for base in kind.__mro__[1:] if base.__name__ in CLASSES), None)
        for name, kind in CLASSES.items()
    }
    assert actual.pop("OutcomeUnknown") == "AnswerLost"
    assert drawn.pop("OutcomeUnknown") == drawn["AnswerLost"]
    assert drawn == actual


def test_a_provider_error_is_printed_in_a_fixed_order():
    assert str(example_of(RateLimited)) == (
        "wecom mark_tag: code 45009, too often (request r1, http 200, attempt 2) - wait"
    )


def test_what_is_not_known_is_not_printed():
    assert str(errors.NotSent("no route", provider="wecom", operation="get")) == "wecom get: no route (attempt 1)"


@pytest.mark.parametrize("kind", [errors.ConfigurationError, errors.WriteForbidden, errors.WrongApp])
def test_what_a_bulk_job_must_not_skip_is_no_provider_error(kind):
    assert not issubclass(kind, ProviderError)


@pytest.mark.parametrize(
    ("kind", "builtin"),
    [(InputError, ValueError), (MissingExtra, ImportError), (UnsupportedCapability, NotImplementedError)],
)
def test_naive_callers_catch_naively(kind, builtin):
    assert issubclass(kind, builtin)


def test_a_missing_extra_says_how_to_install_it():
    assert "pip install 'privcrm[excel]'" in str(MissingExtra("openpyxl", "excel"))


def test_problems_are_never_empty():
    assert InputError("one problem").problems == ("one problem",)
