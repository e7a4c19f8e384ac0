"""Port: product albums."""

from privcrm.provider.ports._base import Port


class ProductsPort(Port):
    """Product albums."""

    area = "products"
