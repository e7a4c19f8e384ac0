import struct
from itertools import pairwise

import pytest

from privcrm.sandbox.world import EndedBy
from privcrm.sandbox.world.moments import Moment, MomentBook, MomentOrder, Post, Reaction

ADD, RESULT, CANCEL, LIST, TASK, CHOSEN, SEEN, COMMENTS = (
    f"externalcontact/{name}"
    for name in (
        "add_moment_task",
        "get_moment_task_result",
        "cancel_moment_task",
        "get_moment_list",
        "get_moment_task",
        "get_moment_customer_list",
        "get_moment_send_result",
        "get_moment_comments",
    )
)
PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + struct.pack(">II", 10, 10) + b"x" * 20
MP4 = b"\0\0\0\x10ftypisom" + b"x" * 20
TEXT = {"content": "上新了"}


class Desk:
    """Asks for moments and reads them back, as a program without any library would."""

    def __init__(self, vendor, control, sandbox):
        self.vendor, self.control, self.sandbox = vendor, control, sandbox

    @property
    def now(self):
        return int(self.sandbox.clock.time())

    def wait(self, seconds):
        self.control.ok("POST", "clock", {"advance_seconds": seconds})

    def media(self, content=PNG, kind="image", path="upload_attachment", **query):
        query = query or {"media_type": kind, "attachment_type": 1}
        params = {"access_token": self.vendor.token, **query}
        return self.vendor.request("POST", f"media/{path}", params=params, files={"media": content}).json()["media_id"]

    def ask(self, **body):
        return self.vendor.post(ADD, **body)["jobid"]

    def result(self, jobid):
        return self.vendor.get(RESULT, jobid=jobid)

    def make(self, **body):
        jobid = self.ask(**{"text": TEXT, **body})
        self.wait(2)
        return self.result(jobid)["result"]["moment_id"]

    def listed(self, **body):
        window = {"start_time": self.now - 86_400, "end_time": self.now + 60}
        return self.vendor.post(LIST, **{**window, **body})

    def tasks(self, moment_id):
        return {r["userid"]: r["publish_status"] for r in self.all(TASK, "task_list", moment_id=moment_id)}

    def all(self, path, key, **body):
        rows, cursor = [], ""
        while True:
            reply = self.vendor.post(path, **body, cursor=cursor)
            assert reply["errcode"] == 0, reply
            rows += reply[key]
            cursor = reply["next_cursor"]
            if not cursor:
                return rows

    def audience(self, path, moment_id, userid, **body):
        rows = self.all(path, "customer_list", moment_id=moment_id, userid=userid, **body)
        return [row["external_userid"] for row in rows]

    def customers(self, userid):
        return self.vendor.get("externalcontact/list", userid=userid)["external_userid"]

    def timeline(self, external_userid):
        rows = self.control.ok("GET", "state/moments", external_userid=external_userid)["items"]
        return [row["moment_id"] for row in rows]


@pytest.fixture
def desk(vendor, control, sandbox):
    return Desk(vendor, control, sandbox)


@pytest.fixture
def staff(relations):
    """Two employees who serve customers."""
    return list(dict.fromkeys(r.userid for r in relations))[:2]


