"""What acquisition links may still bring, and whom a visitor meets (97297, 97375)."""

from datetime import datetime

from privcrm.sandbox.wecom.company import Company
from privcrm.sandbox.wecom.quotas import BEIJING
from privcrm.sandbox.world import Staff
from privcrm.sandbox.world.acquisition import Link, Preference
from privcrm.sandbox.world.scanning import people_behind

CHANNEL_BYTES = 64


def balance(company: Company) -> int:
    """Return how many people links may still bring."""
    return max(0, company.rules.acquisition_quota - company.world.acquisition.used)


def expiry(now: float) -> int:
    """Return when the balance expires: as the year ends in Beijing."""
    return int(datetime(datetime.fromtimestamp(now, BEIJING).year + 1, 1, 1, tzinfo=BEIJING).timestamp())


def channel_of(text: str) -> str:
    """Return a channel as it comes back: what is longer than 64 bytes is cut."""
    return text.encode()[:CHANNEL_BYTES].decode(errors="ignore")


def host_of(company: Company, link: Link, member: int) -> Staff | None:
    """Return whom a visitor meets: somebody known where the link prefers that, else one after the other."""
    world = company.world
    known = [world.staff[follow.staff] for follow in world.follows.of_member(member) if follow.holds]
    preferred = [s for s in known if s.can_contact and _prefers(link, s.number)]
    if preferred:
        return preferred[0]
    able = [n for n in people_behind(world, link.staff, link.departments) if world.staff[n].can_contact]
    return world.staff[able[len(world.acquisition.visits(link.number)) % len(able)]] if able else None


def _prefers(link: Link, staff: int) -> bool:
    if link.preference is Preference.KNOWN_AND_NAMED:
        return staff in link.preferred
    return link.preference is Preference.ANYBODY_KNOWN
