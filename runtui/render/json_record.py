"""A line of a log that is a JSON object, as a person reads it: time, level, message, then what else it says."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Final

import msgspec

from runtui.render.sanitise import LogText, one_line
from runtui.render.sgr import Sgr, SgrSpan

TIMES: Final = ("time", "timestamp", "@timestamp", "ts", "asctime", "datetime", "date", "t")
LEVELS: Final = ("level", "levelname", "severity", "lvl", "log.level", "loglevel")
MESSAGES: Final = ("message", "msg", "event", "text", "log", "short_message")
NAMES: Final = ("logger", "logger_name", "name", "component", "module")
_NUMBERED: Final = {10: "DEBUG", 20: "INFO", 30: "WARNING", 40: "ERROR", 50: "CRITICAL", 60: "FATAL"}
"""Levels as Python's logging numbers them, which is the commonest numbering where times are no milliseconds."""
_PINO: Final = {10: "TRACE", 20: "DEBUG", 30: "INFO", 40: "WARN", 50: "ERROR", 60: "FATAL"}
_VALUE_LIMIT: Final = 400
_FIELD: Final = Sgr(dim=True)
_SECONDS_FROM, _SECONDS_TO = 1e8, 1e10


def json_record(text: str) -> Mapping[str, object] | None:
    """The object a line consists of, but for blanks around it; None for any other line."""
    text = text.strip()
    if not (text.startswith("{") and text.endswith("}")):
        return None
    try:
        found = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeEncodeError):
        return None
    return found if isinstance(found, dict) and found else None


def readable_record(record: Mapping[str, object]) -> LogText:
    """The record in one line: `12:01:07 ERROR solver: diverged  step=240 residual=nan`. Nothing of it is left out."""
    used: list[str] = []
    head = " ".join(_head(record, used))
    plain, spans = head, []
    for key, value in record.items():
        if key not in used:
            start = len(plain) + 2
            plain += f"  {one_line(key, 80)}={_value(value)}"
            spans.append(SgrSpan(start, start + len(one_line(key, 80)) + 1, _FIELD))
    return LogText(plain.removeprefix("  "), tuple(spans) if head else ())


def _head(record: Mapping[str, object], used: list[str]) -> Iterator[str]:
    time = _taken(record, TIMES, used)
    if time is not None:
        yield _moment(time)
    level = _taken(record, LEVELS, used)
    if level is not None:
        yield _level(level, record)
    name = _taken(record, NAMES, used)
    message = _taken(record, MESSAGES, used)
    if name is not None:
        yield f"{_value(name)}:" if message is not None else _value(name)
    if message is not None:
        yield _value(message, quoted=False)


def _taken(record: Mapping[str, object], names: tuple[str, ...], used: list[str]) -> object | None:
    """The value of the first of these fields that says something plain."""
    for name in names:
        value = record.get(name)
        if isinstance(value, str | int | float) and not isinstance(value, bool) and value != "":
            used.append(name)
            return value
    return None


def _moment(value: object) -> str:
    """A time as it is written, or a number of seconds or milliseconds since 1970 as a time in UTC."""
    if isinstance(value, int | float):
        seconds = value / 1000 if value > _SECONDS_TO else float(value)
        if _SECONDS_FROM < seconds < _SECONDS_TO:
            return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return _value(value, quoted=False)


def _level(value: object, record: Mapping[str, object]) -> str:
    if isinstance(value, int):
        time = record.get("time")
        names = _PINO if "pid" in record or (isinstance(time, int) and time > _SECONDS_TO) else _NUMBERED
        return names.get(value, str(value))
    return _value(value, quoted=False).upper()


def _value(value: object, *, quoted: bool = True) -> str:
    if isinstance(value, str):
        safe = one_line(value, _VALUE_LIMIT * (1 if quoted else 10))
        return f'"{safe}"' if quoted and (" " in safe or not safe) else safe
    return one_line(msgspec.json.encode(value).decode(), _VALUE_LIMIT * 4)
