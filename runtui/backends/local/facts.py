"""What is worth knowing of where a run was started: who, and which version of what lies there."""

import getpass
import subprocess
from pathlib import Path

_SECONDS = 1.0


def owner_name() -> str:
    """The user's name; empty where the system knows none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""


def commit_of(folder: Path) -> str:
    """The git commit a folder is at, with a `+` when files that git knows have changed since; empty for none.

    Looked up only below a `.git`, and given up after a second: a start must not wait.
    """
    if not any((above / ".git").exists() for above in (folder, *folder.parents)):
        return ""
    head = _git(folder, "rev-parse", "--short=12", "HEAD")
    changed = bool(head) and _git(folder, "status", "--porcelain", "--untracked-files=no") != ""
    return f"{head}+" if changed else head


def _git(folder: Path, *words: str) -> str:
    try:
        ended = subprocess.run(
            ["git", "--no-optional-locks", "-C", str(folder), *words],
            capture_output=True, text=True, timeout=_SECONDS, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return ended.stdout.strip() if ended.returncode == 0 else ""
