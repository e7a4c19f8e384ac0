"""Each event of the vendor is one of ours, with its numbers as numbers, and what is absent told from what is empty."""

import pickle

import attrs
import pytest

from privcrm.errors import CallbackRejected
from privcrm.models import events as model
from privcrm.models.events import (
    AcquisitionChatStarted,
    AcquisitionFriendRequested,
    AcquisitionLinkDeleted,
    AcquisitionLinkUnavailable,
    AcquisitionMessagesReceived,
    AcquisitionPermitsChanged,
    AcquisitionProfileOpened,
    AcquisitionQuotaExhausted,
    AcquisitionQuotaExpiring,
    AcquisitionQuotaIncreased,
    AcquisitionQuotaLow,
    AppEntered,
    AppReopened,
    AppRestricted,
    AppRestrictionAnnounced,
    AppRestrictionLifted,
    AppSubscribed,
    AppSuspended,
    AppSuspensionAnnounced,
    AppUnsubscribed,
    ArchivingAgreed,
    DepartmentChanged,
    DepartmentCreated,
    DepartmentDeleted,
    DirectoryJobFinished,
    DirectoryTagChanged,
    Event,
    GroupCreated,
    GroupDismissed,
    GroupMembersJoined,
    GroupMembersLeft,
    GroupNoticeChanged,
    GroupOwnerChanged,
    GroupRenamed,
    Leaving,
    MediaFetched,
    MemberAdded,
    MemberAddedUnconfirmed,
    MemberDeletedStaff,
    MemberEdited,
    MessageKind,
    MessageReceived,
    StaffChanged,
    StaffCreated,
    StaffDeleted,
    StaffDeletedMember,
    TagChanged,
    TagCreated,
    TagDeleted,
    TagsReordered,
    TransferFailed,
    TransferFailure,
    UnknownEvent,
)
from tests.unit.wecom.callbacks.sealing import AT, CORP, WINDOW, app, as_json, company, event_fields, told, xml

PROVIDER = company()
PAIR = {"UserID": "zhaoyi", "ExternalUserID": "wm1"}
OURS = {"staff_id": "zhaoyi", "member_id": "wm1"}
CONTACT, CHAT, TAG = "change_external_contact", "change_external_chat", "change_external_tag"
LINKS, DIRECTORY = "customer_acquisition", "change_contact"
JOINED = {"ChatId": "wr1", "UpdateDetail": "add_member", "JoinScene": 3, "QuitScene": 0, "MemChangeCnt": 2}
LEFT = {"ChatId": "wr1", "UpdateDetail": "del_member", "JoinScene": 0, "QuitScene": 1, "MemChangeCnt": 1}
AGENT = {"AgentID": 1000002, "FromUserName": "zhaoyi"}
BY_AGENT = {"agent_id": "1000002", "staff_id": "zhaoyi"}
SYSTEM = {"AgentID": 1000002}
OF_AGENT = {"agent_id": "1000002", "staff_id": ""}

