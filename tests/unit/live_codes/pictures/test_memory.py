"""What a picture of a few kilobytes may cost when it is unpacked."""

import subprocess
import sys

import pytest

MEASURE = """
import io, resource, sys
from PIL import Image
from privcrm.errors import InputError
from privcrm.services.live_codes.pictures.reading import read_code
file = io.BytesIO()
Image.new(sys.argv[1], (7_700, 7_700), None).save(file, "PNG")
content = file.getvalue()
assert len(content) < 400_000, len(content)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    read_code(content)
except InputError:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="counts in the kernel's units")
@pytest.mark.parametrize(("mode", "most"), [("1", 280), ("L", 280)])
def test_a_bomb_takes_no_more_than_its_grey_picture(mode: str, most: int) -> None:
    """Found in review: 7 KB of blank PNG took 700 MB, and several of them a small machine."""
    done = subprocess.run([sys.executable, "-c", MEASURE, mode], check=True, capture_output=True, text=True, timeout=60)
    assert int(done.stdout) < most
