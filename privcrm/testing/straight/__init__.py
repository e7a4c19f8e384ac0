"""A simulated company read straight, without HTTP: what the WeCom wire tells, with its ids, for those who read it all.

Only what a synchronisation reads is here, and as fast as may be. That it tells the same as the wire is held by a test
that compares what either leaves in a store.
"""

from privcrm.testing.straight.provider import StraightProvider

__all__ = ["StraightProvider"]