class TestMaking:
    def test_a_moment_is_made_after_a_while(self, desk):
        jobid = desk.ask(text=TEXT)
        assert desk.result(jobid)["status"] in {1, 2}
        assert desk.listed()["moment_list"] == []
        desk.wait(2)
        done = desk.result(jobid)
        assert (done["status"], done["type"], done["result"]["errcode"]) == (3, "add_moment_task", 0)
        (row,) = desk.listed()["moment_list"]
        assert row["moment_id"] == done["result"]["moment_id"]
        assert (row["text"], row["create_type"], row["visible_type"]) == (TEXT, 0, 1)
        assert "creator" not in row
        assert row["moment_id"].startswith("mom")

    def test_making_takes_as_long_as_switched(self, desk, control):
        control.switch(moment_seconds=100)
        jobid = desk.ask(text=TEXT)
        assert desk.result(jobid)["status"] == 1
        desk.wait(60)
        assert desk.result(jobid)["status"] == 2
        assert "result" not in desk.result(jobid)
        desk.wait(40)
        assert desk.result(jobid)["status"] == 3
        control.switch(moment_seconds=0)
        assert desk.result(desk.ask(text=TEXT))["status"] == 3

    def test_a_job_is_forgotten_after_a_day(self, desk, vendor):
        jobid = desk.ask(text=TEXT)
        desk.wait(86_400)
        vendor._token = None
        assert desk.result(jobid)["errcode"] == 40088
        assert desk.result("nothing")["errcode"] == 40088
        assert desk.result("")["errcode"] == 40063

    def test_everybody_who_serves_customers_is_to_publish(self, desk, sandbox):
        able = {staff.staff_id for staff in sandbox.world.staff if staff.can_contact}
        assert desk.tasks(desk.make()) == dict.fromkeys(able, 0)

    def test_only_the_app_s_range_is_asked(self, desk, control, sandbox):
        app = sandbox.company.apps[0]
        shop = next(staff.department for staff in sandbox.world.staff if staff.can_contact)
        control.ok("PATCH", f"apps/{app.agent_id}", {"visible": [shop]})
        able = {s.staff_id for s in sandbox.world.staff if s.can_contact and s.department == shop}
        assert set(desk.tasks(desk.make())) == able

    def test_executors_named_and_what_is_wrong_with_the_names(self, desk, staff, sandbox):
        left = next(s.staff_id for s in sandbox.world.staff if s.left_at is not None)
        senders = {"user_list": [staff[0].upper(), "nobody", left], "department_list": [999]}
        jobid = desk.ask(text=TEXT, visible_range={"sender_list": senders})
        desk.wait(2)
        result = desk.result(jobid)["result"]
        assert result["invalid_sender_list"] == {"user_list": ["nobody", left], "department_list": [999]}
        assert set(desk.tasks(result["moment_id"])) == {staff[0]}

    def test_departments_are_asked_with_all_below(self, desk, sandbox):
        region = 2
        tree = sandbox.world.staff.subtree(region)
        able = {s.staff_id for s in sandbox.world.staff if s.can_contact and s.department in tree}
        assert set(desk.tasks(desk.make(visible_range={"sender_list": {"department_list": [region]}}))) == able

    @pytest.mark.parametrize(
        ("scope", "code"),
        [
            ({"sender_list": {"user_list": ["nobody"]}}, 40031),
            ({"external_contact_list": {"tag_list": ["etnothing"]}}, 40068),
        ],
    )
    def test_a_wish_without_anybody_fails_in_the_job(self, desk, scope, code):
        jobid = desk.ask(text=TEXT, visible_range=scope)
        desk.wait(2)
        result = desk.result(jobid)["result"]
        assert result["errcode"] == code
        assert "moment_id" not in result
        assert desk.listed()["moment_list"] == []

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            ({}, 41089),
            ({"text": {"content": ""}, "attachments": []}, 41089),
            ({"text": {"content": "长" * 1334}}, 45002),
            ({"attachments": [{"msgtype": "file", "file": {"media_id": "x"}}]}, 41065),
            ({"attachments": [{"msgtype": "image", "image": {}}]}, 40007),
            ({"attachments": [{"msgtype": "link", "link": {"media_id": "x"}}]}, 40058),
        ],
    )
    def test_wrong_content(self, vendor, body, code):
        assert vendor.post(ADD, **body)["errcode"] == code

    def test_kinds_do_not_mix(self, desk, vendor):
        picture = {"msgtype": "image", "image": {"media_id": desk.media()}}
        video = {"msgtype": "video", "video": {"media_id": desk.media(MP4, "video")}}
        assert vendor.post(ADD, attachments=[picture] * 10)["errcode"] == 41064
        assert vendor.post(ADD, attachments=[video] * 2)["errcode"] == 41064
        assert vendor.post(ADD, attachments=[picture, video])["errcode"] == 41065
        assert vendor.post(ADD, attachments=[picture] * 9)["errcode"] == 0

    def test_moments_want_files_handed_in_for_moments(self, desk, vendor):
        temporary = desk.media(path="upload", type="image")
        album = desk.media(media_type="image", attachment_type=2)
        for media_id in (temporary, album, "nothing"):
            reply = vendor.post(ADD, attachments=[{"msgtype": "image", "image": {"media_id": media_id}}])
            assert reply["errcode"] == 40007

    def test_the_list_shows_what_was_handed_in_even_after_the_ids_expired(self, desk, vendor):
        first, second, third = desk.media(), desk.media(MP4, "video"), desk.media()
        link = {"title": "店", "url": "https://example.invalid", "media_id": third}
        desk.make(attachments=[{"msgtype": "image", "image": {"media_id": first}}] * 2)
        desk.make(attachments=[{"msgtype": "video", "video": {"media_id": second}}])
        desk.make(attachments=[{"msgtype": "link", "link": link}])
        pictures, video, linked = desk.listed()["moment_list"]
        assert pictures["image"] == [{"media_id": first}] * 2
        assert video["video"]["media_id"] == second
        assert linked["link"] == {"title": "店", "url": "https://example.invalid"}
        desk.wait(3 * 86_400)
        vendor._token = None
        again = [desk.listed(start_time=desk.now - 4 * 86_400)["moment_list"] for _ in range(2)]
        assert again[0] == again[1]
        fresh = again[0][0]["image"][0]["media_id"]
        assert fresh != first
        params = {"access_token": vendor.token, "media_id": fresh}
        assert vendor.request("GET", "media/get", params=params).content == PNG
        assert vendor.get("media/get", media_id=first)["errcode"] == 40007
        cover = {**params, "media_id": again[0][1]["video"]["thumb_media_id"]}
        assert vendor.request("GET", "media/get", params=cover).headers["content-type"] == "image/jpeg"


