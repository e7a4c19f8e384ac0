"""What holds for all tests: a process that collects fourteen thousand of them does not look for garbage among them."""

import gc

gc.disable()


def pytest_collection_finish() -> None:
    """Set apart what stays until the end, and look for garbage from now on."""
    gc.collect()
    gc.freeze()
    gc.enable()
