"""Every port method that WeCom claims does ask the endpoints that say so, and no others."""

import attrs
import pytest

from privcrm.errors import AnswerLost
from privcrm.provider import Repeat
from privcrm.sandbox import Sandbox, VirtualClock
from privcrm.sandbox.control.state import state
from privcrm.sandbox.wecom.rules import Rules
from privcrm_wecom.capabilities import CAPABILITIES
from privcrm_wecom.endpoints import ENDPOINTS

from .port_calls import walk

OF_PEOPLE = ("staff", "members", "tags", "groups", "handovers")
OF_WORDS = ("moments", "messages", "welcomes", "group_welcomes", "staff_messages", "staff_chats")
OF_THINGS = ("live_codes", "products", "intercept_rules", "acquisition_links")
# What the vendor's documents leave open, read the other way; without what would close a whole area,
# or leads out of this machine.
CLOSED = {"temporary_codes", "customer_moments", "code_pictures"}
# The port has the vendor drop the second of two equal ones.
SAFE_FROM_ITS_PORT = {"message_send"}
WRITES = [row for row in ENDPOINTS if row.writes]
SENT_AGAIN = [row for row in WRITES if row.repeat is Repeat.SAFE or row.name in SAFE_FROM_ITS_PORT]
READINGS = [
    (switch.name, value)
    for switch in attrs.fields(Rules)
    if switch.metadata["values"] and switch.name not in CLOSED | {"app_kind"}
    for value in switch.metadata["values"]
    if value != switch.default
]


@pytest.fixture(scope="module")
def running():
    with Sandbox(seed=5, staff=12, members=60, groups=3, clock=VirtualClock(auto_advance=True)) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def walked(running):
    """What each method asked, and the paths at which the company answered without an error."""
    notes = walk(running)
    return notes.asked, {path for path, errcode in running.recorder.totals if errcode == 0}


@pytest.mark.parametrize("method", CAPABILITIES)
def test_a_method_asks_what_the_table_says(walked, method):
    asked, _ = walked
    files = {"code_picture"} if method == "live_codes.picture" else set()  # a plain file, at no endpoint
    assert asked[method] == {row.name for row in ENDPOINTS if method in row.used_by} | files


def test_no_method_goes_unclaimed(walked):
    asked, _ = walked
    assert asked.keys() == CAPABILITIES.keys()


def test_every_row_was_answered(walked):
    _, answered = walked
    assert answered == {row.path for row in ENDPOINTS}


def test_a_method_changes_the_company_only_if_an_endpoint_writes():
    verbs, writing = ("create", "edit", "delete"), {m for row in ENDPOINTS if row.writes for m in row.used_by}
    in_no_state = {f"{area}.{verb}_strategy" for area in ("members", "moments") for verb in verbs}
    in_no_state |= {"media.upload_image", "media.fetch"}  # files are nobody's until something names them
    with Sandbox(seed=5, staff=12, members=60, groups=3, clock=VirtualClock(auto_advance=True)) as sandbox:

        def look():
            return [state(sandbox.company, kind, {"limit": "1000"}) for kind in (*OF_PEOPLE, *OF_WORDS, *OF_THINGS)]

        assert walk(sandbox, look).changed == writing - in_no_state


@pytest.mark.parametrize(("switch", "value"), READINGS, ids=lambda part: part)
def test_no_open_question_stops_a_method(walked, running, switch, value):
    running.reset()
    running.company.rules.change({switch: value})
    asked, _ = walked
    assert walk(running).asked == asked


def test_a_write_whose_answer_is_lost_is_sent_again_where_the_table_says(walked, running):
    running.reset()
    asked, _ = walked
    for row in SENT_AGAIN:
        running.faults.add(row.path, "reset", when="after", times=1)
    assert walk(running).asked == asked
    assert [fault.path for fault in running.faults if fault.hits != 1] == []


@pytest.mark.parametrize("row", [row for row in WRITES if row not in SENT_AGAIN], ids=lambda row: row.name)
def test_and_no_other_is_sent_again(running, row):
    running.reset()
    running.faults.add(row.path, "reset", when="after", times=1)
    with pytest.raises(AnswerLost) as caught:
        walk(running)
    assert caught.value.operation == row.name
    assert [call.path for call in running.recorder.select(row.path)] == [row.path]
