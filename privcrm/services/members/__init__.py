"""``crm.members``: who is who, and everything that is kept of a person, to be given or removed."""

from privcrm.services.members.erasing import Erasure
from privcrm.services.members.identities import Duplicate
from privcrm.services.members.members import Members

__all__ = ["Duplicate", "Erasure", "Members"]
