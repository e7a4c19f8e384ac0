"""A contract cannot be weakened in silence."""

import pytest

from privcrm.testing.contract import TagsContract


def check(kind):
    kind().test_no_contract_test_is_weakened()


def test_an_untouched_contract_is_whole():
    check(type("Untouched", (TagsContract,), {}))


def test_own_tests_and_fixtures_are_welcome():
    check(type("Richer", (TagsContract,), {"test_of_my_own": lambda self: None, "unknown_id": lambda self: "x"}))


@pytest.mark.parametrize("replacement", [None, lambda self: None], ids=["removed", "overridden"])
def test_a_weakened_test_is_named(replacement):
    weaker = type("Weaker", (TagsContract,), {"test_an_unknown_tag_is_not_found": replacement})
    with pytest.raises(AssertionError, match="test_an_unknown_tag_is_not_found"):
        check(weaker)


def test_weakening_through_a_class_between_is_found_too():
    middle = type("Middle", (TagsContract,), {"test_contradictions_are_refused": None})
    with pytest.raises(AssertionError, match="test_contradictions_are_refused"):
        check(type("Below", (middle,), {}))


def marked(mark):
    @mark
    def replacement(self):
        pass

    return type("Marked", (TagsContract,), {"test_an_unknown_tag_is_not_found": replacement})


def test_a_reason_makes_it_honest():
    check(marked(pytest.mark.xfail(reason="the vendor deletes without looking")))


@pytest.mark.parametrize("mark", [pytest.mark.xfail, pytest.mark.skip(reason="later")], ids=["no reason", "skipped"])
def test_other_marks_do_not(mark):
    with pytest.raises(AssertionError, match="test_an_unknown_tag_is_not_found"):
        check(marked(mark))