# Name, change, what else is said; what comes of it.
EVENTS = [
    (
        (CONTACT, "add_external_contact", PAIR | {"State": "spring", "WelcomeCode": "code"}),
        MemberAdded(**OURS, state="spring", welcome_code="code"),
    ),
    ((CONTACT, "add_external_contact", PAIR), MemberAdded(**OURS)),
    ((CONTACT, "edit_external_contact", PAIR), MemberEdited(**OURS)),
    (
        (CONTACT, "add_half_external_contact", PAIR | {"State": "spring", "WelcomeCode": "code"}),
        MemberAddedUnconfirmed(**OURS, state="spring", welcome_code="code"),
    ),
    ((CONTACT, "del_external_contact", PAIR), StaffDeletedMember(**OURS)),
    (
        (CONTACT, "del_external_contact", PAIR | {"Source": "DELETE_BY_TRANSFER"}),
        StaffDeletedMember(**OURS, how=Leaving.TRANSFERRED),
    ),
    ((CONTACT, "del_external_contact", PAIR | {"Source": "NEW"}), StaffDeletedMember(**OURS)),
    ((CONTACT, "del_follow_user", PAIR), MemberDeletedStaff(**OURS, how=Leaving.DELETED_BY_MEMBER)),
    (
        (CONTACT, "transfer_fail", PAIR | {"FailReason": "customer_refused"}),
        TransferFailed(**OURS, reason=TransferFailure.REFUSED),
    ),
    (
        (CONTACT, "transfer_fail", PAIR | {"FailReason": "customer_limit_exceed"}),
        TransferFailed(**OURS, reason=TransferFailure.TAKER_FULL),
    ),
    ((CONTACT, "transfer_fail", PAIR | {"FailReason": "new"}), TransferFailed(**OURS)),
    ((CONTACT, "msg_audit_approved", PAIR | {"WelcomeCode": "code"}), ArchivingAgreed(**OURS, welcome_code="code")),
    ((CHAT, "create", {"ChatId": "wr1"}), GroupCreated(group_id="wr1")),
    (
        (
            CHAT,
            "update",
            JOINED | {"MemChangeList": {"Item": ["wm1", "wm2"]}, "LastMemVer": "before", "CurMemVer": "after"},
        ),
        GroupMembersJoined(
            group_id="wr1", count=2, user_ids=("wm1", "wm2"), last_version="before", version="after", scanned=True
        ),
    ),
    (
        (CHAT, "update", JOINED | {"JoinScene": 0, "MemChangeList": ""}),
        GroupMembersJoined(group_id="wr1", count=2, scanned=False),
    ),
    ((CHAT, "update", JOINED | {"JoinScene": 7}), GroupMembersJoined(group_id="wr1", count=2)),
    (
        (CHAT, "update", LEFT | {"MemChangeList": {"Item": "wm1"}}),
        GroupMembersLeft(group_id="wr1", count=1, user_ids=("wm1",), how=Leaving.REMOVED),
    ),
    ((CHAT, "update", LEFT | {"QuitScene": 0}), GroupMembersLeft(group_id="wr1", count=1, how=Leaving.LEFT)),
    ((CHAT, "update", LEFT | {"QuitScene": ""}), GroupMembersLeft(group_id="wr1", count=1, how=Leaving.UNKNOWN)),
    ((CHAT, "update", {"ChatId": "wr1", "UpdateDetail": "change_owner"}), GroupOwnerChanged(group_id="wr1")),
    ((CHAT, "update", {"ChatId": "wr1", "UpdateDetail": "change_name"}), GroupRenamed(group_id="wr1")),
    ((CHAT, "update", {"ChatId": "wr1", "UpdateDetail": "change_notice"}), GroupNoticeChanged(group_id="wr1")),
    ((CHAT, "dismiss", {"ChatId": "wr1"}), GroupDismissed(group_id="wr1")),
    ((TAG, "create", {"Id": "et1", "TagType": "tag"}), TagCreated(tag_id="et1")),
    ((TAG, "create", {"Id": "et1", "TagType": "tag_group"}), TagCreated(group_id="et1")),
    (
        (TAG, "update", {"Id": "et1", "TagType": "tag", "StrategyId": 3}),
        TagChanged(tag_id="et1", strategy_id="3"),
    ),
    ((TAG, "delete", {"Id": "et1", "TagType": "tag_group"}), TagDeleted(group_id="et1")),
    ((TAG, "delete", {"Id": "et1", "TagType": "new"}), TagDeleted()),
    ((TAG, "shuffle", {"Id": "et1", "StrategyId": "1"}), TagsReordered(group_id="et1", strategy_id="1")),
    ((TAG, "shuffle", {"Id": ""}), TagsReordered()),
    ((LINKS, "balance_low", {}), AcquisitionQuotaLow()),
    ((LINKS, "balance_exhausted", {}), AcquisitionQuotaExhausted()),
    ((LINKS, "balance_increased", {}), AcquisitionQuotaIncreased()),
    (
        (LINKS, "quota_expire_soon", {"ExpireTime": 1767196800, "ExpireQuotaNum": 100}),
        AcquisitionQuotaExpiring(amount=100, expires_at=1767196800),
    ),
    ((LINKS, "quota_expire_soon", {}), AcquisitionQuotaExpiring()),
    ((LINKS, "link_unavailable", {"LinkId": "ca1"}), AcquisitionLinkUnavailable(link_id="ca1")),
    ((LINKS, "delete_link", {"LinkId": "ca1"}), AcquisitionLinkDeleted(link_id="ca1")),
    (
        (LINKS, "open_profile", {"LinkId": "ca1", "State": "spring"}),
        AcquisitionProfileOpened(link_id="ca1", state="spring"),
    ),
    (
        (LINKS, "friend_request", {"LinkId": "ca1", "State": "spring"}),
        AcquisitionFriendRequested(link_id="ca1", state="spring"),
    ),
    ((LINKS, "customer_start_chat", PAIR | {"LinkId": "ca1"}), AcquisitionChatStarted(link_id="ca1", **OURS)),
    (
        (LINKS, "message_from_customer", {"LinkId": "ca1", "ChatKey": "ck"}),
        AcquisitionMessagesReceived(link_id="ca1", chat_key="ck"),
    ),
    (
        (LINKS, "message_from_customer", PAIR | {"LinkId": "ca1", "ChatKey": "ck", "ChatSeq": 5}),
        AcquisitionMessagesReceived(link_id="ca1", chat_key="ck", messages=5, **OURS),
    ),
    (
        (DIRECTORY, "create_user", {"UserID": "zhaoyi", "Department": "1, 2"}),
        StaffCreated(staff_id="zhaoyi", department_ids=("1", "2")),
    ),
    ((DIRECTORY, "update_user", {"UserID": "zhaoyi"}), StaffChanged(staff_id="zhaoyi")),
    (
        (DIRECTORY, "update_user", {"UserID": "zhaoyi", "NewUserID": "zhao2", "Department": ""}),
        StaffChanged(staff_id="zhaoyi", new_staff_id="zhao2", department_ids=()),
    ),
    ((DIRECTORY, "delete_user", {"UserID": "zhaoyi"}), StaffDeleted(staff_id="zhaoyi")),
    ((DIRECTORY, "create_party", {"Id": 2, "ParentId": "1"}), DepartmentCreated(department_id="2", parent_id="1")),
    ((DIRECTORY, "update_party", {"Id": 2}), DepartmentChanged(department_id="2")),
    ((DIRECTORY, "delete_party", {"Id": 2}), DepartmentDeleted(department_id="2")),
    (
        (
            DIRECTORY,
            "update_tag",
            {"TagId": 1, "AddUserItems": "a,b", "DelUserItems": "", "AddPartyItems": "2", "DelPartyItems": "3"},
        ),
        DirectoryTagChanged(
            tag_id="1", added_staff_ids=("a", "b"), added_department_ids=("2",), removed_department_ids=("3",)
        ),
    ),
    (
        (
            "batch_job_result",
            None,
            {"BatchJob": {"JobId": "j", "JobType": "sync_user", "ErrCode": 3, "ErrMsg": "so"}},
        ),
        DirectoryJobFinished(job_id="j", job_kind="sync_user", code=3, message="so"),
    ),
    (("batch_job_result", None, {}), DirectoryJobFinished()),
    (("upload_media_job_finish", None, {"JobId": "j"}), MediaFetched(job_id="j")),
    (("subscribe", None, AGENT), AppSubscribed(**BY_AGENT)),
    (("unsubscribe", None, AGENT), AppUnsubscribed(**BY_AGENT)),
    (("enter_agent", None, AGENT | {"EventKey": ""}), AppEntered(**BY_AGENT)),
    (("low_active_alert", None, SYSTEM | {"EffectTime": 9}), AppRestrictionAnnounced(**OF_AGENT, takes_effect_at=9)),
    (("low_active", None, SYSTEM), AppRestricted(**OF_AGENT)),
    (("active_restored", None, SYSTEM), AppRestrictionLifted(**OF_AGENT)),
    (("inactive_alert", None, SYSTEM | {"EffectTime": 9}), AppSuspensionAnnounced(**OF_AGENT, takes_effect_at=9)),
    (("inactive_alert", None, SYSTEM), AppSuspensionAnnounced(**OF_AGENT)),
    (("close_inactive_agent", None, SYSTEM), AppSuspended(**OF_AGENT)),
    (("reopen_inactive_agent", None, SYSTEM), AppReopened(**OF_AGENT)),
    ((CONTACT, "new_change", PAIR), UnknownEvent(name=CONTACT, change="new_change")),
    ((CONTACT, None, PAIR), UnknownEvent(name=CONTACT)),
    ((CHAT, "update", {"UpdateDetail": "new"}), UnknownEvent(name=CHAT, change="update")),
    (("LOCATION", None, AGENT), UnknownEvent(name="LOCATION")),
    (("subscribe", "new", AGENT), UnknownEvent(name="subscribe", change="new")),
]
MESSAGES = [
    ({"MsgType": "text", "Content": "hello"}, {"kind": MessageKind.TEXT, "text": "hello"}),
    ({"MsgType": "image", "PicUrl": "u", "MediaId": "m"}, {"kind": MessageKind.IMAGE, "media_id": "m"}),
    ({"MsgType": "voice", "MediaId": "m", "Format": "amr"}, {"kind": MessageKind.VOICE, "media_id": "m"}),
    ({"MsgType": "video", "MediaId": "m"}, {"kind": MessageKind.VIDEO, "media_id": "m"}),
    ({"MsgType": "location", "Label": "here", "Scale": 15}, {"kind": MessageKind.LOCATION, "text": "here"}),
    (
        {"MsgType": "link", "Title": "t", "Url": "https://a.example"},
        {"kind": MessageKind.LINK, "text": "https://a.example"},
    ),
    ({"MsgType": "new", "Content": "hello"}, {"kind": MessageKind.UNKNOWN}),
]


