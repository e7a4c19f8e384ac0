"""Adapter and simulated vendor were written from the vendor's documents apart: where their tables meet, they agree."""

import pytest

from privcrm.provider import Paging
from privcrm.sandbox.wecom.endpoint import Access
from privcrm.sandbox.wecom.endpoints import ENDPOINTS as SIMULATED
from privcrm_wecom.endpoints import ENDPOINTS

every_row = pytest.mark.parametrize("row", ENDPOINTS, ids=lambda row: row.name)
ACCESS = {
    "": Access.NO_TOKEN,
    "any": Access.ANY_APP,
    "messages": Access.ANY_APP,  # of every app; the role says that we know its agent id
    "customer_contact": Access.CUSTOMER_CONTACT,
    "self_built_contact": Access.SELF_BUILT_CONTACT,
    "self_built": Access.SELF_BUILT,
    "delegated": Access.DELEGATED,
    "acquisition": Access.ACQUISITION,
    "directory": Access.CONTACT_SYNC,
    "app_chats": Access.APP_CHATS,
}
CHECKED_WITH_CONTENT = "attachments"


def _fields(row):
    return {field.name: field for field in SIMULATED[row.path].fields}


@every_row
def test_method_and_role(row):
    simulated = SIMULATED[row.path]
    assert (row.method, ACCESS[row.role]) == (simulated.method, simulated.access)


@every_row
def test_paging(row):
    paged = {Paging.CURSOR: {"cursor"}, Paging.OFFSET: {"offset"}, Paging.NONE: set()}[row.paging]
    assert _fields(row).keys() & {"cursor", "offset"} == paged


@every_row
def test_how_many_one_call_takes(row):
    most = {name: field.at_most for name, field in _fields(row).items() if field.kind is list and field.at_most}
    told = {name: value for name, value in row.batch.items() if "." not in name and name != CHECKED_WITH_CONTENT}
    assert told == most


@every_row
def test_parameters_that_rows_name_exist(row):
    named = {*row.record, *row.batch, *(name for names in row.ids.values() for name in names)}
    assert {name.partition(".")[0] for name in named} <= _fields(row).keys()