class TestLimits:
    def test_ten_a_minute(self, desk, control):
        desk.wait(60 - desk.now % 60)
        codes = [desk.vendor.post(ADD, text=TEXT)["errcode"] for _ in range(11)]
        assert codes == [0] * 10 + [45009]
        control.switch(moments_too_fast="41210")
        assert desk.vendor.post(ADD, text=TEXT)["errcode"] == 41210
        desk.wait(60)
        assert desk.vendor.post(ADD, text=TEXT)["errcode"] == 0

    def test_so_many_a_month(self, desk, control, vendor):
        control.switch(moments_per_month=2)
        desk.wait(86_400 - (desk.now + 8 * 3600) % 86_400)  # midnight in Beijing: the month does not end meanwhile
        vendor._token = None
        codes = [vendor.post(ADD, text=TEXT)["errcode"] for _ in range(3)]
        assert codes == [0, 0, 41210]
        desk.wait(86_400 * 31)
        vendor._token = None
        assert vendor.post(ADD, text=TEXT)["errcode"] == 0

    def test_wrong_wishes_use_nothing_up(self, control, vendor):
        control.switch(moments_per_month=1)
        assert vendor.post(ADD)["errcode"] == 41089
        assert vendor.post(ADD, text=TEXT)["errcode"] == 0

    def test_so_many_jobs_at_a_time(self, desk, control):
        control.switch(moment_jobs_running=2, moment_seconds=30)
        assert [desk.vendor.post(ADD, text=TEXT)["errcode"] for _ in range(3)] == [0, 0, 41078]
        desk.wait(30)
        assert desk.vendor.post(ADD, text=TEXT)["errcode"] == 0

    def test_a_company_without_moments(self, control, vendor):
        control.switch(customer_moments="disabled")
        assert vendor.post(ADD, text=TEXT)["errcode"] == 41211

    @pytest.mark.parametrize("path", [ADD, RESULT, CANCEL, LIST, TASK, CHOSEN, SEEN, COMMENTS])
    def test_an_app_without_customer_contact(self, sandbox, vendor_as, path):
        plain = vendor_as(next(app.secret for app in sandbox.company.apps if not app.roles))
        call = plain.get if path == RESULT else plain.post
        assert call(path)["errcode"] == 48002


