"""How often a screen is drawn when it opens."""

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
A_SCREEN = 6000
"""Bytes that only a paint of most of the screen takes."""


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


@pytest.mark.parametrize(("key", "mark"), [(b"?", b"Keys"), (b"C", b"SUCH AS"), (b"V", b"No view is saved")])
def test_a_screen_is_drawn_once_when_it_opens(program: WatchedProgram, key: bytes, mark: bytes) -> None:
    program.until_quiet()
    before = len(program.sent)
    program.press(key)
    program.painted(mark)
    program.until_quiet()
    paints = bytes(program.sent[before:]).split(PAINT)
    assert len([len(paint) for paint in paints if len(paint) > A_SCREEN]) == 1, list(map(len, paints))
