"""Port: sensitive words and anti-spam rules."""

from privcrm.provider.ports._base import Port


class RulesPort(Port):
    """Sensitive words and anti-spam rules."""

    area = "rules"
