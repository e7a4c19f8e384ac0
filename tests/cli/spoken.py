"""What the library says in English, read off its source: the texts of its errors, and every sentence besides."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from string import Formatter

import privcrm
import privcrm.errors

ROOT = Path(privcrm.__file__).parent
ERRORS = {*privcrm.errors.__all__, "UsageError", "BadParameter", "WrongValue"}
TELLERS = {"mistake", "_expect", "_unexpected", "_wrong", "alarm", "_alarm", "StaffTask", "TaskPoint", "Failed"}
# Here every sentence is read; elsewhere most texts of several words are SQL or HTML, and only those of errors are.
TELLING = ("jobs", "models", "provider", "services", "settings.py", "wiring")
REFUSING = ("cli", "crm.py", "errors.py", "events", "store", "transport", "web")
# Lists of columns, and reasons that only a test reads.
NOT_READ = ("jobs/codec.py", "services/members/holdings.py", "services/mirror/stored_mirror.py")
LEAST_WORDS = 3
_WORD = re.compile(r"[A-Za-z][a-z']+")
_CODE = re.compile(r"[=<>] \?|[A-Z]{2,} [A-Za-z]|</?[a-z]")


def sentences() -> Iterator[tuple[str, str]]:
    """Yield each template, with the last name of every expression in its braces, and where it stands."""
    for place in (*TELLING, *REFUSING):
        for path in sorted((ROOT / place).rglob("*.py")) or [ROOT / place]:
            name = path.relative_to(ROOT).as_posix()
            if name not in NOT_READ:
                nodes = _nodes(path)
                found = list(_of_calls(nodes, ERRORS, only_first=True))
                if place in TELLING:
                    found += [*_of_calls(nodes, TELLERS, only_first=False), *_of_several_words(nodes)]
                yield from ((text, f"{name}:{node.lineno}") for node, text in found)


def every_text() -> Iterator[str]:
    """Yield all texts of the library, however short, and their pieces."""
    for path in ROOT.rglob("*.py"):
        if path.parent.name != "cli" or not path.name.endswith("_messages.py"):
            yield from filter(None, map(_text, _nodes(path)))


def advice_of(adapter: str) -> Iterator[str]:
    """Yield what an adapter advises about codes, and what it says when it looks at its set-up."""
    home = Path(str(import_module(adapter).__file__)).parent
    for name in ("client.py", "errcodes.py", "diagnosis.py"):
        found = _of_several_words(_nodes(home / name))
        yield from (text for _, text in found if "\\" not in text)  # but patterns


def shape(template: str) -> str:
    """Return a template without the names of its fields, which are the catalogue's own choice."""
    parts = (literal + ("" if name is None else "\0") for literal, name, *_ in Formatter().parse(template))
    return re.sub("\0+", "\0", "".join(parts))


def _nodes(path: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def _of_calls(nodes: list[ast.AST], names: set[str], *, only_first: bool) -> Iterator[tuple[ast.expr, str]]:
    """Yield what is given to calls of these names, but what has no word of its own."""
    for call in nodes:
        if isinstance(call, ast.Call) and _name(call.func) in names:
            told = ((each, _text(each)) for each in (call.args[:1] if only_first else call.args))
            yield from ((each, text) for each, text in told if " " in text and _WORD.search(shape(text)))


def _of_several_words(nodes: list[ast.AST]) -> Iterator[tuple[ast.expr, str]]:
    unsaid = {id(each) for node in nodes for each in _unsaid(node)}
    for node in nodes:
        if isinstance(node, ast.Constant | ast.JoinedStr) and id(node) not in unsaid:
            text = _text(node)
            fixed = shape(text).replace("\0", "")
            if len(_WORD.findall(fixed)) >= LEAST_WORDS and " " in fixed.strip() and not _CODE.search(text):
                yield node, text


def _unsaid(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what is not for people: docstrings, logs, hints of types; what ``say`` says is looked at elsewhere."""
    match node:
        case ast.Expr(value=ast.Constant() as docstring):
            yield docstring
        case ast.JoinedStr(values=parts):
            yield from (each for part in parts for each in ast.walk(part))
        case ast.Call() if _name(node.func) in ("say", "cast") or ast.unparse(node.func).startswith("log."):
            yield from ast.walk(node)
        case (
            ast.arg(annotation=ast.expr() as hint)
            | ast.AnnAssign(annotation=hint)
            | ast.FunctionDef(returns=ast.expr() as hint)
        ):
            yield from ast.walk(hint)
        case _:
            pass


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _text(node: ast.AST) -> str:
    match node:
        case ast.Constant(value=str(text)):
            return text.replace("{", "{{").replace("}", "}}")
        case ast.JoinedStr(values=parts):
            return "".join(map(_text, parts))
        case ast.FormattedValue(value=value, conversion=conversion):
            names = re.findall(r"[a-z][a-z_]*", ast.unparse(value))
            return "{" + (names[-1] if names else "value") + ("!r" if conversion == ord("r") else "") + "}"
        case _:
            return ""
