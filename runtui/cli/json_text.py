"""Values as JSON that any reader and any terminal can take: ASCII alone, every other character by its number."""

import json
import re
from collections.abc import Iterable

import msgspec

from runtui.cli.output import write_line, write_lines

_NOT_PLAIN = re.compile(r"[^\x20-\x7e]")


def json_text(value: object) -> str:
    """One value on one line. A number that is none (nan, infinity) becomes null."""
    try:
        text = msgspec.json.encode(value).decode()
    except UnicodeEncodeError:
        text = json.dumps(value, allow_nan=False, separators=(",", ":"))
    return text if text.isascii() and "\x7f" not in text else _NOT_PLAIN.sub(_escaped, text)


def write_json(value: object) -> None:
    """One value on a line of its own."""
    write_line(json_text(value))


def write_json_list(values: Iterable[object]) -> None:
    """A JSON list with a line for each of its values."""
    texts = [json_text(value) for value in values]
    write_lines(["[", *(f"{text}," for text in texts[:-1]), *texts[-1:], "]"])


def write_json_lines(values: Iterable[object]) -> None:
    """A line for each value and no list around them."""
    write_lines(json_text(value) for value in values)


def _escaped(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x10000:
        return f"\\u{code:04x}"
    code -= 0x10000
    return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"