def in_json(**fields):
    return as_json(fields)


def opened(text, provider=PROVIDER, **sealing):
    (callback,) = provider.callbacks.open(told(text, **sealing), **WINDOW).callbacks
    assert provider.callbacks.read(callback.text, app=callback.event.app) == callback.event
    return callback.event


@pytest.mark.parametrize("write", [xml, in_json])
@pytest.mark.parametrize(
    ("said", "expected"), EVENTS, ids=lambda value: type(value).__name__ if isinstance(value, Event) else ""
)
def test_events(said, expected, write):
    name, change, fields = said
    event = opened(write(**event_fields(name, change, **fields)))
    assert type(event) is type(expected)
    assert event == attrs.evolve(expected, company=CORP, app="main", at=AT)
    assert event.raw["Event"] == name


@pytest.mark.parametrize(("said", "expected"), MESSAGES, ids=[said["MsgType"] for said, _ in MESSAGES])
def test_messages(said, expected):
    common = {
        "ToUserName": CORP,
        "FromUserName": "zhaoyi",
        "CreateTime": AT,
        "MsgId": 4561255354251345929,
        "AgentID": 218,
    }
    event = opened(xml(**common | said))
    assert event == MessageReceived(
        company=CORP, app="main", at=AT, staff_id="zhaoyi", agent_id="218", message_id="4561255354251345929", **expected
    )


