"""``privcrm doctor``: whether the set-up works, and what to mend."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from attrs import asdict

from privcrm.cli.failures import DONE, SETUP, VENDOR
from privcrm.cli.frame import Command, examples, pass_session
from privcrm.cli.reason_messages import word_of
from privcrm.cli.session import DEFAULT_STORE, Session
from privcrm.cli.times import beijing
from privcrm.crm import CRM
from privcrm.errors import ConfigurationError, PrivcrmError
from privcrm.provider import Finding, Verdict
from privcrm.settings import CompanySettings

_MARKS = {Verdict.OK: "✓", Verdict.WARNING: "!", Verdict.FAILED: "✗"}


@click.command(
    cls=Command, epilog=examples("privcrm doctor", "privcrm --env-file company.env doctor", "privcrm doctor --json")
)
@pass_session
def doctor(session: Session) -> int:
    """Check the set-up and say what to mend.

    Looks at the configuration, the files that hold secrets, the store, whether the vendor can be reached, what each
    app may do, the clocks, and the address this machine calls from. Sends harmless reads only. Exit code 3 when
    something here must be mended, 4 when the vendor refuses or cannot be reached.
    """
    ours = list(_configuration(session))
    vendor: list[Finding] = []
    if not _failed(ours):
        store = _existing_store(session)
        ours += _store(session, store)
        # With the store at hand, a secret that was refused lately is not tried again: that bans the address.
        with _connect(session, store=None if _failed(ours) else store) as crm:
            session.out.facts([("Company", crm.provider.company), ("Host", crm.provider.host)])
            vendor = crm.provider.diagnose()
    findings = [*ours, *vendor]
    code = SETUP if _failed(ours) else VENDOR if _failed(vendor) else DONE
    _show(session, findings)
    session.out.result({"ok": code == DONE, "exit_code": code, "findings": [asdict(row) for row in findings]})
    return code


def _failed(findings: list[Finding]) -> bool:
    return any(finding.verdict is Verdict.FAILED for finding in findings)


def _show(session: Session, findings: list[Finding]) -> None:
    session.out.facts(
        (f"{_MARKS[row.verdict]} {word_of(session, row.subject)}", word_of(session, row.detail)) for row in findings
    )
    cures = [row for row in findings if row.cure]
    session.out.say("What to do:" if cures else "All is well.")
    for row in cures:
        session.out.say("  {subject}: {cure}", subject=word_of(session, row.subject), cure=word_of(session, row.cure))


def _described(session: Session) -> CompanySettings:
    from privcrm.settings import read_settings

    return read_settings(env_file=session.env_file, profile=session.profile)


def _connect(session: Session, **overrides: object) -> CRM:
    described = _described(session)
    arguments: dict[str, Any] = {**described.arguments, **overrides}
    return CRM.connect(described.provider, **arguments)


def _configuration(session: Session) -> Iterator[Finding]:
    try:
        described = _described(session)
        with _connect(session, store=None) as crm:
            yield Finding("configuration", Verdict.OK, f"{crm.provider.name}, {crm.provider.company}")
    except ConfigurationError as error:
        cure = "set it in the environment, in a file given with --env-file, or in a profile of privcrm.toml"
        yield Finding("configuration", Verdict.FAILED, str(error), cure)
        return
    for warning in described.warnings:
        seen, _, cure = warning.partition(": ")
        yield Finding("secret file", Verdict.WARNING, seen, cure)


def _existing_store(session: Session) -> Any:
    """Return where the store is, or None if there is none yet: looking must not make one."""
    target = _described(session).arguments.get("store", DEFAULT_STORE)
    file = str(target).removeprefix("sqlite:///")
    return None if str(target).startswith("sqlite:///") and not Path(file).exists() else target


def _store(session: Session, target: Any) -> Iterator[Finding]:
    from privcrm.store.schema import HEAD

    if target is None:
        yield Finding("store", Verdict.OK, "does not exist yet; it is made when it is first needed")
        return
    try:
        with _connect(session, store=target) as crm:
            yield Finding("store", Verdict.OK, f"{crm.store.database.place}, version {HEAD}")
            stop = crm.store.switch.current()
    except PrivcrmError as error:
        yield Finding("store", Verdict.FAILED, str(error), "see `privcrm store check`")
        return
    if stop is not None:
        seen = f"stopped by {stop.who} at {beijing(stop.at)} Beijing time; {stop.reason or 'no reason given'}"
        yield Finding("kill switch", Verdict.WARNING, seen, "privcrm start lifts it")
