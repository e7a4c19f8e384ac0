"""What people do in their clients and administrators in the console. Later work registers more."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import attrs

from privcrm.sandbox.control.paging import BadRequest
from privcrm.sandbox.jsonio import is_list
from privcrm.sandbox.simulation import Simulation
from privcrm.sandbox.wecom.company import Company
from privcrm.sandbox.wecom.ids import IdCodec
from privcrm.sandbox.world import (
    CONSOLE,
    OTHER_PROGRAM,
    EndedBy,
    Group,
    JoinedBy,
    Staff,
    StaffState,
    Tag,
    TagGroup,
    Way,
)

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

    def number(self, codec: IdCodec, text: str) -> int:
        """Return the number behind an id. Raises BadRequest."""
        number = codec.decode(text)
        if number is None:
            raise BadRequest(f"{text} is no id of this company")
        return number


ACTIONS: dict[str, Handler] = {}


def action(handler: H) -> H:
    """Register a function under its name."""
    ACTIONS[handler.__name__] = handler
    return handler


def catalogue() -> list[dict[str, str]]:
    """Return every action with what it does and takes."""
    return [{"name": name, "does": inspect.cleandoc(handler.__doc__ or "")} for name, handler in ACTIONS.items()]


def act(simulation: Simulation, name: str, params: Params) -> dict[str, Any]:
    """Let something happen. Raises BadRequest for an unknown action or wrong parameters."""
    handler = ACTIONS.get(name)
    if handler is None:
        raise BadRequest(f"there is no action {name!r}; there are {', '.join(ACTIONS)}")
    with simulation.company.world.lock:
        try:
            return handler(Doing(simulation, params))
        except LookupError as error:
            raise BadRequest(str(error)) from None


@action
def member_adds_staff(doing: Doing) -> dict[str, Any]:
    """A member adds an employee: userid, external_userid (else a new person), way, state (the channel)."""
    member, staff = doing.member_or_newcomer(), doing.staff()
    try:
        way = Way(doing.text("way", "scan"))
    except ValueError as error:
        raise BadRequest(str(error)) from None
    channel = doing.text("state", "")
    doing.company.world.adds(member, staff.number, at=doing.at, way=way, channel=channel)
    return {"userid": staff.staff_id, "external_userid": doing.company.ids.member(member)}


@action
def member_deletes_staff(doing: Doing) -> dict[str, Any]:
    """A member deletes an employee; the company goes on seeing the relation: userid, external_userid."""
    doing.company.world.deletes(doing.member(), doing.staff().number, EndedBy.MEMBER, at=doing.at)
    return {}


@action
def staff_deletes_member(doing: Doing) -> dict[str, Any]:
    """An employee deletes a member: userid, external_userid."""
    doing.company.world.deletes(doing.member(), doing.staff().number, EndedBy.STAFF, at=doing.at)
    return {}


@action
def staff_creates_group(doing: Doing) -> dict[str, Any]:
    """An employee makes a customer group: userid, name, external_userids (who is invited)."""
    world = doing.company.world
    members = [doing.member_called(text) for text in doing.texts("external_userids")]
    group = world.groups.add(doing.text("name", ""), doing.staff().number, doing.at)
    for member in members:
        world.joins(group.number, member, at=doing.at, how=JoinedBy.INVITATION)
    return {"chat_id": doing.company.ids.group.encode(group.number)}


@action
def staff_dismisses_group(doing: Doing) -> dict[str, Any]:
    """The owner dismisses a group: chat_id."""
    doing.company.world.groups.change(attrs.evolve(doing.group(), dismissed_at=doing.at))
    return {}


@action
def group_changes(doing: Doing) -> dict[str, Any]:
    """A group changes: chat_id and any of name, notice, owner (userid), joins (external_userid or "new")."""
    world = doing.company.world
    changes: dict[str, Any] = {key: doing.text(key) for key in ("name", "notice") if key in doing.params}
    if "owner" in doing.params:
        changes["owner"] = doing.staff("owner").number
    group = attrs.evolve(doing.group(), **changes)
    world.groups.change(group)
    if "joins" not in doing.params:
        return {}
    member = world.newcomer() if doing.text("joins") == "new" else doing.member("joins")
    world.joins(group.number, member, at=doing.at)
    return {"external_userid": doing.company.ids.member(member)}


@action
def member_leaves_group(doing: Doing) -> dict[str, Any]:
    """A member leaves a group: chat_id, external_userid."""
    doing.company.world.leaves(doing.group().number, doing.member())
    return {}


@action
def staff_resigns(doing: Doing) -> dict[str, Any]:
    """An employee leaves the company; members and groups wait for an heir: userid."""
    doing.company.world.resigns(doing.staff().number, at=doing.at)
    return {}


def _library_change(doing: Doing, maker: str) -> dict[str, Any]:
    if "id" not in doing.params:
        return _new_tag(doing, maker)
    library, number = doing.company.world.tags, doing.number(doing.company.ids.tag, doing.text("id"))
    thing: Tag | TagGroup | None = library.tag(number) or library.group(number)
    if thing is None or thing.deleted:
        raise BadRequest("id names no living tag or group")
    if doing.params.get("delete"):
        (library.delete_tag if isinstance(thing, Tag) else library.delete_group)(number)
    else:
        library.rename(number, doing.text("name"), None)
    return {}


def _new_tag(doing: Doing, maker: str) -> dict[str, Any]:
    library, codec = doing.company.world.tags, doing.company.ids.tag
    group_name = doing.text("group_name")
    group = library.group_named(group_name) or library.add_group(group_name, order=0, at=doing.at, maker=maker)
    tag = library.add_tag(group.number, doing.text("name"), order=0, at=doing.at, maker=maker)
    return {"group_id": codec.encode(group.number), "tag_id": codec.encode(tag.number)}


@action
def admin_edits_tag(doing: Doing) -> dict[str, Any]:
    """An administrator edits tags: id with name (rename) or delete=true, or group_name and name (a new one)."""
    return _library_change(doing, CONSOLE)


@action
def other_system(doing: Doing) -> dict[str, Any]:
    """A second system writes: do=tag (as admin_edits_tag) or mark (userid, external_userid, add_tag, remove_tag)."""
    if doing.text("do") == "tag":
        return _library_change(doing, OTHER_PROGRAM)
    if doing.text("do") != "mark":
        raise BadRequest("do is tag or mark")
    staff, member, follows = doing.staff().number, doing.member(), doing.company.world.follows
    if not follows.holds(staff, member):
        raise BadRequest("there is no such relation")
    add, remove = ({doing.number(doing.company.ids.tag, t) for t in doing.texts(k)} for k in ("add_tag", "remove_tag"))
    follows.set_tags(staff, member, (set(follows.tags(staff, member)) - remove) | add)
    return {}
