"""What the chapters of the demo share: the company, the CRM, a folder, and what was told so far."""

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from privcrm.crm import CRM

if TYPE_CHECKING:
    from privcrm.cli.session import Session


class Story:
    """The stage of the demo, as a context manager.

    The company lives on virtual time: waiting for the vendor's frequency limits happens, and takes no real time.
    """

    def __init__(self, session: "Session", folder: Path, *, members: int, seed: int) -> None:
        from privcrm.sandbox import Sandbox, VirtualClock

        self.session = session
        self.out = session.out
        self.folder = folder
        self.members = members
        self.clock = VirtualClock(auto_advance=True)
        # Some members have no living relation any more, as in every company; more are made than are tagged.
        population = members + members // 5 + 20
        self.company = Sandbox(seed=seed, members=population, clock=self.clock)
        self.told: dict[str, Any] = {}
        self.proven = False
        self._open = ExitStack()

    def __enter__(self) -> Self:
        self._open.enter_context(self.company)
        variables = self.company.env | {"PRIVCRM_STORE": f"sqlite:///{self.folder}/demo.db"}
        self.crm = self._open.enter_context(CRM.from_env(variables, clock=self.clock))
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def chapter(self, title: str, **values: Any) -> None:
        """Begin a chapter."""
        self.out.say("")
        self.out.say(title, **values)
