"""Frozen values and pure rules. Nothing here does input or output, and nothing here imports another layer."""
