"""What every screen of the dashboard has."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, TypeVar, cast

from textual import events
from textual.binding import Binding, BindingType

from runtui.model.delta import Delta
from runtui.model.errors import RuntuiError
from runtui.model.reference import RunReference
from runtui.model.transfer import Transfer
from runtui.services.views import LastList
from runtui.tui.error_cells import error_lines
from runtui.tui.widgets.calm_screen import CalmScreen

if TYPE_CHECKING:
    from runtui.services.session import Session
    from runtui.tui.app import RuntuiApp

T = TypeVar("T")


class RuntuiScreen(CalmScreen[None]):
    """A screen that hears of changes.

    `runs_changed`, `transfers_changed` and `time_passed` are called on the screen one sees; a screen that comes back
    into sight is given an empty delta, so that it shows what happened meanwhile.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "back", id="screen.back", show=False),
        Binding("q", "leave", "back", id="screen.leave", show=False),
    ]
    is_root: ClassVar[bool] = False
    """Whether leaving it leaves the program."""

    @property
    def dashboard(self) -> "RuntuiApp":
        """The app, by its own type."""
        return cast("RuntuiApp", self.app)

    def short_name(self, reference: RunReference) -> str:
        """A run's reference with its id as short as it is unique among those listed; not yet safe."""
        return f"{reference.profile}:{self.dashboard.index.short_ids.get(reference, reference.id)}"

    async def ask(self, question: "Callable[[Session], Awaitable[T]]") -> T:
        """Let the session answer. Call it in a worker: it may take as long as a service does. Raises RuntuiError."""
        return await self.dashboard.ask(question)

    @property
    def is_shown(self) -> bool:
        """Whether its widgets are there: neither before they are made nor while they are taken away."""
        return self.is_mounted and self.app.is_running and not self._pruning

    def show_from_thread(self, show: Callable[..., object], *values: object) -> None:
        """Let a thread show something, and wait until it is; nothing happens once the screen is gone."""
        self.app.call_from_thread(lambda: show(*values) if self.is_shown else None)

    async def _message_loop_exit(self) -> None:
        """End the work for the screen before its widgets go, not after: an answer would find nowhere to be shown."""
        self.workers.cancel_node(self)
        await super()._message_loop_exit()

    async def on_event(self, event: events.Event) -> None:
        """Begin nothing on a screen that is taken away before its widgets were made: there are none to begin with."""
        if not (isinstance(event, events.Mount | events.ScreenResume) and self._is_leaving):
            await super().on_event(event)

    @property
    def _is_leaving(self) -> bool:
        return self._closing or self._pruning or self.app._exit

    def profile_shown(self) -> str | None:
        """The profile of what is under the cursor or shown; None where there is no single one."""
        return None

    def runs_changed(self, delta: Delta) -> None:
        """Runs or profile healths changed; the dashboard's index holds the new values."""

    def transfers_changed(self, transfers: Sequence[Transfer]) -> None:
        """Transfers changed; the dashboard holds their new values."""

    def watches_changed(self) -> None:
        """Output files of other runs are fetched as they appear, or one is told of the end of others."""

    def last_list(self) -> LastList | None:
        """What the list of runs is to show on the next start; None where this screen is not that list."""
        return None

    def time_passed(self, now: datetime) -> None:
        """Ages may look different now."""

    def preview_changed(self) -> None:
        """What is shown of a file, or what is known of it, is another one."""

    def show_error(self, error: RuntuiError) -> None:
        """Say an error that answers the user's own key. A screen that has a place for it says it there."""
        self.notify("\n".join(error_lines(error)), severity="error", markup=False, timeout=8)

    def action_back(self) -> None:
        """Undo the innermost thing that can be undone: a prompt, a filter, the screen itself; never quits."""
        if not self.is_root:
            self.app.pop_screen()

    def action_leave(self) -> None:
        """Go back to the screen before, or quit at the first one."""
        if self.is_root:
            self.dashboard.quit_from_root()
        else:
            self.app.pop_screen()

    def on_screen_resume(self) -> None:
        """Catch up with what happened out of sight."""
        self.runs_changed(Delta())
        self.time_passed(self.dashboard.now())
