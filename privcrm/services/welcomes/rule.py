"""Who is greeted, and with what."""

from collections.abc import Callable
from typing import TypeGuard

from attrs import field, frozen

from privcrm.errors import InputError
from privcrm.models import Content, StaffId, staff_key
from privcrm.models.events import Greetable, MemberAdded, MemberAddedUnconfirmed
from privcrm.models.fields import EVERYBODY, checked, instance_of, several
from privcrm.services.welcomes.shops import Shops

MakeWelcome = Callable[[Greetable], Content | None]
"""Takes the event and returns what to say, or None to leave it to the next rule. It must be quick."""


@frozen(slots=False, field_transformer=checked)
class OnlyFor:
    """Whom a rule is for; what is left out is no condition, and all that are given must hold.

    ``states`` are those of codes and links, exact or with a ``*`` at the end. ``shops`` are names of
    ``Welcomes.set_shops``.
    """

    states: tuple[str, ...] = EVERYBODY
    staff: tuple[StaffId, ...] = EVERYBODY
    shops: tuple[str, ...] = EVERYBODY

    def covers(self, event: Greetable, shops: Shops) -> bool:
        """Tell whether an add is meant; raises what looking into a shop raises."""
        return (
            (not self.states or any(_fits(state_of(event), state) for state in self.states))
            and (not self.staff or staff_key(event.staff_id) in map(staff_key, self.staff))
            and (not self.shops or any(shops.employs(shop, event.staff_id) for shop in self.shops))
        )


def _contents(value: object) -> tuple[Content, ...]:
    return tuple(instance_of(Content, "WelcomeRule.prepare", each) for each in several("WelcomeRule.prepare", value))


@frozen(slots=False)
class WelcomeRule:
    """What is said to whom.

    ``content`` is said as it stands, or is a function that makes it of the event and may return None. Texts may hold
    ``{member_name}`` and ``{staff_name}``, see ``privcrm.services.welcomes.words``; attachments may name files of ours,
    see ``MediaFile``. ``prepare`` are contents that the function may return: checked when the rule is added, their
    files uploaded ahead.
    """

    name: str
    content: Content | MakeWelcome = field(repr=False)
    only_for: OnlyFor = field(factory=OnlyFor)
    prepare: tuple[Content, ...] = field(default=(), converter=_contents, repr=False)

    def __attrs_post_init__(self) -> None:
        if not self.name:
            raise InputError("a rule needs a name, by which its welcomes are counted")
        instance_of(OnlyFor, "WelcomeRule.only_for", self.only_for)
        if not _is_content(self.content) and not callable(self.content):
            raise InputError("WelcomeRule.content takes a Content, or a function that makes one of the event")

    @property
    def contents(self) -> tuple[Content, ...]:
        """All that is known beforehand of what may be said."""
        return (self.content, *self.prepare) if _is_content(self.content) else self.prepare

    def content_for(self, event: Greetable) -> Content | None:
        """Return what to say; raises what the function raises, and ``InputError`` if it returned something else."""
        if not callable(self.content):
            return self.content
        made = self.content(event)
        return None if made is None else instance_of(Content, f"the content of rule {self.name}", made)


def state_of(event: Greetable) -> str:
    """Return what the code or link says by which the two met."""
    return event.state if isinstance(event, MemberAdded | MemberAddedUnconfirmed) else ""


def _fits(state: str, wanted: str) -> bool:
    return state.startswith(wanted[:-1]) if wanted.endswith("*") else state == wanted


def _is_content(value: object) -> TypeGuard[Content]:
    return isinstance(value, Content)
