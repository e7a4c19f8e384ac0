"""Merging, moving and restoring company tags: create, mark, verify, and only then delete.

Names are resolved on first use.
"""

from typing import TYPE_CHECKING

from privcrm._lazy import resolver

if TYPE_CHECKING:
    from privcrm.services.tag_library.handler import KIND, MoveHandler
    from privcrm.services.tag_library.moves import TagMoves
    from privcrm.services.tag_library.orders import Merge, Move, Order, Restore
    from privcrm.services.tag_library.preview import MovePreview
else:
    __getattr__ = resolver(
        __name__,
        {
            "handler": ("KIND", "MoveHandler"),
            "moves": ("TagMoves",),
            "orders": ("Merge", "Move", "Order", "Restore"),
            "preview": ("MovePreview",),
        },
    )

__all__ = ["KIND", "Merge", "Move", "MoveHandler", "MovePreview", "Order", "Restore", "TagMoves"]
