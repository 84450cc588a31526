"""Taking lines out of a log screen: to the clipboard, to a file, to another program."""

import os
import shlex
import subprocess
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import ClassVar, Final

from textual import work
from textual.app import SuspendNotSupported
from textual.binding import Binding, BindingType

from runtui.model.errors import ConfigError, StorageError
from runtui.model.lines import LineSource
from runtui.render.units import count, size
from runtui.services.indexed_file import IndexedFile
from runtui.services.passing_folder import PassingFolder
from runtui.services.safe_names import safe_part
from runtui.services.transfer_layout import run_folder
from runtui.tui.log_finding import FindsInLog
from runtui.tui.widgets.confirm_dialog import ConfirmDialog
from runtui.tui.widgets.log_prompt import PromptKind
from runtui.tui.widgets.safe_lines import safe_text

CLIPBOARD_BYTES: Final = 74_994
"""As much as terminals take at once: with the escape sequence around it, 100,000 bytes of base64."""
_AT_LINE: Final = frozenset(
    {"less", "more", "most", "vi", "vim", "nvim", "nano", "emacs", "emacsclient", "micro", "ne", "joe"}
)
"""Programs that open a file at a line when given `+LINE`."""
_PIECE: Final = 1024 * 1024


class TakesFromLog(FindsInLog):
    """A log screen whose lines can be taken elsewhere."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,c", "copy", "copy", id="log.copy", tooltip="copy the selected lines, or the one under the cursor"),
        Binding("Y", "copy_hits", "copy hits", id="log.copy_hits", tooltip="copy all lines found", show=False),
        Binding("ctrl+s", "save", "save", id="log.save", tooltip="save the log's exact bytes to a file"),
        Binding("o", "open_pager", "$PAGER", id="log.pager", tooltip="read the log in $PAGER", show=False),
        Binding("O", "open_editor", "$EDITOR", id="log.editor", tooltip="a copy in $EDITOR", show=False),
    ]  # fmt: skip

    # the clipboard

    def action_copy(self) -> None:
        """Copy the selected lines, or the one under the cursor, to the terminal's clipboard."""
        self._copy(self.view.selected_text(), max(1, self.view.state.selected_count))
        self.view.clear_selection()

    def action_copy_hits(self) -> None:
        """Copy all lines the search found."""
        search = self.text.search if self.text is not None else None
        if search is not None and len(search.lines):
            self._copy(clipped(texts_of(self.view.base, search.lines)), len(search.lines))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hits can be copied when there are some."""
        if action == "copy_hits":
            return self.text is not None and self.text.search is not None and len(self.text.search.lines) > 0
        return super().check_action(action, parameters)

    def _copy(self, text: str, wanted: int) -> None:
        text = clipped(text.split("\n"))
        lines = text.count("\n") + 1
        self.app.copy_to_clipboard(text)
        words = f"{count(lines)} {'line' if lines == 1 else 'lines'}"
        if lines < wanted:
            self.notify(
                f"Copied the first {words} of {count(wanted)}: terminals take no more than {size(CLIPBOARD_BYTES)}. "
                "^s saves all.",
                severity="warning",
            )
        else:
            self.notify(f"Copied {words}")

    # a file

    def action_save(self) -> None:
        """Ask where to save the log as it is held now."""
        if self.run is not None and self.text is not None:
            folder = run_folder(self.dashboard.opening.config.interface.download_dir.absolute(), self.run)
            self.prompt.ask(PromptKind.SAVE, str(folder / self._file_name()))

    def _file_name(self) -> str:
        if len(self.shown) > 1:
            return "logs.txt"
        return safe_part(self.shown[0].source.name.replace("/", "_")) or "log"

    def take_entered(self, kind: PromptKind, text: str) -> Callable[[], object]:
        """Save where it was said, or do what else was entered."""
        if kind is not PromptKind.SAVE:
            return super().take_entered(kind, text)
        if not text.strip():
            raise ConfigError("a file needs a name")
        target = Path(text.strip()).expanduser().absolute()
        return lambda: self._save(target)

    @work(group="save")
    async def _ask_to_replace(self, target: Path) -> None:
        dialog = ConfirmDialog("Replace the file?", [str(target)], "What it holds is lost.", confirm="Replace")
        if await self.app.push_screen_wait(dialog):
            self._save(target, replace=True)

    @work(thread=True, group="save")
    def _save(self, target: Path, *, replace: bool = False) -> None:
        try:
            if not replace and target.is_file():
                self.app.call_from_thread(self._ask_to_replace, target)
                return
            what = self._what_is_saved()
            written = write_file(target, self._content())
        except StorageError as error:
            self.app.call_from_thread(self.show_error, error)
        else:
            self.app.call_from_thread(self.notify, f"Saved {what}{size(written)} as {target}", markup=False)

    def _what_is_saved(self) -> str:
        """Of merged logs, which of their lines and how they are written; of one nothing, for it is saved as it came."""
        merged = self.text.merged if self.text is not None else None
        if merged is None:
            return ""
        muted = sum(map(merged.is_muted, range(len(merged.names))))
        left_out = f" ({muted} muted left out)" if muted else ""
        so_far = " found so far" if merged.is_behind else ""
        lines = f"{count(merged.line_count)} lines{so_far} of {len(merged.names) - muted} logs{left_out}"
        return f"the {lines} by time, each behind the name of its log: "

    def _content(self) -> Iterator[bytes]:
        """The exact bytes of one log; the lines of several, each with the name of its log."""
        text = self.text
        if text is None:
            return iter(())
        return bytes_of(text.logs[0][1]) if text.merged is None else named_lines(text.merged, text.names)

    # other programs

    def action_open_pager(self) -> None:
        """Read the log in `$PAGER`."""
        if self.text is not None and self.text.merged is None:
            self._run([*shlex.split(os.environ.get("PAGER") or "less")], self.text.logs[0][1].path)
        elif self.text is not None:
            self._run_on_copy([*shlex.split(os.environ.get("PAGER") or "less")])

    def action_open_editor(self) -> None:
        """Open a copy of the log in `$VISUAL` or `$EDITOR`."""
        if self.text is not None:
            words = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
            self._run_on_copy(shlex.split(words))

    @work(thread=True, group="save")
    def _run_on_copy(self, words: list[str]) -> None:
        try:
            with PassingFolder() as folder:
                copy = folder / self._file_name()
                write_file(copy, self._content())
                self.app.call_from_thread(self._run, words, copy)
        except StorageError as error:
            self.app.call_from_thread(self.show_error, error)

    def _run(self, words: list[str], file: Path) -> None:
        """Give the terminal to another program until it ends."""
        at = [f"+{self.view.state.line + 1}"] if Path(words[0]).name in _AT_LINE else []
        try:
            with self.app.suspend():
                subprocess.run([*words, *at, str(file)], check=False)
        except SuspendNotSupported:
            self.notify("This terminal cannot be given to another program.", severity="warning")
        except OSError as error:
            self.show_error(
                ConfigError(
                    f"{words[0]} cannot be started: {error.strerror}", hint="Set PAGER or EDITOR to another one."
                )
            )
        self.refresh()


def texts_of(source: LineSource, lines: Iterable[int]) -> Iterator[str]:
    """The safe texts of some lines of a source."""
    for number in lines:
        yield from (safe_text(line).plain for line in source.lines(number, 1))


def clipped(lines: Iterable[str]) -> str:
    """As many of some lines as a terminal's clipboard takes at once; at least a part of the first."""
    kept: list[str] = []
    room, line = CLIPBOARD_BYTES, ""
    for line in lines:
        room -= len(line.encode()) + 1
        if room < 0:
            break
        kept.append(line)
    return "\n".join(kept) if kept else line.encode()[:CLIPBOARD_BYTES].decode("utf-8", "ignore")


def bytes_of(spool: IndexedFile) -> Iterator[bytes]:
    """What a source gave, exactly, in pieces."""
    offset = 0
    while piece := spool.read_source(offset, _PIECE):
        offset += len(piece)
        yield piece


def named_lines(source: LineSource, names: tuple[str, ...]) -> Iterator[bytes]:
    """The lines of several logs, each behind the name of its log and a tab."""
    first = 0
    while lines := source.lines(first, 1000):
        first += len(lines)
        yield b"".join(f"{names[line.origin or 0]}\t".encode() + line.content + b"\n" for line in lines)


def write_file(target: Path, content: Iterator[bytes]) -> int:
    """Let a file hold this content; one that was there is replaced once all is written. Returns the bytes written.

    Raises StorageError.
    """
    part = target.with_name(f".{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            written = sum(file.write(piece) for piece in content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise StorageError(f"{target} cannot be written: {error.strerror}") from error
    return written
