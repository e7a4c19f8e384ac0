"""The simulated company with everything a test may do to it, before any HTTP."""

from privcrm.sandbox.calls import Recorder
from privcrm.sandbox.clock import VirtualClock
from privcrm.sandbox.faults import FaultBook
from privcrm.sandbox.wecom.company import Company, Size
from privcrm.sandbox.wecom.wire import WeComWire


class Simulation:
    """One company, its time, its recorder and its faults."""

    def __init__(self, size: Size, clock: VirtualClock) -> None:
        self.size = size
        self.clock = clock
        self.recorder = Recorder()
        self.reset()

    def reset(self) -> None:
        """Begin anew from the seed. Time stays: it never goes back."""
        self.recorder.forget()
        self.faults = FaultBook(self.size.seed)
        self.company = Company(self.size, self.clock)
        self.wire = WeComWire(self.company, self.recorder)
        self.callbacks: dict[str, str] = {}
        """Where each app wants its callbacks sent, by agent id."""
