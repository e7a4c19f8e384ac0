"""``privcrm provider``: what is installed and what it can do."""

import click
from attrs import asdict

from privcrm.cli.failures import DONE, SETUP
from privcrm.cli.frame import Group, examples, pass_session
from privcrm.cli.session import Session


@click.group(cls=Group, epilog=examples("privcrm provider list", "privcrm provider show wecom"))
def provider() -> None:
    """What is installed and what it can do."""


@provider.command("list", epilog=examples("privcrm provider list", "privcrm provider list --json"))
@pass_session
def list_(session: Session) -> int:
    """List the installed providers, the broken ones with the reason.

    Exit code 3 when one of them cannot be loaded.
    """
    from privcrm.provider import installed_providers

    found = installed_providers()
    session.out.table(
        ("Provider", "Package", "Version", "Class", "Problem"),
        ((row.name, row.distribution, row.version, row.target, row.error) for row in found),
    )
    session.out.result({"providers": [asdict(row) for row in found]})
    return SETUP if any(row.error for row in found) else DONE


@provider.command(epilog=examples("privcrm provider show wecom", "privcrm provider show wecom --json"))
@click.argument("name", default="wecom")
@pass_session
def show(session: Session, name: str) -> None:
    """Show what a provider supports, and the vendor's limits; --json adds where each figure is from."""
    from privcrm.provider import load_provider

    kind = load_provider(name)
    capabilities = sorted(kind.capabilities.items())
    limits = sorted(kind.default_limits.values(), key=lambda limit: limit.name)
    session.out.table(
        ("Capability", "Support", "Note"),
        (
            (name, support.level, "; ".join(filter(None, (support.note, support.instead))))
            for name, support in capabilities
        ),
        title="What it can do",
    )
    session.out.table(
        ("Limit", "Value", "Unit", "Scope", "As of"),
        ((row.name, row.value, row.unit, row.scope, row.as_of) for row in limits),
        title="Limits",
    )
    session.out.result(
        {
            "provider": kind.name,
            "title": kind.title,
            "capabilities": {name: asdict(support) for name, support in capabilities},
            "limits": {row.name: asdict(row) for row in limits},
        }
    )