def test_every_class_is_told_of():
    """Those that others are made from are told by their subclasses; these two come of what is not in ``EVENTS``."""
    kinds = {kind for kind in map(vars(model).get, model.__all__) if isinstance(kind, type) and issubclass(kind, Event)}
    leaves = {kind for kind in kinds if not any(other is not kind and issubclass(other, kind) for other in kinds)}
    assert leaves - {type(expected) for _, expected in EVENTS} == {MessageReceived, AcquisitionPermitsChanged}


def test_a_provider_of_apps_is_told_the_same_otherwise():
    provider = company(app(callback_receive_ids=("suite1",)))
    said = {"SuiteId": "suite1", "AuthCorpId": CORP, "TimeStamp": AT}
    added = {"InfoType": CONTACT, "ChangeType": "add_external_contact", **PAIR}
    event = opened(xml(**said | added), provider, receive_id="suite1")
    assert event == MemberAdded(company=CORP, app="main", at=AT, **OURS)
    permits = opened(xml(**said, InfoType="customer_acquisition_permit_change"), provider, receive_id="suite1")
    assert permits == AcquisitionPermitsChanged(company=CORP, app="main", at=AT)
    ticket = opened(
        xml(SuiteId="suite1", InfoType="suite_ticket", TimeStamp=AT, SuiteTicket="t"), provider, receive_id="suite1"
    )
    assert ticket == UnknownEvent(company=CORP, app="main", at=AT, name="suite_ticket")


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        ("", ()),
        ("<MemChangeList></MemChangeList>", ()),
        ("<MemChangeList/>", ()),
        ("<MemChangeList>\n</MemChangeList>", ()),
        ("<MemChangeList><Item/></MemChangeList>", ()),
        ("<MemChangeList><Item>a</Item></MemChangeList>", ("a",)),
        ("<MemChangeList><Item><![CDATA[a]]></Item></MemChangeList>", ("a",)),
        ("<MemChangeList>\n <Item>\n a</Item>\n <Item><![CDATA[b]]> </Item></MemChangeList>", ("a", "b")),
        ("<MemChangeList><Item>a</Item><Item>b</Item><Item>a</Item></MemChangeList>", ("a", "b", "a")),
        ("<MemChangeList>a</MemChangeList>", ()),
        ("<MemChangeList><Item><UserID>a</UserID></Item></MemChangeList>", ()),
    ],
)
def test_people_of_a_group(listed, expected):
    text = xml(**event_fields(CHAT, "update", **JOINED)).replace("</xml>", f"{listed}</xml>")
    assert opened(text).user_ids == expected


