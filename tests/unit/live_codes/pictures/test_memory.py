"""What a picture of a few kilobytes may cost when it is unpacked."""

import subprocess
import sys

import pytest

MEASURE = """
import io, sys
from pathlib import Path
from PIL import Image
from privcrm.errors import InputError
from privcrm.services.live_codes.pictures.reading import read_code
file = io.BytesIO()
Image.new(sys.argv[1], (7_700, 7_700), None).save(file, "PNG")
content = file.getvalue()
assert len(content) < 400_000, len(content)
try:
    read_code(content)
except InputError:
    status = Path("/proc/self/status").read_text().splitlines()  # getrusage remembers what the parent took
    print(next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) // 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="counts in the kernel's units")
@pytest.mark.parametrize(("mode", "most"), [("1", 280), ("L", 280)])
def test_a_bomb_takes_no_more_than_its_grey_picture(mode: str, most: int) -> None:
    """Found in review: 7 KB of blank PNG took 700 MB, and several of them a small machine."""
    done = subprocess.run([sys.executable, "-c", MEASURE, mode], check=True, capture_output=True, text=True, timeout=60)
    assert int(done.stdout) < most
