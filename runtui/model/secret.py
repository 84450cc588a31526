"""A text that must not be seen, and where such a text is kept."""

from typing import Final

from runtui.model.errors import ConfigError


class Secret:
    """Holds a token or a password; prints as stars wherever it ends up. Only `reveal` gives the text."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text: Final = text

    def reveal(self) -> str:
        """The text itself. Call it where the value is sent, nowhere else."""
        return self._text

    def __repr__(self) -> str:
        return "Secret('***')"

    __str__ = __repr__

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __reduce__(self) -> str:
        raise TypeError("a secret is not written anywhere")


class SecretRef:
    """Where a secret is kept: what a configuration holds in place of the secret itself.

    `kind` is `env`, `command`, `keyring`, `file` or `plain` (the secret stands in the configuration); `place` is the
    variable's name, the command line, the keyring's entry or the file's path, and empty for `plain`.
    """

    __slots__ = ("kind", "place", "plain")

    KINDS: Final = ("env", "command", "keyring", "file")

    def __init__(self, kind: str, place: str = "", plain: Secret | None = None) -> None:
        self.kind: Final = kind
        self.place: Final = place
        self.plain: Final = plain

    @classmethod
    def parse(cls, written: object) -> "SecretRef":
        """The reference a configuration means: a text is the secret itself, a table has exactly one of the kinds.

        Raises ConfigError, never with the secret in it.
        """
        if isinstance(written, str):
            return cls("plain", plain=Secret(written))
        if isinstance(written, dict) and len(written) == 1:
            kind, place = next(iter(written.items()))
            if kind in cls.KINDS and isinstance(place, str) and place:
                return cls(kind, place)
        raise ConfigError(
            "a secret is a text or a table with one of " + ", ".join(cls.KINDS),
            hint='For example { env = "MY_TOKEN" }.',
        )

    def __repr__(self) -> str:
        return f"SecretRef({self.kind!r}, {self.place!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SecretRef):
            return False
        return (self.kind, self.place, self.plain) == (other.kind, other.place, other.plain)

    def __hash__(self) -> int:
        return hash((self.kind, self.place, self.plain))
