"""Welcomes (欢迎语): each new member greeted within the seconds that vendors allow, once, and only where it is ours.

Names are resolved on first use.
"""

from typing import TYPE_CHECKING

from privcrm._lazy import resolver

if TYPE_CHECKING:
    from privcrm.services.welcomes.media import MediaFile
    from privcrm.services.welcomes.outcome import WelcomeOutcome, WelcomeRecord
    from privcrm.services.welcomes.report import WelcomeReport
    from privcrm.services.welcomes.rule import OnlyFor, WelcomeRule
    from privcrm.services.welcomes.shops import ShopStaff
    from privcrm.services.welcomes.welcomes import Welcomes
else:
    __getattr__ = resolver(
        __name__,
        {
            "media": ("MediaFile",),
            "outcome": ("WelcomeOutcome", "WelcomeRecord"),
            "report": ("WelcomeReport",),
            "rule": ("OnlyFor", "WelcomeRule"),
            "shops": ("ShopStaff",),
            "welcomes": ("Welcomes",),
        },
    )

__all__ = [
    "MediaFile",
    "OnlyFor",
    "ShopStaff",
    "WelcomeOutcome",
    "WelcomeRecord",
    "WelcomeReport",
    "WelcomeRule",
    "Welcomes",
]
