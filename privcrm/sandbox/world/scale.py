"""Two kinds of company: one small enough to look at, and one as large as the field's reference cases."""

from enum import StrEnum

__all__ = ["Scale"]


class Scale(StrEnum):
    """How tags and groups are spread; how many people there are is said apart from it."""

    SMALL = "small"
    """A score of tags, of which a relation carries a few; groups of up to 185 people."""
    LARGE = "large"
    """Two hundred tags, about five a member: one on 45 in a hundred, one on 12, the others ever rarer. Most groups are
    small, so that 28 in a hundred members are in one when there are 200 times as many members as groups."""
