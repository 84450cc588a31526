"""Who a service says we are."""

import msgspec


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a cheap login check. Fields are empty where the service does not say."""

    name: str = ""
    email: str = ""
    organisation: str = ""
