"""Bytes as a person reads them when they are no text."""

ROW = 16


def hex_text(content: bytes) -> str:
    """Offset, sixteen bytes, and what of them is ASCII, a line each."""
    return "\n".join(_row(offset, content[offset : offset + ROW]) for offset in range(0, len(content), ROW))


def _row(offset: int, row: bytes) -> str:
    left, right = row[: ROW // 2].hex(" "), row[ROW // 2 :].hex(" ")
    letters = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)
    return f"{offset:08x}  {left:<23}  {right:<23}  {letters}"
