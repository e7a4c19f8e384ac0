# ruff: noqa: INP001 - a script, not a package
"""Write the pages and tables that follow from the code: ``python docs/generate.py``; ``--check`` names stale ones.

A page is a whole file; a block is what stands between ``<!-- generated: NAME -->`` and ``<!-- end -->`` in a file that
people write.
"""

import inspect
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import click

from privcrm import errors
from privcrm.cli.app import root
from privcrm.cli.failures import exit_code
from privcrm.cli.frame import paragraphs
from privcrm.cli.session import Session
from privcrm.errors import PrivcrmError
from privcrm.provider import Level, Provider, Support, load_provider, ports
from privcrm.provider.endpoint import Endpoint, Repeat
from privcrm.sandbox import FaultKind
from privcrm.sandbox.control.actions import catalogue
from privcrm.sandbox.faults import CALL_FAULTS
from privcrm.sandbox.wecom.endpoints import ENDPOINTS as SIMULATED
from privcrm.sandbox.wecom.rules import Rules
from privcrm_wecom.endpoints import ENDPOINTS, RETIRED

ROOT = Path(__file__).parents[1]
NOTICE = "<!-- Written by docs/generate.py; do not edit. -->"
VENDORS = ("wecom",)
AREAS: Mapping[str, tuple[str, str]] = {
    "staff": ("Staff and departments", "员工与部门"),
    "members": ("Members", "客户"),
    "tags": ("Company tags", "企业标签"),
    "groups": ("Customer groups", "客户群"),
    "live_codes": ("Live codes", "活码"),
    "handover": ("Handover", "继承"),
    "moments": ("Moments", "朋友圈"),
    "messages": ("Mass messages and welcomes", "群发与欢迎语"),
    "rules": ("Sensitive-word rules", "敏感词规则"),
    "products": ("Product albums", "商品图册"),
    "acquisition": ("Acquisition links", "获客链接"),
    "media": ("Media", "素材"),
    "statistics": ("Statistics", "统计"),
    "callbacks": ("Callbacks", "回调"),
}
AFTER_LOSS = {
    Repeat.SAFE: "sent again",
    Repeat.AFTER_LOOKUP: "not sent again: look first",
    Repeat.NEVER: "not sent again",
}
# Port methods of which something finds out what became of them, by what, and who asks it.
SETTLED_BY = {
    "handover.transfer_groups": "looked up by jobs (`settle_groups`)",
    "handover.transfer_members": "looked up by jobs (`settle_members`)",
    "live_codes.create_contact_code": "looked up by jobs (`settle_contact_code`)",
    "live_codes.create_group_code": "in no list (`settle_group_code`): jobs note a possible orphan and make another",
    "messages.create": "looked up by jobs (`settle`)",
    "messages.create_staff_chat": "looked up when you ask (`settle_staff_chat`)",
    "messages.send_to_staff": "sent again by the port: the vendor drops equal ones",
    "moments.create": "looked up by jobs (`settle`)",
    "tags.create": "looked up by tagging jobs (`settle`)",
}
NO_PORT = {
    "gettoken": "the transport asks for tokens itself",
    "get_api_domain_ip": "for firewalls: `provider.call`",
    "agent_get": "`privcrm doctor` reads it",
    "user_simplelist": "`staff.list` reads more: `provider.call`",
}
LEVELS_ZH = {Level.NATIVE: "原生", Level.EMULATED: "模拟实现", Level.PARTIAL: "部分支持"}


# What is read from the code


def operations(area: str) -> dict[str, str]:
    """Return the operations of a port with the first sentence of each contract, in the order they are written."""
    port = next(kind for name in ports.__all__ if (kind := getattr(ports, name)).area == area)
    layers = [vars(layer) for layer in port.__mro__ if layer.__module__.startswith(ports.__name__)]
    members = {name: value for layer in layers for name, value in layer.items()}
    methods = {name: value for name, value in members.items() if inspect.isfunction(value) and name[0] != "_"}
    return {name: sentence(method) for name, method in methods.items()}


def sentence(documented: object) -> str:
    """Return the first sentence of a docstring."""
    return re.split(r"(?<=[.;:])\s", text_of(documented), maxsplit=1)[0].rstrip(".;:")


def text_of(documented: object) -> str:
    """Return a docstring on one line, in Markdown."""
    return " ".join((inspect.getdoc(documented) or "").split()).replace("``", "`")


def support(provider: type[Provider], operation: str) -> Support:
    """Return the level of an operation; what the table does not name is not there."""
    return provider.capabilities.get(operation, Support(Level.NONE))


