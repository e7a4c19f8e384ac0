"""The documentation as the tests see it: its pages and the blocks in them."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("README*.md"), *DOCS.rglob("*.md"), ROOT / "examples" / "README.md"])


def blocks(page: Path, language: str) -> list[str]:
    """Return the fenced blocks of one language, indented ones included."""
    fenced = re.compile(rf"^( *)```{language}\n(.*?)^\1```", re.MULTILINE | re.DOTALL)
    return [body for _, body in fenced.findall(page.read_text(encoding="utf-8"))]


def command_lines(page: Path) -> Iterator[str]:
    """Yield the calls of privcrm in console blocks, without what stands in front of the command."""
    for block in blocks(page, "console"):
        for line in block.splitlines():
            called = re.match(r"(?:[A-Z_]+=\S+ )*(?:uv run )?privcrm (.*)", line)
            if called:
                yield called[1].partition("#")[0]


def name_of(page: Path) -> str:
    """Return a page's path, for the names of tests."""
    return page.relative_to(ROOT).as_posix()
