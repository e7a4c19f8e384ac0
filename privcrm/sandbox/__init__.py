"""A simulated company that speaks the vendors' wire protocols over real HTTP.

    with Sandbox(members=200) as sandbox:
        crm = CRM.from_env(sandbox.env, clock=sandbox.clock)

Serving needs the `serve` extra (uvicorn, httptools, python-multipart); the world alone does not.
"""

from privcrm.sandbox.clock import SandboxClock, VirtualClock
from privcrm.sandbox.control.paging import BadRequest
from privcrm.sandbox.credentials import Credentials
from privcrm.sandbox.faults import FaultKind
from privcrm.sandbox.sandbox import Sandbox
from privcrm.sandbox.serve import serve, write_env
from privcrm.sandbox.world import World

__all__ = [
    "BadRequest",
    "Credentials",
    "FaultKind",
    "Sandbox",
    "SandboxClock",
    "VirtualClock",
    "World",
    "serve",
    "write_env",
]