class TestPublishing:
    def test_a_confirmed_moment_is_on_the_timelines(self, desk, control, staff):
        moment_id = desk.make()
        customers = desk.customers(staff[0])
        assert desk.timeline(customers[0]) == []
        assert control.act("staff_confirms_moment", moment_id=moment_id, userid=staff[0]) == {"userid": [staff[0]]}
        tasks = desk.tasks(moment_id)
        assert {userid for userid, status in tasks.items() if status} == {staff[0]}
        assert sorted(desk.audience(CHOSEN, moment_id, staff[0])) == sorted(customers)
        assert sorted(desk.audience(SEEN, moment_id, staff[0], limit=7)) == sorted(customers)
        assert desk.timeline(customers[0]) == [moment_id]

    def test_all_confirm_and_nobody_twice(self, desk, control):
        moment_id = desk.make()
        first = control.act("staff_confirms_moment", moment_id=moment_id, all=True)["userid"]
        assert set(desk.tasks(moment_id).values()) == {1}
        assert set(first) == set(desk.tasks(moment_id))
        assert control.act("staff_confirms_moment", moment_id=moment_id, all=True)["userid"] == []

    def test_only_tagged_customers_see_a_moment_for_them(self, desk, control, vendor, staff, relations):
        tagged = [r for r in relations if r.userid == staff[0]][:3]
        fresh = vendor.post("externalcontact/add_corp_tag", group_name="试点", tag=[{"name": "甲"}])
        fresh_tag = fresh["tag_group"]["tag"][0]["id"]
        for relation in tagged:
            vendor.mark(relation, add=[fresh_tag])
        viewers = {"external_contact_list": {"tag_list": [fresh_tag, "etnothing"]}}
        moment_id = desk.make(visible_range=viewers)
        assert desk.tasks(moment_id) == {staff[0]: 0}
        (row,) = desk.listed()["moment_list"]
        assert row["visible_type"] == 0
        control.act("staff_confirms_moment", moment_id=moment_id, all=True)
        wanted = {r.external_userid for r in tagged}
        assert set(desk.audience(SEEN, moment_id, staff[0])) == wanted
        both = desk.make(visible_range={**viewers, "sender_list": {"user_list": staff}})
        assert set(desk.tasks(both)) == {staff[0]}

    def test_customers_chosen_by_hand(self, desk, control, staff):
        moment_id, chosen = desk.make(), desk.customers(staff[0])[:2]
        control.act("staff_confirms_moment", moment_id=moment_id, userid=[staff[0]], external_userids=chosen)
        assert sorted(desk.audience(CHOSEN, moment_id, staff[0])) == sorted(chosen)

    def test_members_who_deleted_the_employee_do_not_see_it(self, desk, control, staff):
        moment_id = desk.make()
        gone, stays = desk.customers(staff[0])[:2]
        control.act("member_deletes_staff", userid=staff[0], external_userid=gone)
        control.act("staff_confirms_moment", moment_id=moment_id, userid=staff[0])
        assert gone in desk.audience(CHOSEN, moment_id, staff[0])
        seen = desk.audience(SEEN, moment_id, staff[0])
        assert gone not in seen
        assert stays in seen

    def test_customers_won_later_were_not_chosen(self, desk, control, staff):
        moment_id = desk.make()
        control.act("staff_confirms_moment", moment_id=moment_id, userid=staff[0])
        desk.wait(10)
        new = control.act("member_adds_staff", userid=staff[0])["external_userid"]
        assert new not in desk.audience(CHOSEN, moment_id, staff[0])

    def test_who_has_seen_enough_this_month(self, desk, control, staff):
        control.switch(moments_seen_per_month=2)
        moments = [desk.make() for _ in range(3)]
        for moment_id in moments:
            control.act("staff_confirms_moment", moment_id=moment_id, userid=staff[0])
        customers = desk.customers(staff[0])
        counts = [len(desk.audience(SEEN, moment_id, staff[0])) for moment_id in moments]
        assert counts == [len(customers), len(customers), 0]
        assert len(desk.audience(CHOSEN, moments[2], staff[0])) == len(customers)

    def test_who_has_nothing_to_tell(self, desk, vendor, sandbox, staff):
        moment_id = desk.make(visible_range={"sender_list": {"user_list": [staff[0]]}})
        for path in (CHOSEN, SEEN, COMMENTS):
            for userid, code in [(staff[0], 41062), (staff[1], 41061), ("nobody", 40003), ("", 41009)]:
                assert vendor.post(path, moment_id=moment_id, userid=userid)["errcode"] == code
            assert vendor.post(path, moment_id="momnothing", userid=staff[0])["errcode"] == 41060
            assert vendor.post(path, userid=staff[0])["errcode"] == 41059

    def test_what_cannot_be_confirmed(self, desk, control, staff):
        moment_id = desk.make(visible_range={"sender_list": {"user_list": [staff[0]]}})
        own = control.act("staff_publishes_moment", userid=staff[0], text="早")["moment_id"]
        for params in (
            {"moment_id": "momnothing", "all": True},
            {"moment_id": moment_id, "userid": staff[1]},
            {"moment_id": moment_id, "userid": []},
            {"moment_id": own, "all": True},
        ):
            assert control("POST", "actions/staff_confirms_moment", params).status_code == 400

    def test_cancelling_stops_those_who_have_not_published(self, desk, control, vendor, staff):
        moment_id = desk.make()
        control.act("staff_confirms_moment", moment_id=moment_id, userid=staff[0])
        assert vendor.post(CANCEL, moment_id=moment_id)["errcode"] == 0
        assert (
            control("POST", "actions/staff_confirms_moment", {"moment_id": moment_id, "all": True}).status_code == 400
        )
        assert desk.timeline(desk.customers(staff[0])[0]) == [moment_id]
        assert vendor.post(CANCEL, moment_id=moment_id)["errcode"] == 0
        assert [vendor.post(CANCEL, moment_id=text)["errcode"] for text in ("", "momnothing")] == [41059, 41060]

    def test_a_new_moment_may_still_be_under_way(self, desk, control, vendor):
        control.switch(moment_dispatch_seconds=20)
        moment_id = desk.make()
        assert [vendor.post(path, moment_id=moment_id)["errcode"] for path in (TASK, CANCEL)] == [41079, 41079]
        desk.wait(20)
        assert [vendor.post(path, moment_id=moment_id)["errcode"] for path in (TASK, CANCEL)] == [0, 0]

    def test_tasks_come_in_pages(self, desk):
        moment_id = desk.make()
        rows = desk.all(TASK, "task_list", moment_id=moment_id, limit=3)
        assert len({row["userid"] for row in rows}) == len(rows) == len(desk.tasks(moment_id))
        first = desk.vendor.post(TASK, moment_id=moment_id, limit=3)
        assert len(first["task_list"]) == 3
        assert len(desk.vendor.post(TASK, moment_id=moment_id, limit=1001)["task_list"]) == len(rows)
        other = desk.make()
        assert desk.vendor.post(TASK, moment_id=other, cursor=first["next_cursor"])["errcode"] == 50100


