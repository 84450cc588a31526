import ctypes
import subprocess
import sys

import pytest

from tests.support.source_tree import ROOT

FREED = """
from pathlib import Path
from runtui.tui.collector import return_large_pieces

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

return_large_pieces()
first = b"x" * 2_000_000
del first
before, large, small = resident(), [], []
for _ in range(50):
    large.append(b"x" * 1_000_000)
    small.append(b"y" * 100_000)
del large
print(resident() - before)
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallopt"), reason="the C library is not glibc")
def test_large_pieces_of_memory_between_small_ones_are_given_back() -> None:
    ran = subprocess.run([sys.executable, "-c", FREED], cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(ran.stdout) < 10_000_000
