"""``privcrm demo``: the whole story on an embedded simulated company, over real HTTP."""

import tempfile
import time
from pathlib import Path

import click

from privcrm.cli.demo.codes import fill_groups
from privcrm.cli.demo.events import receive
from privcrm.cli.demo.mirror import look_again, mirror
from privcrm.cli.demo.story import Story
from privcrm.cli.demo.tagging import prove, show_list, tag_members
from privcrm.cli.failures import DONE, SOME_FAILED
from privcrm.cli.frame import Command, examples, pass_session
from privcrm.cli.session import Session

STEPS = (show_list, tag_members, prove, mirror, receive, look_again, fill_groups)
"""The chapters in order; each tells what it does and leaves its figures in ``story.told``."""


@click.command(cls=Command, epilog=examples("privcrm demo", "privcrm demo --members 500", "privcrm demo --json"))
@click.option("--members", type=click.IntRange(min=1), default=2000, show_default=True, help="How many to tag.")
@click.option("--seed", default=1, show_default=True, help="The same seed makes the same company.")
@pass_session
def demo(session: Session, members: int, seed: int) -> int:
    """Tag 2,000 members of a simulated company, and prove it.

    Starts the sandbox on a free port of this machine, writes a list, shows what it would do, tags over real HTTP, and
    reads the result back twice: through the library, and past it through the sandbox's own books. Then it reads the
    company into the local mirror and counts a segment; people act, and what they do arrives as events and in the
    mirror. At last they scan a live code until its group is full and the next one opens. Needs no account and leaves
    nothing behind.
    """
    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="privcrm-demo-") as folder,
        Story(session, Path(folder), members=members, seed=seed) as story,
    ):
        for step in STEPS:
            step(story)
    seconds = round(time.monotonic() - began, 1)
    session.out.say("")
    session.out.say("Done in {seconds} s." if story.proven else "The proof failed.", seconds=seconds)
    session.out.result({"ok": story.proven, "seed": seed, **story.told, "seconds": seconds})
    return DONE if story.proven else SOME_FAILED
