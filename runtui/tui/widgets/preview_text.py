"""The pager of a preview: text that is fetched as one goes on, and blocks that can be shut."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widget import Widget

from runtui.model.lines import LineSource
from runtui.render.cell import Tone
from runtui.render.folded_lines import FoldedLines
from runtui.tui.widgets.log_view import LogView
from runtui.tui.widgets.safe_lines import SafeLine


class PreviewText(LogView):
    """A pager whose text may go on beyond what is there: it says when one comes to an end of it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "toggle_block", "fold", id="preview.fold", key_display="Enter"),
        Binding("asterisk", "toggle_blocks", "fold all", id="preview.fold_all", key_display="*", show=False),
    ]

    class EdgeReached(Message):
        """The first or the last line that is there is in sight, or was asked for (`is_far`: the end of the file)."""

        def __init__(self, view: "PreviewText", *, at_end: bool, is_far: bool) -> None:
            super().__init__()
            self.view = view
            self.at_end = at_end
            self.is_far = is_far

        @property
        def control(self) -> Widget:
            """The pager, so that `on` can select by its id."""
            return self.view

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(numbers=False, wraps=False, tone_of=_plain, id=id)
        self._folding: FoldedLines | None = None

    def show_lines(self, source: LineSource, *, numbers: bool, at_end: bool = False) -> None:
        """Show these lines, from their beginning or from their end."""
        self._folding = source if isinstance(source, FoldedLines) else None
        if self._numbers != numbers:
            self.action_toggle_numbers()
        self.set_source(source)
        if at_end:
            super().action_go_to_end(True)
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing is followed; blocks are folded where there are some."""
        if action in ("toggle_block", "toggle_blocks"):
            return self._folding is not None
        return action != "toggle_follow" and super().check_action(action, parameters)

    def action_toggle_block(self) -> None:
        """Shut the block that begins on the cursor's line or open it, else shut the one around it."""
        if self._folding is not None:
            self.go_to_line(self._folding.toggle(self.state.cursor))

    def action_toggle_blocks(self) -> None:
        """Shut all blocks of the second level, or open all."""
        if self._folding is not None:
            self._folding.toggle_all()
            self.go_to_line(0)

    def action_go_to_end(self, last: bool) -> None:
        """Go to the first or the last line there is, and say that the file's own is wanted."""
        super().action_go_to_end(last)
        self.post_message(self.EdgeReached(self, at_end=last, is_far=True))

    def action_move_cursor(self, lines: int) -> None:
        """Move the cursor; say so at an end."""
        super().action_move_cursor(lines)
        self._say_edge(lines > 0)

    def action_page(self, pages: float) -> None:
        """Move by pages; say so at an end."""
        if pages > 0 and self.top + self.page_size >= self.source.line_count:
            super().action_go_to_end(True)
        elif pages < 0 and self.top == 0:
            super().action_go_to_end(False)
        else:
            super().action_page(pages)
        self._say_edge(pages > 0)

    def _say_edge(self, down: bool) -> None:
        state = self.state
        if down and state.cursor >= state.line_count - self.page_size:
            self.post_message(self.EdgeReached(self, at_end=True, is_far=False))
        elif not down and state.cursor < self.page_size:
            self.post_message(self.EdgeReached(self, at_end=False, is_far=False))


def _plain(line: SafeLine) -> Tone:
    return Tone.TEXT