def subclasses(kind: type[PrivcrmError]) -> Iterator[type[PrivcrmError]]:
    """Yield an error and everything below it, as the tree is drawn."""
    yield kind
    for below in kind.__subclasses__():
        if below.__module__ == errors.__name__:
            yield from subclasses(below)


# Markdown


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table; bars inside cells are escaped."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(cell(value) for value in line) + " |" for line in lines).replace(
        "| --- ", "|---"
    )


def cell(value: object) -> str:
    """Return a value as the text of a cell, links made short."""
    text = re.sub(r"https://\S*/(\d+)\b", r"[\1](\g<0>)", " ".join(str(value).split()))
    return text.replace("|", "\\|")


def page(title: str, *parts: str) -> str:
    """Return a whole page."""
    return "\n\n".join([f"# {title}", NOTICE, *(part for part in parts if part)]) + "\n"


# Pages


def cli_page() -> str:
    """Describe every command."""
    root_context = click.Context(root, info_name="privcrm", obj=Session(), **root.context_settings)
    common = [record for param in root.get_params(root_context) if (record := param.get_help_record(root_context))]
    return page(
        "Command line",
        "\n\n".join(paragraphs(root.help or "")),
        "Options of every command; they stand at any place of the line:",
        table(("Option", "Meaning"), ((f"`{names}`", text) for names, text in common)),
        "With `--json` standard output is one object; progress and remarks go to standard error. Tables and messages "
        "follow `LANG` or `--lang`; codes and JSON keys are English always.",
        *(command_section(path, context) for path, context in commands(root, root_context)),
    )


def commands(group: click.Group, above: click.Context) -> Iterator[tuple[str, click.Context]]:
    """Yield every command that does something, with its full name."""
    for name in group.list_commands(above):
        command = group.get_command(above, name)
        if command is None:
            continue
        context = click.Context(command, info_name=name, parent=above)
        if isinstance(command, click.Group):
            yield from commands(command, context)
        else:
            yield context.command_path, context


def command_section(path: str, context: click.Context) -> str:
    """Describe one command: usage, what it does, options, examples."""
    command = context.command
    options = [record for param in command.params if (record := param.get_help_record(context)) and record[1]]
    usage = " ".join([path, *command.collect_usage_pieces(context)])
    parts = [
        f"## {path}",
        f"```text\n{usage}\n```",
        *paragraphs(command.help or ""),
        table(("Option", "Meaning"), ((f"`{names}`", text) for names, text in options)) if options else "",
        f"```console\n{command.epilog}\n```" if command.epilog else "",
    ]
    return "\n\n".join(part for part in parts if part)


def errors_page() -> str:
    """Draw the tree of errors and say what each means."""
    tree = (errors.__doc__ or "").partition("::\n\n")[2].partition("\n\n")[0]
    kinds = list(subclasses(PrivcrmError))[1:]
    rows = ((f"`{kind.__name__}`", exit_code(kind.__new__(kind)), text_of(kind)) for kind in kinds)
    return page(
        "Errors",
        "All are importable from `privcrm` and from `privcrm.errors`.",
        f"```text\n{inspect.cleandoc(tree).replace('``', '')}\n```",
        table(("Error", "Exit code", "Meaning"), rows),
        "A `ConfigurationError` or `WriteForbidden` is no `ProviderError`: a job that goes on after what the vendor "
        "refuses never goes on after a wrong secret or the kill switch.",
        "Every `ProviderError` has `provider`, `operation`, `code` (the vendor's), `message`, `request_id`, "
        "`http_status`, `attempt` and `advice`, and can be pickled. No error text holds a token, a secret, a phone "
        "number or the text of a message. Which vendor code becomes which error: "
        "[WeCom](../providers/wecom.md#troubleshooting).",
    )


def capabilities_page() -> str:
    """Compare the vendors, operation by operation."""
    providers = [load_provider(name) for name in VENDORS]
    return page(
        "Capabilities",
        "What each adapter offers through its ports. *Native*: one vendor call or setting does it. *Emulated*: "
        "a service does it with other calls. *Partial*: for the part that the note names. A dash: not there; calling "
        "it raises `UnsupportedCapability` before anything is sent. `privcrm provider show` prints the same.",
        *(area_section(area, providers) for area in AREAS),
    )


def area_section(area: str, providers: Sequence[type[Provider]]) -> str:
    """Compare the vendors in one area."""
    rows = (
        (f"`{area}.{name}`", does, *(shown(support(provider, f"{area}.{name}")) for provider in providers))
        for name, does in operations(area).items()
    )
    return f"## {AREAS[area][0]}\n\n" + table(("Operation", "What it does", *(each.title for each in providers)), rows)


