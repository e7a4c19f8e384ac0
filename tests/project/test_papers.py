"""README and docs: their links lead somewhere, and both READMEs say the same."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAPERS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.md")])
LINK = re.compile(r"\]\((?!https?://|mailto:|#)([^)#\s]+)")


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(paper):
    targets = LINK.findall(paper.read_text(encoding="utf-8"))
    assert [target for target in targets if not (paper.parent / target).exists()] == []


def test_both_readmes_have_the_same_outline():
    outlines = [
        [line.split()[0] for line in (ROOT / name).read_text(encoding="utf-8").splitlines() if line.startswith("#")]
        for name in ("README.md", "README.zh-CN.md")
    ]
    assert outlines[0] == outlines[1]
