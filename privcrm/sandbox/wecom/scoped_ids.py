"""Ids that one caller knows and another does not: a provider's, WeChat's, temporary and pending ones."""

import attrs

from privcrm.sandbox.wecom.ids import IdCodec
from privcrm.sandbox.world import Kind, World

_PENDING_SECONDS = 90 * 86_400


class PendingIds:
    """Ids handed out for people who were no customers yet; they live 90 days (path/97108)."""

    def __init__(self, seed: int) -> None:
        self._codec = IdCodec(seed, "p")
        self._issued: dict[int, float] = {}

    def issue(self, member: int, now: float) -> str:
        """Return the pending id of a person, who may be anybody at all."""
        self._issued[member] = now
        return self._codec.encode(member)

    def find(self, member: int, now: float) -> str | None:
        """Return the pending id that a person got in the last 90 days."""
        at = self._issued.get(member)
        return None if at is None or now - at >= _PENDING_SECONDS else self._codec.encode(member)


@attrs.frozen
class ScopedIds:
    """The id spaces outside the company's own."""

    world: World
    service_consumer: IdCodec
    service_colleague: IdCodec
    open_staff: IdCodec
    """How a provider knows an employee (open_userid)."""
    openid: IdCodec
    """How WeChat's payments know a customer."""
    staff_openid: IdCodec
    temporary: tuple[IdCodec, ...] = attrs.field(kw_only=True)
    """How a meeting, a form or a sheet knows a customer, in the order of business_type."""

    @classmethod
    def of(cls, world: World, seed: int) -> "ScopedIds":
        """Return the id spaces of one company."""
        prefixes = (("wm", "service"), ("wo", "service"), ("wo", "staff"), ("o", "payment"), ("o", "staff"))
        temporary = tuple(IdCodec(seed, "tmp", source) for source in ("meeting", "form", "sheet"))
        return cls(world, *(IdCodec(seed, prefix, scope) for prefix, scope in prefixes), temporary=temporary)

    def service(self, member: int) -> str:
        """Return the external_userid by which a provider's app knows a person."""
        colleague = self.world.members.kind(member) is Kind.COLLEAGUE
        return (self.service_colleague if colleague else self.service_consumer).encode(member)

    def service_number(self, external_userid: str) -> int | None:
        """Return the person whom a provider's app knows by this id, or None."""
        colleague = external_userid.startswith("wo")
        number = (self.service_colleague if colleague else self.service_consumer).decode(external_userid)
        if number is None or not self.world.is_person(number):
            return None
        return number if (self.world.members.kind(number) is Kind.COLLEAGUE) == colleague else None

    def payer(self, member: int) -> str | None:
        """Return the openid of a WeChat user; WeCom users have none."""
        return self.openid.encode(member) if self.world.members.kind(member) is Kind.CONSUMER else None
