"""The simulated company with everything a test may do to it, before any HTTP."""

from privcrm.sandbox.calls import Recorder
from privcrm.sandbox.clock import VirtualClock
from privcrm.sandbox.faults import FaultBook
from privcrm.sandbox.wecom.callbacks.desk import Callbacks
from privcrm.sandbox.wecom.company import Company, Size
from privcrm.sandbox.wecom.wire import WeComWire


class Simulation:
    """One company, its time, its recorder, its faults and its callbacks; *exposed* ones may go to any address."""

    def __init__(self, size: Size, clock: VirtualClock, *, exposed: bool = False) -> None:
        self.size = size
        self.clock = clock
        self.recorder = Recorder()
        self._resets = 0
        self._begin()
        self.callbacks = Callbacks(self.company, clock, exposed=exposed)
        self.callbacks.begin(self.company, self.faults)

    def reset(self) -> None:
        """Begin anew from the seed. Time stays, for it never goes back, and so do the addresses of receivers."""
        self._resets += 1
        self._begin()
        self.callbacks.begin(self.company, self.faults)

    def _begin(self) -> None:
        self.recorder.forget()
        self.faults = FaultBook(self.size.seed)
        self.company = Company(self.size, self.clock, earlier=self._resets)
        self.wire = WeComWire(self.company, self.recorder)