class TestOwnMoments:
    def test_an_employee_publishes_on_his_own(self, desk, control, vendor, staff):
        chosen = desk.customers(staff[0])[:2]
        place = {"latitude": "23.1", "longitude": "113.3", "name": "店"}
        act = {"userid": staff[0], "text": "早", "pictures": 2, "location": place, "external_userids": chosen}
        moment_id = control.act("staff_publishes_moment", **act)["moment_id"]
        (row,) = desk.listed()["moment_list"]
        assert (row["moment_id"], row["creator"], row["create_type"], row["visible_type"]) == (
            moment_id,
            staff[0],
            1,
            0,
        )
        assert (row["location"], len(row["image"])) == (place, 2)
        assert sorted(desk.audience(SEEN, moment_id, staff[0])) == sorted(chosen)
        assert [vendor.post(path, moment_id=moment_id)["errcode"] for path in (TASK, CANCEL)] == [41067, 41067]
        assert vendor.post(SEEN, moment_id=moment_id, userid=staff[1])["errcode"] == 41061

    def test_likes_and_comments(self, desk, control, staff):
        seen_by, not_seen_by = desk.customers(staff[0])[:2]
        moment_id = control.act(
            "staff_publishes_moment", userid=staff[0], link={"title": "店", "url": "u"}, external_userids=[seen_by]
        )["moment_id"]
        react = {"moment_id": moment_id, "userid": staff[0]}
        control.act("member_reacts_to_moment", **react, external_userid=seen_by)
        control.act("member_reacts_to_moment", **react, by=staff[1], do="comment")
        reply = desk.vendor.post(COMMENTS, **react)
        assert [row["external_userid"] for row in reply["like_list"]] == [seen_by]
        (comment,) = reply["comment_list"]
        assert comment.keys() == {"userid", "create_time"}
        for params in ({"external_userid": not_seen_by}, {"external_userid": seen_by, "do": "share"}):
            assert control("POST", "actions/member_reacts_to_moment", {**react, **params}).status_code == 400
        wrong = {**react, "userid": staff[1], "external_userid": seen_by}
        assert control("POST", "actions/member_reacts_to_moment", wrong).status_code == 400

    def test_deleted_moments_are_not_listed(self, desk, control, vendor, staff):
        moment_id = control.act("staff_publishes_moment", userid=staff[0], text="错")["moment_id"]
        control.act("staff_deletes_moment", moment_id=moment_id)
        assert desk.listed()["moment_list"] == []
        assert vendor.post(SEEN, moment_id=moment_id, userid=staff[0])["errcode"] == 41060
        assert desk.timeline(desk.customers(staff[0])[0]) == []
        assert control.ok("GET", "state/moments")["items"][0]["deleted_at"]

    @pytest.mark.parametrize("params", [{"link": {"title": "x"}}, {"location": "here"}, {"external_userids": ["wmx"]}])
    def test_what_cannot_be_published(self, control, staff, params):
        reply = control("POST", "actions/staff_publishes_moment", {"userid": staff[0], **params})
        assert reply.status_code == 400


