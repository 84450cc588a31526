"""How often a screen is drawn when it opens, and what is sent for it."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from runtui.config.settings import load_config
from runtui.services.cache import RunCache
from tests.support.sample_runs import sweep_runs
from tests.support.watched_program import WatchedProgram

NOBODY = "http://127.0.0.1:9"
PAINT = b"\x1b[?2026h"
"""Every paint is put between two of these marks where the terminal knows them."""
AN_AGE = 200
"""Bytes that no paint takes in which nothing but an age or two changes."""


@pytest.fixture
def program(tmp_path: Path) -> Iterator[WatchedProgram]:
    config = tmp_path / "config.toml"
    config.touch(mode=0o600)
    config.write_text(f'[profiles.hpc]\nservice = "rescale"\nurl = "{NOBODY}"\ntoken = "none"\n')
    RunCache(tmp_path / "cache").save(load_config(config, {}).profiles[0], sweep_runs(200), datetime.now(UTC))
    environ = {
        "HOME": str(tmp_path),
        "RUNTUI_CONFIG": str(config),
        "RUNTUI_DATA_DIR": str(tmp_path / "data"),
        "RUNTUI_CACHE_DIR": str(tmp_path / "cache"),
    }
    with WatchedProgram([sys.executable, "-m", "runtui"], environ, cwd=tmp_path) as started:
        started.painted(b"airfoil")
        started.painted(b"offline")
        yield started


@pytest.mark.parametrize(
    ("key", "mark", "most"), [(b"?", b"Keys", 6000), (b"C", b"SUCH AS", 4000), (b"V", b"No view is saved", 1200)]
)
def test_a_screen_is_drawn_once_when_it_opens(program: WatchedProgram, key: bytes, mark: bytes, most: int) -> None:
    program.until_quiet()
    before = len(program.sent)
    program.press(key)
    program.painted(mark)
    program.until_quiet()
    paints = [len(paint) for paint in bytes(program.sent[before:]).split(PAINT)]
    assert len([paint for paint in paints if paint > AN_AGE]) == 1, paints
    assert max(paints) < most
