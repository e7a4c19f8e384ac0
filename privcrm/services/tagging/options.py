"""How a tagging job is to be planned and run."""

from attrs import field, frozen
from attrs.validators import ge

from privcrm.jobs.window import Window
from privcrm.services.tagging.rows import Key


def _check_window(_: object, __: object, window: str) -> None:
    """Refuse a window that is none before a long list is read; raises ``InputError``."""
    if window:
        Window.parse(window)


@frozen
class TagOptions:
    """The choices of one tagging job.

    ``create_tags`` lets names written ``Group/Tag`` that do not exist be created just before the first send.
    ``strict`` refuses the whole list when a single row cannot be done. ``canary`` runs that many items, reads them
    back and waits. ``window`` ("22:00-08:00", Beijing time) is when the job may send. ``max_calls`` pauses the job
    before it spends more, and refuses a list whose reading alone takes more; 0 means no bound. Plans
    with more than ``approve_above`` items wait for an approval; None means never. Raises ``InputError`` for a window
    that is none.
    """

    key: Key = field(default=Key.MEMBER_ID, converter=Key)
    create_tags: bool = False
    strict: bool = False
    canary: int = field(default=0, validator=ge(0))
    window: str = field(default="", validator=_check_window)
    max_calls: int = field(default=0, validator=ge(0))
    approve_above: int | None = None
