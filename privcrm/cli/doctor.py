"""``privcrm doctor``: whether the set-up works, and what to mend."""

from collections.abc import Iterator
from pathlib import Path

import click
from attrs import asdict

from privcrm.cli.failures import DONE, SETUP, VENDOR
from privcrm.cli.frame import Command, examples, pass_session
from privcrm.cli.session import DEFAULT_STORE, Session
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
    if not any(finding.verdict is Verdict.FAILED for finding in ours):
        with _connect(session, store=None) as crm:
            session.out.facts([("Company", crm.provider.company), ("Host", crm.provider.host)])
            vendor = crm.provider.diagnose()
        ours += _store(session)
    findings = [*ours, *vendor]
    session.out.table(
        ("", "Checked", "Seen", "What to do"),
        ((_MARKS[row.verdict], session.translate(row.subject), row.detail, row.cure) for row in findings),
    )
    code = _code(ours, vendor)
    session.out.say("All is well." if code == DONE else "Something needs mending: see above.")
    session.out.result({"ok": code == DONE, "exit_code": code, "findings": [asdict(row) for row in findings]})
    return code


def _code(ours: list[Finding], vendor: list[Finding]) -> int:
    if any(finding.verdict is Verdict.FAILED for finding in ours):
        return SETUP
    return VENDOR if any(finding.verdict is Verdict.FAILED for finding in vendor) else DONE


def _described(session: Session) -> CompanySettings:
    from privcrm.settings import read_settings

    return read_settings(env_file=session.env_file, profile=session.profile)


def _connect(session: Session, **overrides: object) -> CRM:
    described = _described(session)
    return CRM.connect(described.provider, **{**described.arguments, **overrides})


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


def _store(session: Session) -> Iterator[Finding]:
    """Look at the store without making one."""
    from privcrm.store.schema import HEAD

    target = _described(session).arguments.get("store", DEFAULT_STORE)
    path = Path(str(target).removeprefix("sqlite:///"))
    if str(target).startswith("sqlite:///") and not path.exists():
        yield Finding("store", Verdict.OK, f"{path} does not exist yet; it is made when it is first needed")
        return
    try:
        with _connect(session, store=target) as crm:
            yield Finding("store", Verdict.OK, f"{crm.store.database.place}, version {HEAD}")
    except PrivcrmError as error:
        yield Finding("store", Verdict.FAILED, str(error), "see `privcrm store check`")
