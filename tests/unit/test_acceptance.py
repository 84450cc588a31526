"""The table of what the simulators are held to names tests there are."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "tests" / "clients" / "ACCEPTANCE.md"


def test_every_test_the_table_names_is_there_and_every_line_has_one() -> None:
    lines = [line for line in TABLE.read_text().splitlines() if line.startswith("| ")]
    items = [line for line in lines if not line.startswith(("| what", "| ---"))]
    named = [re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", line) for line in items]
    assert [line for line, found in zip(items, named, strict=True) if not found] == []
    missing = [
        f"{path}::{name}"
        for found in named
        for path, name in found
        if not re.search(rf"^(async )?def {name}\(", (ROOT / path).read_text(), re.MULTILINE)
    ]
    assert missing == []
