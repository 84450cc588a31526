"""Allowances as lines."""

import pytest

from runtui.model.usage import Usage
from runtui.render.usage_lines import usage_lines
from runtui.render.widths import cell_width


@pytest.mark.parametrize(
    ("used", "limit", "unit", "figures"),
    [
        (1, None, "elements", "1 element"),
        (2, None, "elements", "2 elements"),
        (0, 1, "runs", "0 of 1 run"),
        (1, 100, "runs", "1 of 100 runs"),
        (1, None, "GB", "1 GB"),
        (1, None, "", "1"),
        (90, None, "seconds", "01:30"),
        (1, 2048, "bytes", "1 B of 2.0 KB"),
    ],
)
def test_one_of_a_thing_is_told_as_one(used: float, limit: float | None, unit: str, figures: str) -> None:
    (cells,) = usage_lines([Usage(name="all", used=used, limit=limit, unit=unit)], 80)
    assert "".join(cell.text for cell in cells).endswith(f"   {figures}")


@pytest.mark.parametrize("width", [60, 80, 120])
def test_figures_are_never_cut(width: int) -> None:
    allowances = [
        Usage(name="runs", used=4, limit=1000, unit="runs"),
        Usage(name="drive", used=36e6, limit=21e9, unit="bytes"),
        Usage(name="images of a processor with a long name", used=190e6, limit=None, unit="bytes"),
    ]
    lines = ["".join(cell.text for cell in cells) for cells in usage_lines(allowances, width)]
    assert all(cell_width(line) < width for line in lines)
    assert lines[0].endswith("   4 of 1,000 runs")
    assert len({line.index(end) for line, end in zip(lines, ("4 of", "36 MB", "190 MB"), strict=True)}) == 1