def test_hundreds_of_people():
    many = [f"wmEJiCwAAA9KG2qlQVlVBkkcW1s{number:05d}" for number in range(500)]
    event = opened(xml(**event_fields(CHAT, "update", **JOINED, MemChangeList={"Item": many})))
    assert event.user_ids == tuple(many)
    assert event.raw["MemChangeList"] == {"Item": many}


@pytest.mark.parametrize("value", ["", "soon", "1e3", "-1", "１２", "9" * 30, "0x10", " 5 "])
def test_a_malformed_number_reads_as_absent(value):
    fields = {"ExpireTime": value, "ExpireQuotaNum": value, "CreateTime": value}
    event = opened(xml(**event_fields(LINKS, "quota_expire_soon") | fields))
    assert (event.at, event.amount, event.expires_at) == (0, 0, None)
    assert event.raw["ExpireTime"] == value


def test_malformed_fields_are_not_fatal():
    nested = {"A": {"B": "1"}}
    strange = dict.fromkeys(("UserID", "ExternalUserID", "State", "WelcomeCode", "CreateTime", "FromUserName"), nested)
    event = opened(xml(**event_fields() | strange))
    assert event == MemberAdded(company=CORP, app="main")
    assert event.raw["UserID"] == nested
    twice = opened(xml(**event_fields() | {"ChangeType": ["a", "b"]}))
    assert twice == UnknownEvent(company=CORP, app="main", at=AT, name=CONTACT)
    assert opened(as_json(event_fields() | {"Event": {"a": 1}})) == UnknownEvent(
        company=CORP, app="main", at=AT, name="event", change="add_external_contact"
    )


def test_raw_holds_everything():
    fields = event_fields(Extra="x", ExtAttr={"Item": [{"Name": "a", "Text": {"Value": "1"}}, {"Name": "b"}]})
    raw = opened(xml(**fields)).raw
    assert raw == {**fields, "CreateTime": str(AT)}
    assert raw["ExtAttr"]["Item"][0]["Text"]["Value"] == "1"


def test_an_event_is_whole_however_it_was_made():
    event = opened(xml(**event_fields(**PAIR, WelcomeCode="private")))
    assert "private" not in repr(event)
    assert vars(event).keys() == {field.name for field in attrs.fields(type(event))}
    assert pickle.loads(pickle.dumps(event)) == event == attrs.evolve(event)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        event.at = 1
    other = opened(xml(**event_fields(**PAIR)))
    other.welcome_codes["main"] = "code"
    assert opened(xml(**event_fields(**PAIR))).welcome_codes == {}


def test_reading_what_was_not_kept_by_us():
    with pytest.raises(CallbackRejected):
        PROVIDER.callbacks.read("no document", app="main")
