"""``privcrm task``: what only employees can do."""

from typing import TYPE_CHECKING, Any, Final

import click

from privcrm.cli.frame import Group, examples, pass_session
from privcrm.cli.session import Session
from privcrm.cli.times import beijing, iso

if TYPE_CHECKING:
    from privcrm.models.staff_task import StaffTask

STATES: Final = {"open": "to be done", "done": "done"}


@click.group(
    cls=Group,
    epilog=examples("privcrm task list", "privcrm task tick ID notice", "privcrm task done ID --evidence request-17"),
)
def task() -> None:
    """What only employees can do: list, tick points, note as done."""


@task.command(
    "list", epilog=examples("privcrm task list", "privcrm task list --late", "privcrm task list --staff zhangsan --all")
)
@click.option("--staff", default="", metavar="ID", help="Only those of this employee.")
@click.option("--late", is_flag=True, help="Only those that should be done by now.")
@click.option("--all", "everything", is_flag=True, help="Also those that are done.")
@pass_session
def list_(session: Session, staff: str, *, late: bool, everything: bool) -> None:
    """List tasks that are open, with the day by which each is to be done (Beijing time).

    Whom a task is about is shown only where the store has keys (PRIVCRM_STORE_KEYS), and until it is done.
    """
    from privcrm.models.staff_task import TaskState

    with session.crm() as crm:
        now, state = crm.clock.time(), None if everything and not late else TaskState.OPEN
        found = [each for each in crm.members.tasks.list(state=state, staff_id=staff) if not late or each.is_late(now)]
    session.out.table(
        ["Task", "Employee", "Details", "About", "To tick", "Due", "State"],
        [
            [
                *(each.task_id, each.staff_id, each.title or each.kind, each.details, _what_to_tick(each)),
                *(beijing(each.due_at or None), session.translate(STATES[each.state.value])),
            ]
            for each in found
        ],
    )
    session.out.result({"tasks": [_told(each) for each in found]})


@task.command(epilog=examples("privcrm task tick ID notice", "privcrm task tick ID welcome --evidence seen"))
@click.argument("task_id", metavar="ID")
@click.argument("point", metavar="POINT")
@click.option("--evidence", default="", metavar="TEXT", help="How that is known; it must name nobody.")
@pass_session
def tick(session: Session, task_id: str, point: str, *, evidence: str) -> None:
    """Note that a point of a task is done; the last point ends the task. The first word counts."""
    with session.crm() as crm:
        ticked = crm.members.tasks.tick(task_id, point, evidence)
    left = _to_tick(ticked)
    if left:
        session.out.say("Task {task}: to be ticked still: {points}", task=ticked.task_id, points=left)
    else:
        session.out.say("Task {task} is done.", task=ticked.task_id)
    session.out.result(_told(ticked))


@task.command(epilog=examples("privcrm task done ID", "privcrm task done ID --evidence request-17"))
@click.argument("task_id", metavar="ID")
@click.option("--evidence", default="", metavar="TEXT", help="How that is known; it must name nobody.")
@pass_session
def done(session: Session, task_id: str, *, evidence: str) -> None:
    """Note that a task is done. The first word counts; whom it was about is forgotten."""
    with session.crm() as crm:
        closed = crm.members.tasks.done(task_id, evidence)
    session.out.say("Task {task} is done.", task=closed.task_id)
    session.out.result(_told(closed))


def _to_tick(each: "StaffTask") -> str:
    return ", ".join(point.name for point in each.points if not point.is_ticked)


def _what_to_tick(each: "StaffTask") -> str:
    """Return the points that are open: the name that tick takes, and what it stands for."""
    return "; ".join(f"{point.name}: {point.told}" for point in each.points if not point.is_ticked)


def _told(each: "StaffTask") -> dict[str, Any]:
    return {
        "id": each.task_id,
        "kind": each.kind,
        "staff_id": each.staff_id,
        "title": each.title,
        "state": each.state.value,
        "details": each.details,
        "evidence": each.evidence,
        "created_at": iso(each.created_at or None),
        "due_at": iso(each.due_at or None),
        "done_at": iso(each.done_at or None),
        "points": [
            {
                "name": point.name,
                "told": point.told,
                "evidence": point.evidence,
                "ticked_at": iso(point.ticked_at or None),
            }
            for point in each.points
        ],
    }
