"""Arbitrary expressions, for properties."""

from datetime import date

from hypothesis import strategies as st

from privcrm.models.segments import (
    AddedAfter,
    AddedBefore,
    AddedWithin,
    And,
    Comparison,
    DeletedStaff,
    FollowedBy,
    FromChannel,
    GroupOnly,
    HasAnyTagOf,
    HasFact,
    HasTag,
    InAnyGroup,
    InGroup,
    InGroupTagged,
    InRegion,
    InSegment,
    InShop,
    Not,
    Or,
)

ODD = st.sampled_from(
    [
        '"',
        "'",
        "\\",
        "\\/",
        "\n",
        "\r",
        "\t",
        "“”",
        "‘’",
        "👩\u200d💻",
        "\u202e",
        "\x7f",
        "且",
        "非",
        "(",
        "）",
        " ",
        "\u3000",
    ]
)
texts = st.lists(
    st.one_of(ODD, st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=4)), max_size=4
).map("".join)
filled = texts.filter(bool)
staff = st.none() | filled
values = st.one_of(
    texts,
    st.booleans(),
    st.integers(-(2**63) + 1, 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.dates(),
)
clauses = st.one_of(
    st.builds(HasTag, filled, staff=staff, tag_id=texts),
    st.builds(HasAnyTagOf, filled, staff=staff, group_id=texts),
    st.builds(InGroup, filled),
    st.builds(InAnyGroup),
    st.builds(InGroupTagged, filled),
    st.builds(FollowedBy, filled),
    st.builds(InShop, filled),
    st.builds(InRegion, filled),
    st.builds(InSegment, filled),
    st.builds(FromChannel, filled, staff=staff),
    st.builds(AddedWithin, st.integers(0, 100_000), staff=staff),
    st.builds(AddedAfter, st.dates(), staff=staff),
    st.builds(AddedBefore, st.dates(min_value=date(1000, 1, 1)), staff=staff),
    st.builds(DeletedStaff, staff=staff),
    st.builds(GroupOnly),
    st.builds(HasFact, filled),
    st.builds(HasFact, filled, st.sampled_from(Comparison), values),
)
expressions = st.recursive(
    clauses,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=4).map(And),
        st.lists(inner, min_size=2, max_size=4).map(Or),
        inner.map(Not),
    ),
    max_leaves=12,
)


def nested(depth):
    """Return an expression of this depth, in which all three combinations take turns."""
    condition = HasTag("VIP")
    for number in range(depth):
        condition = (Not(condition), And((condition, InAnyGroup())), Or((GroupOnly(), condition)))[number % 3]
    return condition
