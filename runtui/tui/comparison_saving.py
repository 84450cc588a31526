"""Taking a comparison elsewhere: a row or all of it to the clipboard, all of it to a file."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType

from runtui.model.comparison import ComparedRow
from runtui.model.errors import ConfigError, StorageError
from runtui.render.sanitise import one_line
from runtui.render.units import size
from runtui.services.compared_series import ComparedSeries
from runtui.services.comparison_forms import comparison_csv, comparison_json, comparison_shape
from runtui.tui.compared_logs import FollowsComparedLogs
from runtui.tui.log_taking import clipped, write_file
from runtui.tui.widgets.confirm_dialog import ConfirmDialog
from runtui.tui.widgets.prompt_dialog import PromptDialog

_FORMS = (".csv", ".json")


class SavesComparison(FollowsComparedLogs):
    """A screen whose rows can be copied and saved: those that are shown, measured as they are."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,c", "copy_row", "copy", id="compare.copy", tooltip="copy the values of the row", show=False),
        Binding("Y", "copy_all", "copy all", id="compare.copy_all", tooltip="copy the table as CSV", show=False),
        Binding("ctrl+s", "save", "save", id="compare.save", tooltip="save the table as CSV or JSON"),
    ]

    def shown_rows(self) -> Sequence[ComparedRow]:
        """The rows that are listed, in their order."""
        raise NotImplementedError

    def row_under_cursor(self) -> ComparedRow | None:
        """The row the cursor is on."""
        raise NotImplementedError

    def action_copy_row(self) -> None:
        """Copy the row's name and its values with tabs between them, as a spreadsheet takes them."""
        row = self.row_under_cursor()
        if row is not None:
            cells = [row.name, *("" if one.is_missing else one.text for one in row.values)]
            self._copy("\t".join(" ".join(cell.split()) for cell in cells), one_line(row.name, 40))

    def action_copy_all(self) -> None:
        """Copy what is listed as comma-separated values."""
        rows = self.shown_rows()
        self._copy(comparison_csv(self.compared.references, self.compared.base, rows), f"{len(rows)} rows")

    def _copy(self, text: str, what: str) -> None:
        taken = clipped(text.split("\n"))
        self.app.copy_to_clipboard(taken)
        if len(taken) < len(text.rstrip("\n")):
            self.notify(
                f"Copied a part of {what}: terminals take no more. ^s saves all.", severity="warning", markup=False
            )
        else:
            self.notify(f"Copied {what}", markup=False)

    @work(group="save")
    async def action_save(self) -> None:
        """Ask where to, and save what is listed; with the points of all series where the file is called .json."""
        folder = self.dashboard.opening.config.interface.download_dir.absolute()
        name = f"compared-{self.dashboard.now().astimezone():%Y%m%d-%H%M%S}.csv"
        said = "The rows that are listed: .csv for a spreadsheet, .json with the points of every series as well."
        text = await self.app.push_screen_wait(PromptDialog("Save as", said, text=str(folder / name)))
        if not text:
            return
        try:
            target = _target(text)
        except ConfigError as error:
            self.show_error(error)
        else:
            self._write(target, self.compared.base, tuple(self.shown_rows()), self.series)

    @work(group="save")
    async def _ask_to_replace(self, target: Path, write: Callable[[], object]) -> None:
        dialog = ConfirmDialog("Replace the file?", [str(target)], "What it holds is lost.", confirm="Replace")
        if await self.app.push_screen_wait(dialog):
            write()

    @work(thread=True, group="save")
    def _write(
        self,
        target: Path,
        base: int,
        rows: Sequence[ComparedRow],
        series: ComparedSeries | None,
        *,
        replace: bool = False,
    ) -> None:
        if not replace and target.is_file():
            again = partial(self._write, target, base, rows, series, replace=True)
            self.app.call_from_thread(self._ask_to_replace, target, again)
            return
        references = self.compared.references
        if target.suffix.lower() == ".json":
            text = comparison_json(comparison_shape(references, base, rows, series))
        else:
            text = comparison_csv(references, base, rows)
        try:
            written = write_file(target, iter([text.encode("utf-8", "surrogatepass")]))
        except StorageError as error:
            self.app.call_from_thread(self.show_error, error)
        else:
            self.app.call_from_thread(self.notify, f"Saved {size(written)} as {target}", markup=False)


def _target(text: str) -> Path:
    """The file that is meant. Raises ConfigError for a name that says no form."""
    target = Path(text).expanduser().absolute()
    if target.suffix.lower() not in _FORMS:
        raise ConfigError(f"{target.name} is neither .csv nor .json", hint="The end of the name says the form.")
    return target
