"""Members who use WeCom themselves (ids ``wo…``): read one by one, their company tags come without ids."""

import pytest

from privcrm.jobs import JobState, OutcomeState
from privcrm.services.tagging import ReadBy, TagOptions
from privcrm.services.tagging.presence import Presence

from .conftest import Shop, members_of_active_staff

HAD, NEW = "客户等级/普通", "客户等级/VIP"


@pytest.fixture(params=list(ReadBy))
def shop(open_shop, monkeypatch, request) -> Shop:
    """The company, with members read in one of the two ways."""
    monkeypatch.setattr(Presence, "choose", lambda *_: request.param)
    return open_shop()


def test_tags_without_ids_are_known_by_their_names(shop: Shop):
    (member_id,) = [member_id for member_id in members_of_active_staff(shop) if member_id.startswith("wo")]
    tagging = shop.crm.tagging
    assert tagging.apply([{"member_id": member_id, "add": HAD}]).state is JobState.DONE
    before = shop.relations()

    row = [{"member_id": member_id, "add": f"{HAD};{NEW}"}]
    job = tagging.apply(row, TagOptions(canary=1))
    assert job.counts.keys() == {OutcomeState.DONE}
    assert job.note.endswith("read back as planned")
    assert tagging.verify(job.id).differing == 0
    assert tagging.preview(row).changes == 0
    assert [each.reason for each in tagging.outcomes(tagging.apply(row).id)] == ["no_change"] * job.items

    assert shop.crm.jobs.run(shop.crm.jobs.undo(job.id, "ops").id).state is JobState.DONE
    assert shop.relations() == before
