"""The pytest plugin: fixtures for users' tests, and readable failures of the contract.

It loads in every pytest run wherever privcrm is installed, so it imports nothing of privcrm before a fixture is used.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from privcrm.sandbox import Sandbox, VirtualClock
    from privcrm.testing.memory import MemoryProvider

# Before anybody imports the contract: without it a failed assertion would say nothing but that it failed.
pytest.register_assert_rewrite("privcrm.testing.contract")


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker of the contract tests."""
    config.addinivalue_line("markers", "privcrm_needs(*capabilities): what a provider must offer for a contract test")


@pytest.fixture
def privcrm_clock() -> "VirtualClock":
    """A clock on which a sleep moves the time instead of waiting."""
    from privcrm.sandbox.clock import VirtualClock

    return VirtualClock(auto_advance=True)


@pytest.fixture
def privcrm_memory() -> "Iterator[MemoryProvider]":
    """A provider without a vendor, its company made from seed 1."""
    from privcrm.testing.memory import MemoryProvider

    with MemoryProvider() as provider:
        yield provider


@pytest.fixture
def privcrm_sandbox(privcrm_clock: "VirtualClock") -> "Iterator[Sandbox]":
    """A simulated company behind a real HTTP address, running on ``privcrm_clock``; needs the ``serve`` extra."""
    from privcrm.sandbox import Sandbox

    with Sandbox(clock=privcrm_clock) as sandbox:
        yield sandbox