class TestList:
    def test_it_comes_in_pages_of_a_window(self, desk, control, staff):
        control.switch(moments_per_minute=100)
        made = []
        for _ in range(25):
            made.append(control.act("staff_publishes_moment", userid=staff[0], text="早")["moment_id"])
            desk.wait(1)
        rows = desk.all(LIST, "moment_list", start_time=desk.now - 1000, end_time=desk.now + 100)
        assert [row["moment_id"] for row in rows] == made
        assert all(a["create_time"] <= b["create_time"] for a, b in pairwise(rows))
        assert len(desk.listed(limit=100)["moment_list"]) == 20
        first = desk.listed(limit=3)
        assert len(first["moment_list"]) == 3
        assert desk.listed(limit=3, filter_type=1, cursor=first["next_cursor"])["errcode"] == 50100

    def test_only_what_lies_strictly_inside(self, desk, control, staff):
        control.act("staff_publishes_moment", userid=staff[0], text="早")
        at = desk.listed()["moment_list"][0]["create_time"]
        desk.wait(10)
        windows = [((at, at + 1), 0), ((at - 1, at), 0), ((at - 1, at + 1), 1)]
        for (start, end), count in windows:
            assert len(desk.listed(start_time=start, end_time=end)["moment_list"]) == count

    def test_filters(self, desk, control, vendor, staff):
        ours = desk.make()
        theirs = control.act("other_system", do="moment", text="别家")["moment_id"]
        console = control.act("admin_asks_for_moment", userid=staff[1], text="总部", pictures=1)["moment_id"]
        own = control.act("staff_publishes_moment", userid=staff[0], text="早")["moment_id"]

        def ids(**body):
            return {row["moment_id"] for row in desk.listed(**body)["moment_list"]}

        assert ids() == ids(filter_type=2) == {ours, theirs, console, own}
        assert ids(filter_type=0) == {ours, theirs, console}
        assert ids(filter_type=1) == ids(creator=staff[0]) == {own}
        assert ids(creator=staff[1]) == {console}
        assert desk.listed(creator="nobody")["errcode"] == 40003
        assert desk.listed(filter_type=3)["errcode"] == 40058
        made_by = {row["moment_id"]: row["made_by"] for row in control.ok("GET", "state/moments")["items"]}
        assert made_by == {ours: "our program", theirs: "other program", console: "console", own: ""}

    def test_windows(self, desk):
        now = desk.now
        assert desk.listed(start_time=now - 30 * 86_400, end_time=now)["errcode"] == 0
        assert desk.listed(start_time=now - 30 * 86_400 - 1, end_time=now)["errcode"] == 40058
        assert desk.listed(start_time=now, end_time=now - 1)["errcode"] == 40058
        reply = desk.vendor.post(LIST, end_time=now)
        assert (reply["errcode"], reply["moment_list"]) == (40058, [])

    def test_the_list_may_lag(self, desk, control):
        control.switch(moment_list_lag=60)
        desk.make()
        assert desk.listed()["moment_list"] == []
        desk.wait(60)
        assert len(desk.listed()["moment_list"]) == 1

    def test_the_state_has_the_tasks(self, desk, control, staff):
        moment_id = desk.make(visible_range={"sender_list": {"user_list": staff}})
        control.act("staff_confirms_moment", moment_id=moment_id, userid=staff[0])
        (row,) = control.ok("GET", "state/moments")["items"]
        assert row["text"] == TEXT["content"]
        assert {task["userid"]: task["publish_status"] for task in row["tasks"]} == {staff[0]: 1, staff[1]: 0}


