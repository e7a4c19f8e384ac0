"""What is wanted of one relation between staff and member, and the few bytes in which a job keeps it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Self

from attrs import evolve, field, frozen

from privcrm.models import Follow
from privcrm.services.tagging.names import TagRef


class TagTable:
    """The tags of one job under small numbers: a row in the store then costs bytes instead of ids and names."""

    def __init__(self, refs: Iterable[TagRef] = ()) -> None:
        self.refs: list[TagRef] = []
        """The tags; each stands at its number."""
        self._numbers: dict[TagRef, int] = {}
        self._of_ids: dict[str, int] = {}
        self._of_names: dict[tuple[str, str], int] = {}
        for ref in refs:
            self.number(ref)

    def number(self, ref: TagRef) -> int:
        """Return the number of a tag, a new one if it was not met before."""
        number = self._numbers.get(ref)
        if number is None:
            number = self._numbers[ref] = len(self.refs)
            self.refs.append(ref)
            self._of_names[ref.group, ref.name] = number
            if ref.tag_id:
                self._of_ids[ref.tag_id] = number
        return number

    def numbers_on(self, follow: Follow) -> tuple[int, ...]:
        """Return the numbers of this job's tags that hang on a relation, in order.

        Of members who use WeCom themselves the vendor tells company tags by name only when they are read one by one:
        developer.work.weixin.qq.com/document/path/92114.
        """
        named = ((tag.group_name, tag.name) for tag in follow.tags if tag.is_company_tag and not tag.tag_id)
        found = (*map(self._of_ids.get, follow.tag_ids), *map(self._of_names.get, named))
        return tuple(sorted({number for number in found if number is not None}))

    def with_ids(self, tag_ids: Iterable[str]) -> Self:
        """Return the table with the id of every tag, in order: those created meanwhile had none."""
        pairs = zip(self.refs, tag_ids, strict=True)
        return type(self)(evolve(ref, tag_id=tag_id) for ref, tag_id in pairs)

    def to_params(self) -> list[list[str]]:
        """Return the table as a job's parameters hold it."""
        return [[ref.tag_id, ref.name, ref.group] for ref in self.refs]

    @classmethod
    def of_params(cls, params: Mapping[str, Any]) -> Self:
        """Return the table of a job."""
        return cls(TagRef(*entry) for entry in params["tags"])


@frozen
class Wish:
    """What one row wants of a relation, in numbers of the job's table."""

    row: int
    staff_id: str | None = None
    add: tuple[int, ...] = ()
    remove: tuple[int, ...] = ()

    def to_list(self) -> list[Any]:
        """Return the wish as the store holds it."""
        return [self.row, self.staff_id, self.add, self.remove]

    @classmethod
    def of_list(cls, stored: Sequence[Any]) -> Self:
        """Return a wish read from the store."""
        row, staff_id, add, remove = stored
        return cls(row, staff_id, tuple(add), tuple(remove))


@frozen
class Relation:
    """The wishes of all rows for one (staff, member) relation, and which of their tags it had when it was read."""

    member_id: str
    staff_id: str
    wishes: tuple[Wish, ...] = field(default=())
    present: tuple[int, ...] = ()

    @property
    def add(self) -> tuple[int, ...]:
        """The tags to put on: wanted and not there."""
        return tuple(sorted({tag for wish in self.wishes for tag in wish.add} - set(self.present)))

    @property
    def remove(self) -> tuple[int, ...]:
        """The tags to take off: unwanted and there."""
        return tuple(sorted({tag for wish in self.wishes for tag in wish.remove} & set(self.present)))

    def is_fulfilled(self, present: Collection[int]) -> bool:
        """Return whether the wishes of all rows hold, if these tags are there."""
        wanted = {tag for wish in self.wishes for tag in wish.add}
        unwanted = {tag for wish in self.wishes for tag in wish.remove}
        return wanted.issubset(present) and unwanted.isdisjoint(present)

    def restored(self) -> Self:
        """Return the relation that takes back exactly what this one changed."""
        added, removed = set(self.add), set(self.remove)
        wishes = tuple(
            Wish(
                wish.row,
                wish.staff_id,
                tuple(tag for tag in wish.remove if tag in removed),
                tuple(tag for tag in wish.add if tag in added),
            )
            for wish in self.wishes
        )
        return type(self)(self.member_id, self.staff_id, wishes, self.add)

    def to_payload(self) -> dict[str, Any]:
        """Return the relation as a job's item holds it."""
        return {
            "member": self.member_id,
            "staff": self.staff_id,
            "wishes": [wish.to_list() for wish in self.wishes],
            "present": self.present,
        }

    @classmethod
    def of_payload(cls, payload: Mapping[str, Any]) -> Self:
        """Return the relation of a job's item; a row that found none has its wish and no member."""
        wishes = tuple(map(Wish.of_list, payload["wishes"]))
        return cls(payload["member"], payload["staff"], wishes, tuple(payload["present"]))
