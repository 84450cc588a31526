"""One terminal for every run you have in flight."""

__version__ = "0.1.0"
