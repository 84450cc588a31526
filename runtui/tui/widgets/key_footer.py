"""The footer: what the keys do here and now, the most useful first."""

from collections.abc import Sequence
from typing import Final

from textual import events
from textual.binding import Binding
from textual.screen import Screen

from runtui.render.cell import Tone
from runtui.render.widths import cell_width
from runtui.tui.widgets.key_names import acts_now
from runtui.tui.widgets.line_writer import LineWriter
from runtui.tui.widgets.one_line import OneLine

_GAP: Final = 3


class KeyHint(tuple[str, str, str]):
    """A key as a person reads it, what it does, and the key as Textual names it."""

    __slots__ = ()

    @property
    def width(self) -> int:
        """Cells it takes."""
        return cell_width(self[0]) + 1 + cell_width(self[1])


class KeyFooter(OneLine):
    """As many hints as fit, none of them cut.

    Hints are the bindings that work now, are shown and have a description. Those whose ids are in `order` come first,
    in that order; those in `last` stand at the end of the line and give way to nothing.
    """

    def __init__(
        self, order: Sequence[str] = (), last: Sequence[str] = ("app.help",), *, id: str | None = None
    ) -> None:
        super().__init__(id=id)
        self._order = tuple(order)
        self._last = tuple(last)
        self._places: list[tuple[int, int, str]] = []

    def set_order(self, *ids: str) -> None:
        """Show the actions of these ids first."""
        self._order = ids
        self.redraw()

    def on_mount(self) -> None:
        """Hear when other keys work than before."""
        self.screen.bindings_updated_signal.subscribe(self, self._bindings_updated)

    def _bindings_updated(self, screen: Screen[object]) -> None:
        if screen is self.screen:
            self.redraw()

    def hints(self) -> tuple[list[KeyHint], list[KeyHint]]:
        """What the keys do now: the hints in the order of their worth, and those that stay at the end."""
        found: dict[str, tuple[Binding, KeyHint]] = {}
        for key, active in self.screen.active_bindings.items():
            binding = active.binding
            name = binding.id or binding.action
            if binding.show and binding.description and name not in found and acts_now(self.screen, key, active):
                shown = self.app.get_key_display(binding)
                if shown:
                    found[name] = (binding, KeyHint((shown, binding.description, binding.key)))
        last = [found.pop(name)[1] for name in self._last if name in found]
        first = [found.pop(name)[1] for name in self._order if name in found]
        return [*first, *(hint for _, hint in found.values())], last

    def write_line(self, writer: LineWriter, width: int) -> None:
        """The hints that fit."""
        hints, last = self.hints()
        room = width - 2 - sum(hint.width + _GAP for hint in last)
        shown: list[KeyHint] = []
        for hint in hints:
            room -= hint.width + (_GAP if shown else 0)
            if room < 0:
                break
            shown.append(hint)
        self._places = []
        writer.pad(1)
        for position, hint in enumerate([*shown, *last]):
            writer.pad(_GAP if position else 0)
            self._write_hint(writer, hint)

    def _write_hint(self, writer: LineWriter, hint: KeyHint) -> None:
        tones, start = self.inks.tones, writer.width
        shown, description, key = hint
        writer.write(shown, tones[Tone.ACCENT])
        writer.pad(1)
        writer.write(description, tones[Tone.MUTED])
        self._places.append((start, writer.width, key))

    def on_click(self, event: events.Click) -> None:
        """Press the key clicked."""
        for start, end, key in self._places:
            if start <= event.x < end:
                self.app.simulate_key(key)
