"""The gateway on a server of our own."""

import logging

import click

from privcrm.cli.application import app_option, chosen_crm
from privcrm.cli.failures import DONE
from privcrm.cli.frame import Command, examples, pass_session
from privcrm.cli.interruption import stop_on_signal
from privcrm.cli.session import Session
from privcrm.errors import ConfigurationError


@click.command(
    cls=Command,
    epilog=examples(
        "privcrm live-code serve",
        "privcrm live-code serve --port 8081 --domain go.example.com --domain go.example.cn",
        "privcrm live-code serve --host 0.0.0.0 --port 8081 --trusted-proxy 10.0.0.0/8",
    ),
)
@click.option("--port", default=0, show_default=True, help="Port to listen on; 0 takes a free one.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--domain", "domains", multiple=True, metavar="NAME", help="Served; links are made with the first.")
@click.option("--trusted-proxy", "proxies", multiple=True, metavar="ADDRESS", help="Whose X-Forwarded-For is believed.")
@app_option
@pass_session
def serve(
    session: Session, /, *, port: int, host: str, domains: tuple[str, ...], proxies: tuple[str, ...], app: str | None
) -> int:
    """Show visitors of the permanent links where to go, until Ctrl-C.

    The first line on standard output is one JSON object with the address of the links (url) and that of the health page
    (health). Speaks no TLS: put a reverse proxy before it. Next groups are opened by privcrm run, and people are
    counted by who handles the vendor's events.
    """
    from privcrm.web import WebhookServer
    from privcrm.web.gateway import GatewayPolicy

    if not session.quiet:
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("privcrm.web.access").setLevel(logging.WARNING)  # its lines would hold visitors' addresses
    with chosen_crm(session, app) as crm, stop_on_signal() as stop:
        gateway = crm.gateway(GatewayPolicy(domains=domains, trusted_proxies=proxies))
        server = WebhookServer(gateway.asgi, host, port)
        try:
            server.start()
        except OSError as error:
            reason = error.strerror or error
            raise ConfigurationError(f"the gateway cannot listen on {host}:{port}: {reason}") from None
        address = f"http://{f'[{host}]' if ':' in host else host}:{server.port}"
        try:
            session.out.line(
                {
                    "serving": True,
                    "company": crm.provider.company,
                    "url": f"{address}/",
                    "health": f"{address}/healthz",
                    "domains": list(domains),
                }
            )
            session.out.note("Serving links at {url} until Ctrl-C.", url=f"{address}/")
            if not domains:
                session.out.note("No --domain: whatever name is asked for is served, and links have none.")
            stop.wait()
        finally:
            server.stop()
    return DONE
