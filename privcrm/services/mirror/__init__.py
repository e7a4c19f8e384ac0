"""What is known of follows and groups: kept true by callbacks, compared by sweeps.

Names are resolved on first use.
"""

from typing import TYPE_CHECKING

from privcrm._lazy import resolver

if TYPE_CHECKING:
    from privcrm.services.mirror.mirror import KnownFollow, KnownGroup, Mirror
    from privcrm.services.mirror.rosters import GroupRosters, RosterSize
    from privcrm.services.mirror.stored_mirror import StoredMirror
else:
    __getattr__ = resolver(
        __name__,
        {
            "mirror": ("KnownFollow", "KnownGroup", "Mirror"),
            "rosters": ("GroupRosters", "RosterSize"),
            "stored_mirror": ("StoredMirror",),
        },
    )

__all__ = ["GroupRosters", "KnownFollow", "KnownGroup", "Mirror", "RosterSize", "StoredMirror"]
