"""README and docs: the code in them runs, their links lead somewhere, nothing names a machine."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAPERS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.md")])
LINK = re.compile(r"\]\((?!https?://|mailto:|#)([^)#\s]+)")
FENCE = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
RUNNABLE = [
    path
    for path in PAPERS
    if path.name in ("README.md", "README.zh-CN.md", "quickstart.md") and ROOT / "examples" not in path.parents
]


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(paper):
    targets = LINK.findall(paper.read_text(encoding="utf-8"))
    assert [target for target in targets if not (paper.parent / target).exists()] == []


@pytest.mark.parametrize("paper", RUNNABLE, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_python_in_the_paper_runs(paper, tmp_path):
    blocks = FENCE.findall(paper.read_text(encoding="utf-8"))
    assert blocks, "no Python to run"
    run = subprocess.run(
        [sys.executable, "-c", "\n".join(blocks)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert run.returncode == 0, run.stderr


def test_both_readmes_have_the_same_outline():
    outlines = [
        [line.split()[0] for line in (ROOT / name).read_text(encoding="utf-8").splitlines() if line.startswith("#")]
        for name in ("README.md", "README.zh-CN.md")
    ]
    assert outlines[0] == outlines[1]
