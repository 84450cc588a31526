"""The line below a log: what is looked for, and where everything else about it is typed."""

from enum import StrEnum
from typing import Final, NamedTuple

from runtui.tui.widgets.filter_line import FilterLine


class PromptKind(StrEnum):
    """What is typed. The values name what was entered before, where it is kept."""

    SEARCH = "log-search"
    KEEP = "log-filter"
    DROP = "log-filter-out"
    GO = "log-place"
    SAVE = "log-file"
    SERIES = "log-series"


class _Look(NamedTuple):
    sign: str
    placeholder: str


_LOOKS: Final = {
    PromptKind.SEARCH: _Look("/", "search: text or a regular expression"),
    PromptKind.KEEP: _Look("&", "show only lines with: text or a regular expression"),
    PromptKind.DROP: _Look("!", "hide lines with: text or a regular expression"),
    PromptKind.GO: _Look("@", "go to: 1200, 50%, 12:01, -5m, 2026-01-29 12:00"),
    PromptKind.SERIES: _Look("~", "plot: residual = {}, or the words before a number"),
    PromptKind.SAVE: _Look(">", "save as: a path"),
}


class LogPrompt(FilterLine):
    """A prompt of several kinds, each with what was entered into it before. At rest it shows the search."""

    def __init__(self, *, id: str | None = None) -> None:
        look = _LOOKS[PromptKind.SEARCH]
        super().__init__(look.placeholder, sign=look.sign, id=id)
        self.kind = PromptKind.SEARCH
        self._entered: dict[PromptKind, list[str]] = {kind: [] for kind in PromptKind}

    def set_entered(self, kind: PromptKind, texts: list[str]) -> None:
        """What was entered before, the newest last."""
        self._entered[kind] = [*texts, *(text for text in self._entered[kind] if text not in texts)]
        if kind is self.kind:
            self.set_history(self._entered[kind])

    def ask(self, kind: PromptKind, text: str = "") -> None:
        """Give the prompt the keys, for something of this kind."""
        self._become(kind)
        if kind is not PromptKind.SEARCH:
            self.set_text(text)
        self.begin(_LOOKS[kind].sign)

    def rest(self, searched: str) -> None:
        """Show what is looked for."""
        self._entered[self.kind] = list(self.history)
        self._become(PromptKind.SEARCH)
        self.set_sign(_LOOKS[PromptKind.SEARCH].sign)
        self.set_text(searched)

    def _become(self, kind: PromptKind) -> None:
        if kind is not self.kind:
            self._entered[self.kind] = list(self.history)
            self.kind = kind
            self.set_history(self._entered[kind])
        self.set_placeholder(_LOOKS[kind].placeholder)
