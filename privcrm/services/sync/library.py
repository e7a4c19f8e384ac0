"""The tag library: one call for all of it."""

from privcrm.services.sync.progress import SyncStage
from privcrm.services.sync.under_way import UnderWay
from privcrm.store.database import Connection
from privcrm.store.mirror.library import Library, LibraryChange

__all__ = ["read_library"]


def read_library(sync: UnderWay) -> None:
    """Read all tags and groups of tags; those that are not listed any more are marked as deleted."""
    sync.tell(SyncStage.TAGS, 0)
    at = sync.clock.time()
    groups = sync.read_if_allowed("tags.list", sync.provider.tags.list)
    if groups is None:
        return
    library = Library(sync.database)

    def keep(connection: Connection, change: LibraryChange) -> None:
        del connection
        sync.counts.tags_changed += change.changed
        sync.counts.tags_deleted += change.deleted

    sync.commit(lambda connection: library.put(connection, groups, at, whole=True), keep)
    read = sum(len(group.tags) for group in groups)
    sync.tell(SyncStage.TAGS, read, read)
