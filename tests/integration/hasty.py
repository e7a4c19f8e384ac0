"""A clock for processes of tests that have nothing to see in a wait."""

from privcrm.sandbox.clock import SandboxClock


class HastyClock(SandboxClock):
    """Waits by moving the simulated company's time."""

    def sleep(self, seconds: float) -> None:
        """Move on."""
        self.advance(seconds)
