"""What names a profile's files: the profile as it is configured, without any secret."""

import hashlib

from runtui.config.profile import Profile
from runtui.model.secret_names import is_secret_name
from runtui.services.safe_names import safe_part


def profile_mark(profile: Profile) -> str:
    """A file name for what is kept of a profile: another one under another name, address or user name."""
    plain = sorted(
        (key, value) for key, value in profile.options.items() if isinstance(value, str) and not is_secret_name(key)
    )
    mark = hashlib.sha256(repr((profile.service, plain)).encode()).hexdigest()[:16]
    return f"{safe_part(profile.name)}-{mark}"
