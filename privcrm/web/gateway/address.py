"""What an address asks for: a link, and a language. Queries are never looked at: messengers add their own."""

from collections.abc import Iterable
from typing import Final

from attrs import frozen

from privcrm.store.live_codes.links import LONGEST_SLUG, is_slug

__all__ = ["LANGUAGES", "Asked", "asked_for", "preferred"]

LANGUAGES: Final = ("zh", "en")
MOST_ACCEPTED: Final = 20
_LONGEST: Final = 256


@frozen
class Asked:
    """A link, and the language that the address itself names, "" for none."""

    slug: str
    language: str = ""

    @property
    def here(self) -> str:
        """The same address, relative to itself."""
        return self.language or self.slug

    def in_language(self, language: str) -> str:
        """Return the address of the page in a language, relative to this one."""
        return language if self.language else f"{self.slug}/{language}"


def asked_for(path: str, mount: str) -> Asked | None:
    """Return what a path asks for, or None for what is no link: ``<mount>/<slug>`` or ``<mount>/<slug>/<language>``."""
    if len(path) > len(mount) + LONGEST_SLUG + 8 or not path.startswith(f"{mount}/"):
        return None
    slug, *rest = path[len(mount) + 1 :].split("/")
    if not is_slug(slug):
        return None
    if not rest:
        return Asked(slug)
    return Asked(slug, rest[0]) if len(rest) == 1 and rest[0] in LANGUAGES else None


def preferred(accepted: str) -> str:
    """Return the language that an ``Accept-Language`` header likes best; Chinese where it likes none of ours."""
    best, weight = LANGUAGES[0], 0.0
    for language, liking in _weights(accepted[:_LONGEST].split(",")[:MOST_ACCEPTED]):
        if language in LANGUAGES and liking > weight:
            best, weight = language, liking
    return best


def _weights(parts: Iterable[str]) -> Iterable[tuple[str, float]]:
    for part in parts:
        name, _, parameter = part.strip().partition(";")
        try:
            liking = float(parameter.strip().removeprefix("q=")) if parameter else 1.0
        except ValueError:
            continue
        yield name.strip().lower().partition("-")[0], liking
