"""Which app may call what."""

from privcrm.sandbox.wecom.apps import App, Role
from privcrm.sandbox.wecom.company import Company
from privcrm.sandbox.wecom.endpoint import Access
from privcrm.sandbox.world.staff import ROOT

_ROLES = {
    Access.CUSTOMER_CONTACT: Role.CUSTOMER_CONTACT,
    Access.SELF_BUILT_CONTACT: Role.CUSTOMER_CONTACT,
    Access.DELEGATED: Role.CUSTOMER_CONTACT,
    Access.ACQUISITION: Role.CUSTOMER_CONTACT,
    Access.CONTACT_SYNC: Role.CONTACT_SYNC,
}
_KINDS = {
    Access.SELF_BUILT: ("self_built",),
    Access.SELF_BUILT_CONTACT: ("self_built",),
    Access.DELEGATED: ("delegated",),
    Access.ACQUISITION: ("self_built", "delegated"),
    Access.APP_CHATS: ("self_built",),
}


def permits(company: Company, app: App, access: Access) -> bool:
    """Whether an app may call what takes this access; the refusal of others is 48002."""
    role = _ROLES.get(access)
    if role is not None and role not in app.roles:
        return False
    if access in _KINDS and company.rules.app_kind not in _KINDS[access]:
        return False
    return access is not Access.APP_CHATS or ROOT in app.visible
