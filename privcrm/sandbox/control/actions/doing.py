"""One action under way, and where actions register."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import attrs

from privcrm.sandbox.control.paging import BadRequest
from privcrm.sandbox.jsonio import is_list
from privcrm.sandbox.simulation import Simulation
from privcrm.sandbox.wecom.company import Company
from privcrm.sandbox.wecom.ids import IdCodec
from privcrm.sandbox.world import Group, Staff, StaffState
from privcrm.sandbox.world.happenings import GroupChanged, Happening

Params = Mapping[str, Any]
Handler = Callable[["Doing"], dict[str, Any]]
H = TypeVar("H", bound=Handler)


@attrs.frozen
class Doing:
    """One action under way: the company, the parameters and the virtual time."""

    simulation: Simulation
    params: Params

    @property
    def company(self) -> Company:
        """The company it happens in."""
        return self.simulation.company

    @property
    def at(self) -> int:
        """Virtual unix seconds."""
        return int(self.simulation.clock.time())

    def text(self, name: str, default: str | None = None) -> str:
        """Return a text parameter. Raises BadRequest if it is missing."""
        value = self.params.get(name, default)
        if not isinstance(value, str):
            raise BadRequest(f"{name} is needed and is a text")
        return value

    def texts(self, name: str) -> list[str]:
        """Return a list of texts, empty if it is missing."""
        value: Any = self.params.get(name, [])
        if not is_list(value):
            raise BadRequest(f"{name} is a list")
        return [str(item) for item in value]

    def staff(self, name: str = "userid") -> Staff:
        """Return the employee who still works here. Raises BadRequest."""
        staff = self.company.world.staff.find(self.text(name))
        if staff is None or staff.state is StaffState.LEFT:
            raise BadRequest(f"{name} names nobody who works here")
        return staff

    def member(self, name: str = "external_userid") -> int:
        """Return the number of the member that a parameter names. Raises BadRequest."""
        return self.member_called(self.text(name))

    def member_called(self, external_userid: str) -> int:
        """Return the number of a member. Raises BadRequest."""
        number = self.company.ids.member_number(external_userid)
        if number is None:
            raise BadRequest(f"{external_userid} is nobody this company knows")
        return number

    def member_or_newcomer(self) -> int:
        """Return the member named, or somebody never seen before if none is."""
        return self.member() if "external_userid" in self.params else self.company.world.newcomer()

    def group(self) -> Group:
        """Return a group that was not dismissed. Raises BadRequest."""
        number = self.company.ids.group.decode(self.text("chat_id"))
        group = None if number is None else self.company.world.groups.find(number)
        if group is None or group.dismissed_at is not None:
            raise BadRequest("chat_id names no living group")
        return group

    def flag(self, name: str) -> bool:
        """Return whether a parameter is there and true."""
        return bool(self.params.get(name))

    def count(self, name: str, default: int, most: int) -> int:
        """Return a number from 1 to *most*. Raises BadRequest."""
        value = self.params.get(name, default)
        if not isinstance(value, int) or not 1 <= value <= most:
            raise BadRequest(f"{name} is a number from 1 to {most}")
        return value

    def marks(self, staff: int, member: int) -> None:
        """Put the tags in add_tag on a relation and take those in remove_tag off."""
        follows, codec = self.company.world.follows, self.company.ids.tag
        add, remove = ({self.number(codec, text) for text in self.texts(name)} for name in ("add_tag", "remove_tag"))
        follows.set_tags(staff, member, (set(follows.tags(staff, member)) - remove) | add)

    def tell(self, happening: Happening) -> None:
        """Tell whoever listens what has just happened."""
        self.company.world.happenings.tell(happening)

    def tell_group(self, before: Group | None, number: int, *, removed: bool = False) -> None:
        """Tell that a group is no longer what it was."""
        after = self.company.world.groups[number]
        self.tell(GroupChanged(at=self.at, before=before, after=after, removed=removed))

    def number(self, codec: IdCodec, text: str) -> int:
        """Return the number behind an id. Raises BadRequest."""
        number = codec.decode(text)
        if number is None:
            raise BadRequest(f"{text} is no id of this company")
        return number


ACTIONS: dict[str, Handler] = {}
DEEDS: dict[str, Handler] = {}
"""What a second system of the same company may do, by the value of *do* in the action other_system."""


def action(handler: H) -> H:
    """Register a function under its name."""
    ACTIONS[handler.__name__] = handler
    return handler


def deed(name: str) -> Callable[[H], H]:
    """Register a function as something that a second system does; its docstring names the further parameters."""

    def register(handler: H) -> H:
        DEEDS[name] = handler
        return handler

    return register


@action
def other_system(doing: Doing) -> dict[str, Any]:
    """A second system of the same company writes, without callbacks: do, and what that deed takes."""
    name = doing.text("do")
    if name not in DEEDS:
        raise BadRequest(f"do is one of {', '.join(DEEDS)}")
    return DEEDS[name](doing)


def _told(handler: Handler) -> str:
    return inspect.cleandoc(handler.__doc__ or "")


def catalogue() -> list[dict[str, Any]]:
    """Return every action with what it does and takes; other_system with its deeds."""
    rows: list[dict[str, Any]] = [{"name": name, "does": _told(handler)} for name, handler in ACTIONS.items()]
    deeds = {name: _told(handler) for name, handler in DEEDS.items()}
    return [{**row, "do": deeds} if row["name"] == other_system.__name__ else row for row in rows]


def act(simulation: Simulation, name: str, params: Params) -> dict[str, Any]:
    """Let something happen. Raises BadRequest for an unknown action or wrong parameters."""
    handler = ACTIONS.get(name)
    if handler is None:
        raise BadRequest(f"there is no action {name!r}; there are {', '.join(ACTIONS)}")
    with simulation.company.world.lock:
        simulation.callbacks.catch_up()
        try:
            return handler(Doing(simulation, params))
        except LookupError as error:
            raise BadRequest(str(error)) from None
        finally:
            simulation.callbacks.catch_up()
