"""Port: mass messages, welcomes and app messages."""

from privcrm.provider.ports._base import Port


class MessagesPort(Port):
    """Mass messages, welcomes and app messages."""

    area = "messages"
