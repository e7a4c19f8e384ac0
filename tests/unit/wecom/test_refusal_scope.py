import pytest

from privcrm.clock import ManualClock
from privcrm.errors import PermissionDenied
from privcrm_wecom import errcodes
from privcrm_wecom.client import WeComDialect
from privcrm_wecom.endpoints.basics import GETTOKEN


@pytest.mark.parametrize(("code", "scope"), [(48002, "app"), (60020, "app"), (301002, "app"), (60011, "record")])
def test_a_refusal_tells_whether_every_other_call_would_be_refused_too(code, scope):
    failure = WeComDialect(ManualClock()).judge(GETTOKEN, {"errcode": code, "errmsg": "no"}, 1)
    assert isinstance(failure.error, PermissionDenied)
    assert failure.error.scope == scope


def test_only_missing_rights_have_a_scope():
    kinds = {errcodes.kind_of("any", code) for code in errcodes._OF_ONE_RECORD}
    assert kinds == {PermissionDenied}
