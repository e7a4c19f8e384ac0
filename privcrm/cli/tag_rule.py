"""``privcrm tag rule``: rules that tag by themselves."""

from getpass import getuser
from itertools import islice
from typing import TYPE_CHECKING, Any

import click

from privcrm.cli.failures import DONE
from privcrm.cli.frame import Group, examples, jsonl_option, pass_session
from privcrm.cli.jobs import as_json, exit_code, next_step
from privcrm.cli.reason_messages import reason_of
from privcrm.cli.session import Session
from privcrm.cli.tag_conditions import triggers
from privcrm.cli.times import beijing, iso

if TYPE_CHECKING:
    from privcrm.crm import CRM
    from privcrm.jobs.model import Job
    from privcrm.models.tag_rule import TagRule, Trigger
    from privcrm.services.tag_rules import RuleHit

SHOWN = 100
HIT_STATES = {
    "planned": "planned",
    "adding": "being put",
    "put": "put",
    "already": "there already",
    "failed": "failed",
    "skipped": "skipped",
    "cancelled": "cancelled",
    "taken_off": "taken off by somebody",
    "take_back": "to be taken back",
    "removing": "being taken back",
    "removed": "taken back",
    "kept": "kept for another rule",
}


@click.group(
    cls=Group,
    epilog=examples("privcrm tag rule add expo --channel expo-2026 --add 来源/展会", "privcrm tag rule list"),
)
def rule() -> None:
    """Rules that tag by themselves: add, list, show, run, remove, hits."""


@rule.command(
    epilog=examples(
        "privcrm tag rule add expo --state-contains expo --add 来源/展会",
        "privcrm tag rule add night --between 22:00-06:00 --weekdays sat,sun --add 时段/夜间",
        "privcrm tag rule add loyal --fact 'orders>=3' --add 客户等级/VIP",
        "privcrm tag rule add talker --happened 'MemberEdited>=3/30' --add 行为/活跃",
    )
)
@click.argument("name", metavar="NAME")
@click.option("--state-contains", multiple=True, metavar="TEXT", help="The channel state contains this text.")
@click.option("--channel", multiple=True, metavar="STATE", help="The channel state is exactly this.")
@click.option("--joined-group", multiple=True, metavar="ID", help="The member came into this group.")
@click.option("--joined-tagged", multiple=True, metavar="TAG", help="The member came into a group with this group tag.")
@click.option("--joined-named", multiple=True, metavar="TEXT", help="The member came into a group named like this.")
@click.option("--between", metavar="HH:MM-HH:MM", help="Added in these Beijing hours, across midnight if need be.")
@click.option("--weekdays", default="", metavar="DAYS", help="With --between: mon,tue,wed,thu,fri,sat,sun.")
@click.option("--fact", multiple=True, metavar="NAME>=VALUE", help="A fact compares so; asked for by tag rule run.")
@click.option("--happened", multiple=True, metavar="EVENT>=N/DAYS", help="It happened N times within so many days.")
@click.option(
    "--segment", multiple=True, metavar="EXPR", help="The member is in this segment; asked for by tag rule run."
)
@click.option(
    "--add", "tags", multiple=True, required=True, metavar="TAG", help="The tag to put; may be given several times."
)
@click.option("--create-tags", is_flag=True, help="Create tags named Group/Tag that do not exist yet.")
@pass_session
def add(session: Session, /, name: str, *, tags: tuple[str, ...], create_tags: bool, **conditions: Any) -> None:
    """Make a rule: where one of its conditions holds, the tags are put.

    From then on it hears of new members and of who joins groups. privcrm tag rule run looks at those who were there
    before, and at facts and segments. What the rule put is known as its own: removing the rule takes off that alone.
    """
    when = list(triggers(**conditions))
    if not when:
        raise click.UsageError("say when: one of --state-contains, --channel, --joined-group, --between, --fact, …")
    with session.crm() as crm:
        when = [_resolved(crm, trigger) for trigger in when]
        made = crm.tag_rules.add(name, when, tags, create_tags=create_tags, created_by=getuser())
        _show(session, made)
        session.out.result(_json(made))


@rule.command("list", epilog=examples("privcrm tag rule list", "privcrm tag rule list --removed"))
@click.option("--removed", is_flag=True, help="Also those that were removed.")
@pass_session
def list_(session: Session, *, removed: bool) -> None:
    """List the rules, the oldest first."""
    with session.crm() as crm:
        rules = crm.tag_rules.list(removed=removed)
    session.out.table(
        ("Name", "When", "Tags to put", "State", "Frozen"),
        (
            (each.name, " | ".join(_told(each)), "; ".join(tag.title for tag in each.add), each.state, each.frozen)
            for each in rules
        ),
    )
    if not rules:
        session.out.say("Nothing yet.")
    session.out.result({"rules": [_json(each) for each in rules]})


@rule.command(epilog=examples("privcrm tag rule show NAME"))
@click.argument("name", metavar="NAME")
@pass_session
def show(session: Session, name: str) -> None:
    """Show a rule, and how many of its hits stand how."""
    with session.crm() as crm:
        found, counts = crm.tag_rules.get(name), crm.tag_rules.report(name)
    _show(session, found)
    rows = [(session.translate(HIT_STATES[state.value]), count) for state, count in counts.items()]
    session.out.table(("Hits", "Count"), rows)
    session.out.result(_json(found) | {"hits": {state.value: count for state, count in counts.items()}})