def shown(found: Support) -> str:
    """Return a level as shown in tables, with its note and what to use instead."""
    level = f"**{found.level}**" if found else "–"
    return ": ".join(filter(None, (level, "; ".join(filter(None, (found.note, found.instead))))))


def limits_page() -> str:
    """List the vendors' limits."""
    return page(
        "Limits",
        "What the adapters hold themselves to. Vendors change their figures, so each has a source and a date, and any "
        'can be overridden by name: `CRM.connect(…, limits={"calls_per_minute": 5000})`. `limits_share` (0.8 unless '
        "told otherwise) is the part of a frequency limit that privcrm uses; the rest is left to other systems.",
        *(f"## {load_provider(name).title}\n\n{limits_table(load_provider(name))}" for name in VENDORS),
    )


def limits_table(provider: type[Provider]) -> str:
    """List the limits of one vendor."""
    rows = (
        (f"`{row.name}`", f"{row.value:,}", row.unit, row.scope, row.source, row.as_of, row.confidence, row.note)
        for row in provider.default_limits.values()
    )
    return table(("Name", "Value", "Unit", "Of", "Source", "As of", "Confidence", "Note"), rows)


def coverage_page() -> str:
    """List every endpoint of WeCom that the reference knows: who calls it, and whether the sandbox answers it."""
    here = {row.path for row in (*ENDPOINTS, *RETIRED)}
    missing = sorted(set(SIMULATED) - here)
    columns = (
        "Endpoint",
        "Page",
        "Role of the app",
        "Effect",
        "After a lost answer",
        "At most",
        "Port method",
        "Adapter",
        "Sandbox",
    )
    return page(
        "Coverage of WeCom",
        f"{len(ENDPOINTS)} endpoints of customer contact and what it needs, {len(RETIRED)} that the vendor replaced. "
        "What the roles are: [WeCom](../providers/wecom.md#roles-and-kinds-of-app); a call for which no app is "
        "configured raises `WrongApp` before anything is sent. Whatever no port wraps goes through `provider.call`, on "
        "the same tokens, pacing and guards.",
        *(f"Simulated, but without a row: {path}" for path in missing),
        table(columns, map(coverage_row, ENDPOINTS)),
        "## Retired",
        "Refused by name before anything is sent. The sandbox goes on answering those under `externalcontact/`, as the "
        "vendor does, for clients that still call them.",
        table(("Endpoint", "Use instead", "Sandbox"), map(retired_row, RETIRED)),
    )


def coverage_row(row: Endpoint) -> Sequence[str]:
    """Describe one endpoint."""
    return (
        f"{row.method} `{row.path.removeprefix('/cgi-bin/')}`",
        row.doc or "none",
        f"`{row.role}`" if row.role else "no token",
        row.effect,
        after_loss(row),
        ", ".join(f"{most:,} `{name}`" for name, most in row.batch.items()),
        ", ".join(f"`{name}`" for name in row.used_by) or NO_PORT[row.name],
        "yes",
        in_sandbox(row),
    )


def after_loss(row: Endpoint) -> str:
    """Say what becomes of a call whose answer was lost, and by whom."""
    return next((SETTLED_BY[name] for name in row.used_by if name in SETTLED_BY), AFTER_LOSS[row.repeat])


def retired_row(row: Endpoint) -> Sequence[str]:
    """Describe one endpoint that was replaced."""
    return f"`{row.path.removeprefix('/cgi-bin/')}`", row.replaced_by, in_sandbox(row)


def in_sandbox(row: Endpoint) -> str:
    """Say whether the simulated vendor answers."""
    return "yes" if row.path in SIMULATED else "no: HTTP 404, not simulated"


# Blocks


def vendor_block(name: str) -> str:
    """List what one vendor offers, with notes."""
    rows = ((f"`{key}`", found.level, found.note) for key, found in load_provider(name).capabilities.items())
    return table(("Operation", "Level", "Note"), rows)


def providers_block() -> str:
    """List the adapters."""
    providers = [load_provider(name) for name in VENDORS]
    rows = (
        (f"[{each.title}]({each.name}.md)", f"`{each.name}`", f"`privcrm_{each.name}`", len(each.capabilities))
        for each in providers
    )
    return table(("Platform", "Name", "Package", "Operations"), rows)


def faults_block() -> str:
    """List the ways in which a simulated call goes wrong."""
    return ", ".join(f"`{kind.value}`" for kind in FaultKind if kind in CALL_FAULTS) + "."


