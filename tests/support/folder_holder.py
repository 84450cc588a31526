"""A process that holds a temporary folder until it is killed or its input ends."""

import subprocess
import sys
from pathlib import Path


def hold(temporary: Path, program: str) -> subprocess.Popen[str]:
    """Run a program that makes a folder below `temporary`, prints where, and reads its input to the end."""
    return subprocess.Popen(
        [sys.executable, "-c", program],
        env={"TMPDIR": str(temporary), "PYTHONPATH": ":".join(sys.path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def killed(temporary: Path, program: str) -> Path:
    """The folder that a process left which was killed."""
    with hold(temporary, program) as holder:
        assert holder.stdout is not None
        left = Path(holder.stdout.readline().strip())
        holder.kill()
    return left
