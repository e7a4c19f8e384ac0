"""Numbers of the world as the vendor's opaque ids, and back, without a table."""

import binascii
import re

import attrs

from privcrm.sandbox.world import Kind, World
from privcrm.sandbox.world.chance import MASK, Stream
from privcrm.sandbox.world.tags import TagLibrary

_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_STANDARD = str.maketrans("-_", "+/")
_HEX = re.compile(r"[0-9a-f]{32}")


class IdCodec:
    """Turns a number into an id such as wmAJ2GCAAAXtWyujaWJHDDGi0mACHA."""

    def __init__(self, seed: int, prefix: str, scope: str = "") -> None:
        draw = Stream(seed, f"id {prefix}{scope}")
        self._factor = draw(0) | 1
        self._inverse = pow(self._factor, -1, MASK + 1)
        subject = (draw(1) << 64 | draw(2)).to_bytes(16, "big")[:13]
        # 13 fixed bytes and 8 bytes of number are 28 characters of base64 without padding.
        self._subject = subject
        self._head = prefix

    def encode(self, number: int) -> str:
        """Return the id of a number."""
        raw = self._subject + ((number + 1) * self._factor & MASK).to_bytes(8, "big")
        return self._head + binascii.b2a_base64(raw, newline=False).translate(_URL_SAFE).decode()

    def decode(self, text: str) -> int | None:
        """Return the number behind an id, or None for anything that is no id of this company."""
        if not text.startswith(self._head):
            return None
        try:
            raw = binascii.a2b_base64(text[len(self._head) :].translate(_STANDARD), strict_mode=True)
        except ValueError:
            return None
        if raw[:-8] != self._subject:
            return None
        return (int.from_bytes(raw[-8:], "big") * self._inverse & MASK) - 1


class TagCodec(IdCodec):
    """Turns the number of a tag or a group of tags into its id: st for tags of strategies, et for everything else."""

    def __init__(self, seed: int, library: TagLibrary) -> None:
        super().__init__(seed, "et")
        self._library = library
        self._of_strategy = IdCodec(seed, "st")
        self._made: dict[int, str] = {}  # there are few tags, and each is told of a million times

    def encode(self, number: int) -> str:
        """Return the id of a number."""
        known = self._made.get(number)
        if known is not None:
            return known
        if self._library.tag(number) is None:  # a group, or not yet anything
            return super().encode(number)
        strategy = self._library.of_strategy(number)
        made = super().encode(number) if strategy is None else self._of_strategy.encode(number)
        return self._made.setdefault(number, made)

    def decode(self, text: str) -> int | None:
        """Return the number behind an id, or None for anything that is no id of this company."""
        return self._of_strategy.decode(text) if text.startswith("st") else super().decode(text)


class HexCodec(IdCodec):
    """Turns a number into 32 hexadecimal digits, such as live codes have."""

    def encode(self, number: int) -> str:
        """Return the id of a number."""
        return f"{self._mark:016x}{(number + 1) * self._factor & MASK:016x}"

    def decode(self, text: str) -> int | None:
        """Return the number behind an id, or None for anything that is no id of this company."""
        if not _HEX.fullmatch(text) or int(text[:16], 16) != self._mark:
            return None
        return (int(text[16:], 16) * self._inverse & MASK) - 1

    @property
    def _mark(self) -> int:
        return int.from_bytes(self._subject[:8], "big")


_PREFIXES = (
    *("wm", "wo", "et", "wr", "o"),
    *("3", "job", "mom", "mjob", "pA", "rul", "ca", "ck"),
    *("msg", "msgt", "am"),
)
"""In the order of the fields below."""


@attrs.frozen
class Ids:
    """The id spaces of one company."""

    world: World
    consumer: IdCodec
    colleague: IdCodec
    tag: IdCodec
    group: IdCodec
    union: IdCodec
    media: IdCodec
    media_job: IdCodec
    moment: IdCodec
    moment_job: IdCodec
    product: IdCodec
    rule: IdCodec
    link: IdCodec
    chat_key: IdCodec
    mass_message: IdCodec
    group_welcome: IdCodec
    staff_message: IdCodec
    open_group: IdCodec = attrs.field(kw_only=True)
    """What a mini-program in WeChat knows a group by (opengid)."""
    live_code: HexCodec = attrs.field(kw_only=True)

    @classmethod
    def of(cls, world: World, seed: int) -> "Ids":
        """Return the id spaces: wm, wo for members, et for tags and their groups, wr for groups, o for unionids."""
        codecs = (IdCodec(seed, prefix) for prefix in _PREFIXES)
        ids = cls(world, *codecs, open_group=IdCodec(seed, "G"), live_code=HexCodec(seed, "live code"))
        return attrs.evolve(ids, tag=TagCodec(seed, world.tags))

    def member(self, number: int) -> str:
        """Return the external_userid of a person."""
        codec = self.colleague if self.world.members.kind(number) is Kind.COLLEAGUE else self.consumer
        return codec.encode(number)

    def unionid(self, number: int) -> str | None:
        """Return the unionid of a WeChat user; WeCom users have none."""
        return self.union.encode(number) if self.world.members.kind(number) is Kind.CONSUMER else None

    def member_number(self, external_userid: str) -> int | None:
        """Return the person behind an external_userid, or None if this company never saw such a person."""
        kind, codec = (
            (Kind.COLLEAGUE, self.colleague) if external_userid.startswith("wo") else (Kind.CONSUMER, self.consumer)
        )
        number = codec.decode(external_userid)
        if number is None or not self.world.is_person(number) or self.world.members.kind(number) is not kind:
            return None
        return number
