"""The handler that looks after saved segments when tags are deleted."""

from collections.abc import Callable

from privcrm.events.router import Router
from privcrm.models.events import TagDeleted
from privcrm.services.segments.segments import Segments

__all__ = ["subscribe"]


def subscribe(router: Router, segments: Callable[[], Segments]) -> None:
    """Register it behind the one that marks tags as deleted in the mirror."""

    @router.on(TagDeleted, name="privcrm.segments")
    def freeze_users(event: TagDeleted) -> None:
        del event
        segments().check()