class TestBook:
    def moment(self, book, at):
        return book.add(Moment(len(book), "", 1, by_company=False, content={}, made_at=at))

    def test_between_is_open_at_both_ends_and_in_order_of_time(self):
        book = MomentBook()
        for at in (30, 10, 20, 20):
            self.moment(book, at)
        assert [m.number for m in book.between(10, 30)] == [2, 3]
        assert [m.number for m in book.between(0, 31)] == [1, 2, 3, 0]
        assert [m.number for m in book.between(0, 31, (20, 2))] == [3, 0]

    def test_what_is_kept(self):
        book = MomentBook()
        number = self.moment(book, 1).number
        post = Post(number, 7, 5, None)
        book.publish(post)
        book.react(post, Reaction(3, is_staff=False, is_like=True, at=6))
        assert book.posts(number) == {7: post}
        assert [r.person for r in book.reactions(post)] == [3]
        assert book.order(MomentOrder(0, 1, None)).number == 0
        assert (book.find(0) is not None, book.find(1), book.find(-1)) == (True, None, None)


def test_relations_given_a_tag_are_found_without_looking_at_all(sandbox, relation):
    world, tag = sandbox.world, 10**6
    staff, member = (
        world.staff.find(relation.userid).number,
        sandbox.company.ids.member_number(relation.external_userid),
    )
    assert list(world.follows.given(frozenset({tag}))) == []
    world.follows.set_tags(staff, member, {tag, 1})
    assert list(world.follows.given(frozenset({tag}))) == [(staff, member)]
    world.deletes(member, staff, EndedBy.STAFF, at=1)
    assert list(world.follows.given(frozenset({tag}))) == []


def test_tags_of_the_seed_choose_executors_too(desk, vendor, sandbox):
    name = vendor.tags()["门店标记/重点跟进"]
    tag, world = sandbox.company.ids.tag.decode(name), sandbox.world
    carriers = {
        known.staff.staff_id
        for known in world.relations()
        if tag in world.live_tags(known.staff.number, known.member.number)
    }
    viewers = {"external_contact_list": {"tag_list": [name]}}
    assert set(desk.tasks(desk.make(visible_range=viewers))) == carriers
