"""`python -m runtui`."""

from runtui.cli.main import run

raise SystemExit(run())
