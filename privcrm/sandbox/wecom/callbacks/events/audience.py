"""Which apps are told of what."""

from collections.abc import Callable

from privcrm.sandbox.wecom.apps import App, Role
from privcrm.sandbox.wecom.company import Company
from privcrm.sandbox.world import Staff, StaffState


def in_charge(app: App) -> bool:
    """Whether an app may call customer contact, and so is told."""
    return Role.CUSTOMER_CONTACT in app.roles


def synchronises(app: App) -> bool:
    """Whether an app is the directory's, which is told of employees and departments."""
    return Role.CONTACT_SYNC in app.roles


def serves(company: Company, staff: int) -> Callable[[App], bool]:
    """Return whether an app is told of this employee's members and groups."""
    return lambda app: in_charge(app) and company.sees(app, company.world.staff[staff])


def made_by(maker: str) -> Callable[[App], bool]:
    """Return whether an app is told of a thing because it made it."""
    return lambda app: app.maker == maker


def only(told: App) -> Callable[[App], bool]:
    """Return whether an app is the one that alone is told."""
    return lambda app: app is told


def has_app(company: Company, app: App, staff: Staff) -> bool:
    """Whether an employee sees an app among his own."""
    gone = staff.state in (StaffState.LEFT, StaffState.DISABLED)
    return not gone and not synchronises(app) and company.sees(app, staff)
