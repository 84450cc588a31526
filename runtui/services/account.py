"""What names files that are kept of a profile or of the account behind it, without any secret."""

import hashlib
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from runtui.config.profile import Profile
from runtui.model.secret_names import is_secret_name
from runtui.services.safe_names import safe_part

_WHO: Final = ("username", "user", "email")


def profile_mark(profile: Profile) -> str:
    """A file name for what is kept of a profile: another one under another name, address or user name."""
    plain = sorted(
        (key, value) for key, value in profile.options.items() if isinstance(value, str) and not is_secret_name(key)
    )
    return f"{safe_part(profile.name)}-{_hash(repr((profile.service, plain)))}"


def account_mark(profile: Profile) -> str:
    """A file name for what is kept of an account: the same for all profiles of one user at one address.

    Who that is stands in the profile as a name, or, where it holds nothing but a token, follows from where the token
    is kept; of a token that is written into the profile a hash is taken.
    """
    parts = urlsplit(profile.address)
    named = [(key, profile.options[key]) for key in _WHO if isinstance(profile.options.get(key), str)]
    account = (profile.service, parts.scheme, parts.netloc.lower(), named or sorted(_kept(profile)))
    return f"{profile.service}-{_hash(repr(account))}"


def _kept(profile: Profile) -> Iterator[tuple[str, str]]:
    """What distinguishes a profile without a user's name: where its secrets and its other client's files are."""
    for key, value in profile.options.items():
        if isinstance(value, str) and key != "url":
            yield key, _hash(value) if is_secret_name(key) else value
        elif isinstance(value, dict):
            yield key, repr(sorted(value.items()))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:16]