@rule.command(epilog=examples("privcrm tag rule run NAME", "privcrm tag rule run"))
@click.argument("name", required=False, metavar="[NAME]")
@pass_session
def run(session: Session, name: str | None) -> int:
    """Look through the mirror for whom a rule means, and put its tags; without NAME put what events have hit."""
    with session.crm() as crm:
        if name is None:
            jobs = crm.tag_rules.apply_due()
            more: dict[str, Any] = {}
        else:
            ran = crm.tag_rules.run(name)
            jobs, more = ran.jobs, {"found": ran.found, "new": ran.new}
            session.out.say("{found} relations are meant, {new} hits are new.", found=ran.found, new=ran.new)
    return _ended(session, jobs, more)


@rule.command(epilog=examples("privcrm tag rule remove NAME", "privcrm tag rule remove NAME --leave-tags"))
@click.argument("name", metavar="NAME")
@click.option("--leave-tags", is_flag=True, help="Leave the tags where the rule put them.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@pass_session
def remove(session: Session, name: str, *, leave_tags: bool, yes: bool) -> int:
    """Remove a rule and take off what it put.

    Tags that were there before, that somebody put, or that another rule wants stay.
    """
    with session.crm() as crm:
        crm.tag_rules.get(name)
        place = {"company": crm.provider.company, "host": crm.provider.host}
        if not session.agreed("Remove tag rule {name} at {company} ({host})?", yes=yes, name=name, **place):
            return DONE
        jobs = crm.tag_rules.remove(name, take_back=not leave_tags, removed_by=getuser())
        state = crm.tag_rules.get(name).state
    code = _ended(session, jobs, {"removed": name, "state": state})
    if state != "removed":
        session.out.say(
            "Tag rule {name} is removed once its jobs have ended; then privcrm tag rule run takes off the rest.",
            name=name,
        )
    return code


@rule.command(epilog=examples("privcrm tag rule hits NAME", "privcrm tag rule hits NAME --jsonl hits.jsonl"))
@click.argument("name", metavar="NAME")
@jsonl_option("Every hit as a JSON line, without a limit.")
@pass_session
def hits(session: Session, name: str, jsonl: str | None) -> None:
    """List what a rule hit, and why."""
    with session.crm() as crm:
        found = crm.tag_rules.hits(name)
        if jsonl:
            session.out.lines(jsonl, map(_hit_json, found))
            return
        shown = list(islice(found, SHOWN))
        more = next(found, None) is not None
    session.out.table(
        ("Member", "Employee", "State", "When", "At", "Job"),
        (
            (
                each.member_id,
                each.staff_id,
                session.translate(HIT_STATES[each.state.value]),
                each.clause,
                beijing(each.at),
                each.job_id,
            )
            for each in shown
        ),
    )
    if not shown:
        session.out.say("Nothing yet.")
    if more:
        session.out.note("There are more: --jsonl lists them all.")
    session.out.result({"hits": [_hit_json(each) for each in shown], "more": more})


def _ended(session: Session, jobs: "tuple[Job, ...]", more: dict[str, Any]) -> int:
    for job in jobs:
        session.out.say("Job {id}: {state}", id=job.id, state=session.translate(job.state.value))
        for line in filter(None, (reason_of(session, job), next_step(session, job))):
            session.out.say("{line}", line=line)
    if not jobs:
        session.out.say("Nothing to put on or take off.")
    code = max((exit_code(job) for job in jobs), default=DONE)
    session.out.result({**more, "jobs": [as_json(job) for job in jobs], "exit_code": code})
    return code


def _resolved(crm: "CRM", trigger: "Trigger") -> "Trigger":
    """Return a trigger whose segment names tags by their ids, so that a rename follows."""
    from privcrm.models.tag_rule import Matches

    return Matches(crm.segments.resolve(trigger.condition)) if isinstance(trigger, Matches) else trigger


def _told(rule: "TagRule") -> list[str]:
    from privcrm.services.tag_rules.codec import told

    return [told(trigger) for trigger in rule.when]


def _show(session: Session, rule: "TagRule") -> None:
    session.out.facts(
        [
            ("Name", rule.name),
            ("When", " | ".join(_told(rule))),
            ("Tags to put", "; ".join(tag.title for tag in rule.add)),
            ("State", rule.state),
            ("Frozen", rule.frozen),
            ("Created", f"{beijing(rule.created_at)} {session.translate('Beijing time')}  {rule.created_by}"),
        ]
    )
    session.out.say("")


def _json(rule: "TagRule") -> dict[str, Any]:
    return {
        "rule_id": rule.id,
        "name": rule.name,
        "when": _told(rule),
        "add": [{"tag_id": tag.tag_id, "title": tag.title} for tag in rule.add],
        "state": rule.state,
        "frozen": rule.frozen or None,
        "created_at": iso(rule.created_at),
        "created_by": rule.created_by,
    }


def _hit_json(hit: "RuleHit") -> dict[str, Any]:
    return {
        "member_id": hit.member_id,
        "staff_id": hit.staff_id,
        "tag_id": hit.tag_id,
        "state": hit.state.value,
        "clause": hit.clause,
        "event": hit.event or None,
        "job_id": hit.job_id or None,
        "at": iso(hit.at),
        "removed_at": iso(hit.removed_at or None),
    }
