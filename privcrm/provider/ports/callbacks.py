"""Port: verifying and reading the vendor's callbacks."""

from privcrm.provider.ports._base import Port


class CallbacksPort(Port):
    """Verifying and reading the vendor's callbacks."""

    area = "callbacks"
