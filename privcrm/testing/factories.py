"""Builders of models for tests: plausible, invented, and the same for the same seed.

::

    make = Factory(seed=7)
    member = make.member(follows=[make.follow(tag_ids=("vip",))])
"""

import itertools
from collections.abc import Sequence
from random import Random
from typing import Any, TypeVar

from attrs import AttrsInstance, evolve

from privcrm.models import (
    Department,
    DepartmentId,
    Follow,
    Group,
    GroupId,
    GroupMember,
    Member,
    MemberId,
    MemberKind,
    Staff,
    StaffId,
    Tag,
    TagGroup,
    TagGroupId,
    TagId,
)

T = TypeVar("T", bound=AttrsInstance)

_SURNAMES = "王李张刘陈杨赵黄周吴"
_GIVEN_NAMES = ("伟", "芳", "静", "磊", "雨桐", "浩然", "欣怡", "子涵")
_EPOCH = 1_764_518_400
_YEAR = 365 * 86_400


class Factory:
    """Makes models with ids that never repeat; any field can be given as a keyword argument instead.

    Two factories with one seed make the same values in the same order.
    """

    def __init__(self, seed: int = 1) -> None:
        self._random = Random(seed)
        self._numbers = itertools.count(1)

    def staff(self, **fields: Any) -> Staff:
        """Make an active employee."""
        return _with(fields, Staff(StaffId(self._id("staff")), name=self._name()))

    def department(self, **fields: Any) -> Department:
        """Make a department without a parent."""
        number = next(self._numbers)
        return _with(fields, Department(DepartmentId(str(number)), name=f"{number}号店"))

    def follow(self, **fields: Any) -> Follow:
        """Make a relation with an employee of its own, without tags."""
        moment = _EPOCH - self._random.randrange(_YEAR)
        # A number that no operator gives out: it begins with 000.
        phone = f"000{self._random.randrange(10**8):08d}"
        return _with(fields, Follow(StaffId(self._id("staff")), created_at=moment, phones=(phone,)))

    def member(self, *, follows: Sequence[Follow] | None = None, **fields: Any) -> Member:
        """Make a member followed by one employee, or by those given; ``follows=[]`` is somebody from a group."""
        relations = (self.follow(),) if follows is None else tuple(follows)
        made = Member(
            MemberId(self._id("member")),
            name=self._name(),
            kind=MemberKind.CONSUMER,
            gender=self._random.randrange(3),
            unionid=self._id("union"),
            follows=relations,
            is_customer=bool(relations),
        )
        return _with(fields, made)

    def tag_group(self, names: Sequence[str] = ("潜在", "普通", "VIP"), **fields: Any) -> TagGroup:
        """Make a group with a tag for each name."""
        group_id = TagGroupId(self._id("tag-group"))
        name = fields.get("name", f"标签组{group_id.rpartition('-')[2]}")
        tags = tuple(Tag(TagId(self._id("tag")), one, group_id, group_name=name) for one in names)
        return _with(fields, TagGroup(group_id, name, tags=tags, created_at=_EPOCH))

    def group(self, members: int = 3, **fields: Any) -> Group:
        """Make a group of an owner and that many members."""
        owner = StaffId(self._id("staff"))
        joined = itertools.count(_EPOCH, 60)
        people = (
            GroupMember(owner, is_staff=True, joined_at=next(joined)),
            *(GroupMember(self._id("member"), is_staff=False, joined_at=next(joined)) for _ in range(members)),
        )
        group_id = GroupId(self._id("group"))
        return _with(fields, Group(group_id, name="会员福利群", owner_id=owner, created_at=_EPOCH, members=people))

    def _id(self, kind: str) -> str:
        return f"{kind}-{next(self._numbers)}"

    def _name(self) -> str:
        return self._random.choice(_SURNAMES) + self._random.choice(_GIVEN_NAMES)


def _with(fields: dict[str, Any], made: T) -> T:
    return evolve(made, **fields)  # type: ignore[misc]  # mypy's attrs plugin takes no type variable
