"""A process that makes codes and kills itself at a step: after the named thing was done, before what follows it."""

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from privcrm import CRM
from privcrm.jobs import Jobs
from privcrm.models.codes import GroupLiveCode, Seat, StaffLiveCode
from privcrm.services.live_codes.making.finishing import Finishing
from privcrm.services.live_codes.making.orders import Orders
from privcrm.services.live_codes.pictures.archive import PictureArchive
from privcrm.store.live_codes.makings import Makings
from privcrm.store.live_codes.pictures import CodePictures
from privcrm_wecom.api.live_codes import WeComLiveCodes
from tests.integration.hasty import HastyClock


def die(*_: Any, **__: Any) -> Any:
    """End as a power cut would."""
    os.kill(os.getpid(), signal.SIGKILL)


def then_die(method: Callable[..., Any]) -> Callable[..., Any]:
    """Let it happen, and nothing after it."""

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        method(*args, **kwargs)
        die()

    return wrapped


def set_up(step: str) -> None:
    """Arrange the end; ``none`` lives."""
    match step:
        case "kept":
            Orders.carry_out = die
        case "planned":
            Jobs.run = die
        case "sent":
            WeComLiveCodes.create_contact_code = die
        case "made":
            WeComLiveCodes.create_contact_code = then_die(WeComLiveCodes.create_contact_code)
        case "made a group's":
            WeComLiveCodes.create_group_code = then_die(WeComLiveCodes.create_group_code)
        case "done":
            Finishing.finish = die
        case "written":
            PictureArchive.fetch = die
        case "fetched":
            CodePictures.put = die
        case "pictured":
            Makings.end = die


def codes(crm: CRM) -> list[StaffLiveCode | GroupLiveCode]:
    """Return three codes of each kind."""
    able = sorted(crm.provider.staff.serving())
    groups = [group.group_id for group in crm.provider.groups.list()]
    staff = [StaffLiveCode(f"S{number}", (Seat(able[number]), Seat(able[number + 1]))) for number in range(3)]
    return [*staff, *(GroupLiveCode(f"G{number}", (groups[number],), name="群") for number in range(3))]


def main(store: str, step: str) -> None:
    clock = HastyClock(os.environ["PRIVCRM_WECOM_BASE_URL"])
    with CRM.from_env(os.environ, store=store, clock=clock) as crm:
        wanted = codes(crm)
        set_up(step)
        outcomes = list(crm.live_codes.create_all(wanted))
        for each in outcomes:
            print(each.key, each.state.value, each.message)  # noqa: T201 - read by the test when it fails


if __name__ == "__main__":
    main(*sys.argv[1:])
