"""The sandbox to embed in tests, demos and scripts."""

from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from privcrm.sandbox.clock import VirtualClock
from privcrm.sandbox.control.actions import act
from privcrm.sandbox.credentials import Credentials, app_row
from privcrm.sandbox.http.visitors import is_loopback
from privcrm.sandbox.simulation import Simulation
from privcrm.sandbox.wecom.apps import CUSTOMER_CONTACT_AGENT
from privcrm.sandbox.wecom.company import Company, Size
from privcrm.sandbox.world import Scale, World

if TYPE_CHECKING:
    from privcrm.sandbox.http.server import ServerThread


class Sandbox(Simulation):
    """A simulated company that answers over HTTP from a thread of this process, as a context manager.

    *seed*, *staff*, *members*, *groups* and *scale* (``small`` or ``large``) make the company; *port* 0 takes a free
    one. Only loopback addresses are served unless *expose* is set: the data is invented, but the control plane is open
    to whoever reaches it. Raises ValueError for another host, ImportError without the `serve` extra, and OSError on
    entering if the port is taken. Addresses are known inside the context.
    """

    def __init__(
        self,
        *,
        seed: int = 1,
        staff: int = 20,
        members: int = 2000,
        groups: int = 30,
        scale: Scale | str = Scale.SMALL,
        port: int = 0,
        clock: VirtualClock | None = None,
        host: str = "127.0.0.1",
        expose: bool = False,
    ) -> None:
        if not expose and not is_loopback(host):
            raise ValueError(f"the sandbox serves loopback addresses only, not {host}, unless told to expose itself")
        super().__init__(Size(seed, staff, members, groups, Scale(scale)), clock or VirtualClock(), exposed=expose)
        self._host = host
        self._server = _server(self, host, port, exposed=expose)

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.stop()
        self.callbacks.stop()

    @property
    def base_url(self) -> str:
        """Scheme, host and port of the simulated vendor."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._server.port}"

    @property
    def control_url(self) -> str:
        """Where the control plane begins."""
        return f"{self.base_url}/sandbox/"

    @property
    def world(self) -> World:
        """The company's facts; take `world.lock` around what has to see one moment. `reset` makes a new world."""
        return self.company.world

    @property
    def credentials(self) -> Credentials:
        """Company id and secrets."""
        return Credentials.of(self.company)

    @property
    def env(self) -> dict[str, str]:
        """The PRIVCRM_* variables for a program that uses this company."""
        return self.credentials.environment(self.base_url)

    def act(self, action: str, **params: Any) -> dict[str, Any]:
        """Let somebody do something, as POST /sandbox/actions/{action} does. Raises BadRequest."""
        return act(self, action, params)

    def set_callback(self, url: str, app: int = CUSTOMER_CONTACT_AGENT, *, verify: bool = True) -> None:
        """Send an app's callbacks to an address; empty for nowhere. Addresses outlive `reset`.

        The address is asked for echostr first, unless *verify* is false. Raises ValueError with what went wrong, and
        LookupError for an unknown app.
        """
        found = self.company.app(app)
        if found is None:
            raise LookupError(f"there is no app {app}")
        self.callbacks.set_url(found, url, verify=verify)

    def flush_callbacks(self, timeout: float = 10.0) -> bool:
        """Wait until every callback due was delivered or given up; return whether it was, within *timeout* seconds."""
        return bool(self.callbacks.flush(timeout)["flushed"])

    def deliveries(self) -> list[dict[str, Any]]:
        """Return the kept tries to deliver callbacks, oldest first, as GET /sandbox/deliveries does."""
        return [delivery.row() for delivery in self.callbacks.deliveries.select()]

    def first_line(self) -> dict[str, Any]:
        """Return what `privcrm sandbox serve` prints first."""
        company: Company = self.company
        wecom = {"corp_id": company.corp_id, "apps": [app_row(app) for app in company.apps], "base_url": self.base_url}
        return {
            "base_url": self.base_url,
            "control_url": self.control_url,
            "seed": self.size.seed,
            "providers": {"wecom": wecom},
            "env": self.env,
            **self.credentials.flat(),
        }


def _server(simulation: Simulation, host: str, port: int, *, exposed: bool) -> "ServerThread":
    # Imported here because the world is of use without HTTP, and so without the packages that serve it.
    try:
        from privcrm.sandbox.http.app import SandboxApp  # noqa: PLC0415
        from privcrm.sandbox.http.server import ServerThread  # noqa: PLC0415
    except ModuleNotFoundError as error:
        told = f"{error.name} is not installed; install it with: pip install 'privcrm[serve]'"
        raise ImportError(told, name=error.name) from None
    return ServerThread(SandboxApp(simulation, exposed=exposed), host, port)
