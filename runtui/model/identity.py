"""Who a service says we are."""

import msgspec


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a cheap login check. Fields are empty where the service does not say."""

    name: str = ""
    email: str = ""
    organisation: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """What the service says, each once: where one logs in with an address that is the name too."""
        return tuple(dict.fromkeys(part for part in (self.name, self.email, self.organisation) if part))
