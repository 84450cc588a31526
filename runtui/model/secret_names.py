"""Which fields hold a secret, told by their names: the one list of them."""

import re
from typing import Final

SECRET_WORDS: Final = (
    r"token|passw|passphrase|secret|api[-_]?key|access[-_]?key|encrypted.{0,40}key|encryption[-_]?key|private[-_]?key"
    r"|authorization|credential|signature|cookie"
)
"""A pattern of what such a name has in it, in either case."""

_SECRET_NAME: Final = re.compile(SECRET_WORDS, re.IGNORECASE)


def is_secret_name(name: str) -> bool:
    """Whether a field of that name is taken to hold a secret, whatever service it comes from."""
    return _SECRET_NAME.search(name) is not None