def actions_block() -> str:
    """List what people do in the simulated company, and what a second system does."""
    told = ((f"`{row['name']}`", row["does"]) for row in catalogue())
    deeds = ((f"`{row['name']}`, do=`{name}`", does) for row in catalogue() for name, does in row.get("do", {}).items())
    return table(("Action", "What happens, and its parameters"), (*told, *deeds))


def switches_block() -> str:
    """List what can be adjusted about the simulated vendor."""
    rows = (
        (f"`{row['name']}`", row["default"], ", ".join(row["values"] or ("a number",)), row["note"])
        for row in Rules().describe()
    )
    return table(("Switch", "Default", "Values", "What it decides"), rows)


def summary_block(*, chinese: bool) -> str:
    """Say in a few lines what can be done."""
    provider = load_provider("wecom")
    offered = {area: served(provider, area) for area in AREAS}
    rows = [
        (AREAS[area][chinese], f"`provider.{area}`", rating(found, chinese=chinese))
        for area, found in offered.items()
        if found
    ]
    others = [AREAS[area][chinese] for area, found in offered.items() if not found]
    rest = "、".join(others) if chinese else ", ".join(others).capitalize()
    if rest:
        rows.append((rest, "`provider.call()`", "接口已声明，尚未实现" if chinese else "declared, not served yet"))
    return table(("领域", "端口", "企业微信") if chinese else ("Area", "Port", provider.title), rows)


def served(provider: type[Provider], area: str) -> list[Level]:
    """Return the levels of the operations of an area that a vendor offers."""
    found = (support(provider, f"{area}.{name}") for name in operations(area))
    return [each.level for each in found if each]


def rating(found: Sequence[Level], *, chinese: bool) -> str:
    """Say how well an area is served: how many operations, and how many of them not simply by one vendor call."""
    counts = {level: found.count(level) for level in LEVELS_ZH if level in found}
    if chinese:
        parts = (f"{number} 项{LEVELS_ZH[level]}" for level, number in counts.items())
        return f"{len(found)} 项操作：{'、'.join(parts)}"
    whole = f"{len(found)} operation{'s' if len(found) > 1 else ''}: "
    return whole + ", ".join(f"{number} {level}" for level, number in counts.items())


PAGES: Mapping[str, Callable[[], str]] = {
    "docs/reference/cli.md": cli_page,
    "docs/reference/errors.md": errors_page,
    "docs/reference/capabilities.md": capabilities_page,
    "docs/reference/limits.md": limits_page,
    "docs/reference/wecom-coverage.md": coverage_page,
}
BLOCKS: Mapping[str, Mapping[str, Callable[[], str]]] = {
    "README.md": {"summary": lambda: summary_block(chinese=False)},
    "README.zh-CN.md": {"summary": lambda: summary_block(chinese=True)},
    "docs/providers/index.md": {"providers": providers_block},
    "docs/providers/wecom.md": {"capabilities": lambda: vendor_block("wecom")},
    "docs/reference/sandbox.md": {"faults": faults_block, "actions": actions_block, "switches": switches_block},
}


def filled(text: str, name: str, content: str) -> str:
    """Return a file's text with one block written anew; raises ``ValueError`` where its markers are missing."""
    marked = re.compile(rf"(<!-- generated: {name} -->\n).*?(<!-- end -->)", re.DOTALL)
    if not marked.search(text):
        raise ValueError(f"there is no block {name!r}")
    return marked.sub(lambda found: f"{found[1]}{content}\n{found[2]}", text)


def outputs() -> Iterator[tuple[Path, str]]:
    """Yield every file that has something generated, with the text it should hold."""
    for path, make in PAGES.items():
        yield ROOT / path, make()
    for path, blocks in BLOCKS.items():
        text = (ROOT / path).read_text(encoding="utf-8")
        for name, make in blocks.items():
            text = filled(text, name, make())
        yield ROOT / path, text


def stale() -> list[Path]:
    """Return the files that are not as the code would have them."""
    return [path for path, text in outputs() if not path.exists() or path.read_text(encoding="utf-8") != text]


def main(arguments: Sequence[str]) -> int:
    """Write everything, or with ``--check`` write nothing and return 1 if something is stale."""
    if "--check" in arguments:
        found = [path.relative_to(ROOT).as_posix() for path in stale()]
        sys.stderr.writelines(f"stale: {path}; run python docs/generate.py\n" for path in found)
        return 1 if found else 0
    for path, text in outputs():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
