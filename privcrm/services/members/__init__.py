"""``crm.members``: who is who, and everything that is kept of a person, to be given or removed."""
