"""The name a service proposes for a file it gives."""

import re
from typing import Final
from urllib.parse import unquote

_PLAIN_NAME: Final = re.compile(r';\s*filename\s*=\s*(?:"((?:\\.|[^"\\])*)"|([^;]*))', re.IGNORECASE)
_EXTENDED_NAME: Final = re.compile(r";\s*filename\*\s*=\s*([\w!#$%&+^`{}~.-]+)'[^']*'([^;\s]+)", re.IGNORECASE)


def proposed_name(disposition: str) -> str | None:
    """The file name in a `Content-Disposition`, unsafe as it came.

    Some services write it without quotes; quotes and the extended form of RFC 5987 are read too.
    """
    text = ";" + disposition.partition(";")[2]
    extended = _EXTENDED_NAME.search(text)
    if extended is not None:
        try:
            return unquote(extended[2], encoding=extended[1], errors="replace")
        except LookupError:
            pass
    plain = _PLAIN_NAME.search(text)
    if plain is None:
        return None
    quoted, bare = plain.groups()
    return re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else bare.strip() or None
