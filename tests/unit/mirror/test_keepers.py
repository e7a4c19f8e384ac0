"""Our own handlers: what they want, and that their troubles are nobody else's."""

import pytest

from privcrm.errors import AnswerLost, PermissionDenied, StoreError
from privcrm.events.router import Router
from privcrm.events.try_again import TryAgain
from privcrm.models.events import (
    GroupDismissed,
    GroupMembersJoined,
    GroupNoticeChanged,
    MemberAdded,
    MemberAddedUnconfirmed,
    MemberDeletedStaff,
    StaffDeletedMember,
)
from privcrm.services.mirror import keepers


class Taking:
    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.taken = []

    def take(self, event) -> None:
        self.taken.append(event)
        if self.error:
            raise self.error


def router_with(follows: Taking, rosters: Taking) -> Router:
    router = Router()
    keepers.subscribe(router, lambda: follows, lambda: rosters)
    return router


def tell(router: Router, event) -> None:
    for subscription in router.subscriptions(event, first=True):
        subscription.handler(event)


def test_they_want_what_callbacks_tell_of_lists():
    follows, rosters = Taking(), Taking()
    router = router_with(follows, rosters)
    for kind in (MemberAdded, MemberAddedUnconfirmed, StaffDeletedMember, MemberDeletedStaff):
        tell(router, kind())
    for kind in (GroupMembersJoined, GroupDismissed, GroupNoticeChanged):
        tell(router, kind())
    assert [type(event) for event in follows.taken] == [MemberAdded, StaffDeletedMember]
    assert [type(event) for event in rosters.taken] == [GroupMembersJoined, GroupDismissed]


def test_a_company_that_may_not_read_groups_goes_without_rosters(caplog):
    refused = PermissionDenied("no", provider="wecom", operation="groupchat_get", code=48002)
    tell(router_with(Taking(), Taking(refused)), GroupMembersJoined(group_id="g"))
    assert "group g could not be read" in caplog.text


def test_a_vendor_that_cannot_be_reached_parks_nobodys_event(caplog):
    away = AnswerLost("502", provider="wecom", operation="groupchat_get")
    router = router_with(Taking(), Taking(away))
    with pytest.raises(TryAgain):
        tell(router, GroupMembersJoined(group_id="g", attempt=1))
    tell(router, GroupMembersJoined(group_id="g", attempt=4))
    assert "AnswerLost" in caplog.text


def test_a_store_that_is_away_is_tried_again():
    with pytest.raises(StoreError):
        tell(router_with(Taking(), Taking(StoreError("locked"))), GroupMembersJoined(group_id="g"))
