"""A Python that runs programs quickly."""

from tests.warm import warm_python

__all__ = ["warm_python"]
