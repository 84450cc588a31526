"""The dashboard itself: it owns the session's thread and tells the screen in sight what changed."""

import os
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from textual import events, work
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.notifications import SeverityLevel
from textual.screen import Screen

from runtui.model.capability import Capability
from runtui.model.delta import Delta
from runtui.model.errors import RuntuiError
from runtui.model.job import Job
from runtui.model.log import LogSource
from runtui.model.output_file import OutputFile
from runtui.model.reference import RunReference
from runtui.model.run import Run
from runtui.model.run_group import Reportable
from runtui.model.status import Status
from runtui.model.transfer import Transfer
from runtui.render.glyphs import ASCII, UNICODE
from runtui.render.sanitise import one_line
from runtui.render.status_cells import status_word
from runtui.render.terminal_notice import terminal_notice
from runtui.render.units import size
from runtui.services.notify import Watched
from runtui.services.session_thread import SessionThread
from runtui.services.tree_looks import TreeLook
from runtui.services.views import LastList, keep_quietly
from runtui.tui.colourless import Colourless
from runtui.tui.ending import Ending
from runtui.tui.failed_watches import FailedWatches
from runtui.tui.keys_in_turn import KeysInTurn
from runtui.tui.messages import DeltaArrived, SessionCrashed, TransfersChanged, WatchesChanged, WatchFailed
from runtui.tui.opening import Opening
from runtui.tui.palette import RunProvider, screen_commands
from runtui.tui.run_index import RunIndex
from runtui.tui.screens.base import RuntuiScreen
from runtui.tui.styled_app import StyledApp
from runtui.tui.terminal.terminal_app import TerminalApp
from runtui.tui.terminal_driver import TerminalDriver
from runtui.tui.transfer_news import TransferNews
from runtui.tui.widgets.key_names import key_words

if TYPE_CHECKING:
    from runtui.services.session import Session

T = TypeVar("T")

_MOST_DELTAS_A_SECOND = 10
_MOST_RUNS_AT_ONCE = 1000
"""Runs taken in between two keys: some five milliseconds of work."""
_QUIT_SECONDS = 3.0
_WRITING_SECONDS = 0.03
"""How long the first frame, once drawn, has the processor to itself: what is brought in then takes 100 ms of it."""


class RuntuiApp(StyledApp[int], KeysInTurn[int], TerminalApp[int]):
    """Screens over a session that lives elsewhere: no key ever waits for it."""

    TITLE = "runtui"
    ENABLE_COMMAND_PALETTE = True
    COMMANDS: ClassVar = App.COMMANDS | {RunProvider}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,f1", "help", "help", id="app.help", tooltip="every key that works now"),
        Binding("colon,ctrl+p", "command_palette", "all actions", id="app.palette", show=False),
        Binding("T", "transfers", "transfers", id="app.transfers", show=False),
        Binding("P", "profiles", "profiles", id="app.profiles", show=False),
        Binding("J", "jobs", "jobs", id="app.jobs", show=False, tooltip="jobs, and starting a run of one"),
        Binding("B", "groups", "groups", id="app.groups", show=False, tooltip="groups of runs, and their reports"),
        Binding("K", "catalogue", "catalogue", id="app.catalogue", show=False, tooltip="what else a service keeps"),
        Binding("F", "find", "find", id="app.find", show=False, tooltip="find runs by filters of the service"),
        Binding("n", "changes", "what changed", id="app.changes", show=False, tooltip="since you last looked"),
        Binding(
            "H",
            "run_command",
            "run a command",
            id="app.command",
            show=False,
            tooltip="run a command on this machine",
        ),
        Binding("U", "usage", "usage", id="app.usage", show=False, tooltip="how much of each allowance is used"),
        Binding(
            "r,ctrl+r", "refresh_now", "refresh", id="app.refresh", show=False, tooltip="refresh every profile now"
        ),
        Binding(
            "ctrl+l",
            "redraw",
            "redraw",
            id="app.redraw",
            show=False,
            priority=True,
            tooltip="draw the whole screen anew",
        ),
        Binding("ctrl+z", "suspend_process", "suspend", id="app.suspend", show=False),
        Binding(
            "ctrl+c,ctrl+q", "ask_quit", "quit", id="app.quit", show=False, priority=True, tooltip="quit, pressed twice"
        ),
    ]

    def __init__(self, opening: Opening) -> None:
        """Raises ConfigError where the theme that is configured is not known."""
        super().__init__(driver_class=TerminalDriver)
        if self.no_color:
            self._filters = [Colourless()]
        self.opening = opening
        self.index = RunIndex()
        self.index.apply(opening.known)
        self.index.foretell(opening.known_counts)
        self.transfers: dict[int, Transfer] = {}
        self._transfer_news = TransferNews(self._show_transfers, self.set_timer)
        self._failed_watches = FailedWatches(self._show_failed_watches, self.set_timer)
        self.capabilities: dict[str, frozenset[Capability]] = {}
        """What each profile's service can do, by profile, once the session is open."""
        self.saved_views = opening.saved_views
        """The saved views as this process knows them."""
        self.last_list = opening.last_list
        """What the list is to show on the next start."""
        self._kept_list = opening.last_list
        self.tree_look: TreeLook | None = None
        """How trees of files are to look; None until one was shown."""
        self.crash: BaseException | None = None
        """What ended the program against its will, to be reported once the terminal is restored."""
        self.ending = Ending.QUIT
        """What is to come after it closed."""
        self.glyphs = ASCII if opening.config.interface.ascii else UNICODE
        self.watched = Watched()
        """The runs whose end one wants to be told of."""
        self.fetched: frozenset[RunReference] = frozenset()
        """The runs whose output files are fetched as they appear."""
        self._is_looked_at = False
        """Whether the terminal said that it has the focus; one that says nothing may be out of sight."""
        self._quit_asked_at: float | None = None
        self._has_shown_runs = False
        self._session = SessionThread(
            opening.open_session,
            on_delta=self._pass_delta,
            on_transfers=self._pass_transfers,
            on_crash=self._pass_crash,
        )
        self.begin_with_theme(opening.config.interface.theme, f"{opening.config.path}: [interface] ")
        self.set_keymap(dict(opening.keymap))

    def get_key_display(self, binding: Binding) -> str:
        """A key as a person reads it, in the footer, the help and the palette."""
        return key_words(binding.key, ascii_only=self.glyphs is ASCII)

    # the session

    async def ask(self, question: "Callable[[Session], Awaitable[T]]") -> T:
        """Let the session answer. Raises RuntuiError."""
        return await self._session.ask(question)

    def tell(self, order: "Callable[[Session], object]") -> None:
        """Let the session do something, without waiting."""
        self._session.tell(order)

    def now(self) -> datetime:
        """The time ages are counted to, aware, in UTC."""
        return self.opening.now()

    def on_mount(self) -> None:
        """Open the session once the first screen is painted."""
        self.set_interval(self.opening.link.tick_seconds, self._tick)
        self.call_after_refresh(self._open_once_written)

    def first_screen(self) -> Screen[Any]:
        """The list of runs; where there can be none yet, how to begin."""
        if not self.opening.profiles or self.opening.is_new:
            from runtui.tui.screens.welcome import WelcomeScreen

            return WelcomeScreen()
        from runtui.tui.screens.runs import RunsScreen

        return RunsScreen()

    def _open_once_written(self) -> None:
        """Let the thread that writes to the terminal have its turn where there are runs to see."""
        if self.index.is_told:
            self.set_timer(_WRITING_SECONDS, self._open)
        else:
            self._open()

    def _open(self) -> None:
        from runtui.tui.transfer_questions import offer_left_overs

        self._session.start()
        self.tell(lambda session: session.tell_of_watches(lambda runs: self._post(WatchesChanged(runs))))
        self.tell(lambda session: session.tell_of_failed_watches(lambda *failed: self._post(WatchFailed(*failed))))
        self.run_worker(self._learn_capabilities(), name="capabilities", group="session")
        self.run_worker(offer_left_overs(self), name="left overs", group="left overs")

    async def _learn_capabilities(self) -> None:
        async def capabilities(session: "Session") -> dict[str, frozenset[Capability]]:
            return {name: session.capabilities(name) for name in session.connections}

        self.capabilities = await self.ask(capabilities)

    def on_unmount(self) -> None:
        """Close the session. Who leaves on purpose has seen what there was."""
        if self.crash is None and self.ending is Ending.QUIT:
            self.tell(lambda session: session.look())
        self._session.stop()

    def _pass_delta(self, delta: Delta) -> "Future[None]":
        taken: Future[None] = Future()
        if not self._post(DeltaArrived(delta, taken)):
            taken.set_result(None)
        return taken

    def _pass_transfers(self, transfers: tuple[Transfer, ...]) -> None:
        self._post(TransfersChanged(transfers))

    def _pass_crash(self, error: BaseException) -> None:
        self._post(SessionCrashed(error))

    def _post(self, message: DeltaArrived | TransfersChanged | WatchesChanged | WatchFailed | SessionCrashed) -> bool:
        return self.is_running and self.post_message(message)

    def on_delta_arrived(self, message: DeltaArrived) -> None:
        """Take it in, show it, and ask for the next one no sooner than a screen may change again."""
        pieces = message.delta.pieces(_MOST_RUNS_AT_ONCE)
        self._take_in(message, next(pieces), pieces)

    def _take_in(self, message: DeltaArrived, piece: Delta, pieces: Iterator[Delta]) -> None:
        self.index.apply(piece)
        for run in self.watched.ended(piece.changed):
            self._tell_end(run)
        following = next(pieces, None)
        if following is not None:
            self.call_later(self._take_in, message, following, pieces)
            return
        self.index.has_all()
        for shown in self._screens_in_sight():
            shown.runs_changed(message.delta)
        taken = message.taken

        def is_taken() -> None:
            if not taken.done():
                taken.set_result(None)

        if self._has_shown_runs:
            self.set_timer(1 / _MOST_DELTAS_A_SECOND, is_taken)
        else:
            self._has_shown_runs = True
            self.call_after_refresh(is_taken)

    def on_transfers_changed(self, message: TransfersChanged) -> None:
        """Take them in and show them."""
        self.transfers.update((transfer.id, transfer) for transfer in message.transfers)
        self._transfer_news.take(message.transfers)

    def _show_transfers(self, transfers: Sequence[Transfer]) -> None:
        for shown in self._screens_in_sight():
            shown.transfers_changed(transfers)

    def on_watches_changed(self, message: WatchesChanged) -> None:
        """Show which runs those are."""
        self.fetched = message.references
        self.show_watches()

    def on_watch_failed(self, message: WatchFailed) -> None:
        """Say why."""
        reference = message.reference
        short = self.index.short_ids.get(reference, reference.id)
        self._failed_watches.take(f"{reference.profile}:{short}", message.error)

    def _show_failed_watches(self, lines: Sequence[str]) -> None:
        self.notify("\n".join(lines), severity="error", markup=False, timeout=15)

    def show_watches(self) -> None:
        """Show which runs are watched, in whichever way."""
        for shown in self._screens_in_sight():
            shown.watches_changed()

    def on_session_crashed(self, message: SessionCrashed) -> None:
        """End with a report: what is on the screen would never change again."""
        self.crash = message.error
        self.exit(1)

    def _fatal_error(self) -> None:
        """End with our own report: the usual one prints local variables, and a token may be among them."""
        self.crash = self.crash or self._exception
        self._close_messages_no_wait()

    def _tick(self) -> None:
        for shown in self._screens_in_sight()[:1]:
            shown.time_passed(self.now())
        self._keep_list()

    def _keep_list(self) -> None:
        """Keep how the list stands for the next start, once it has not changed from one look to the next."""
        views, last = self.opening.views, self._list_now()
        if views is None or last is None:
            return
        if last == self.last_list != self._kept_list:
            self._kept_list = last
            self.run_worker(lambda: keep_quietly(views, last), thread=True, group="views", name="keeping the list")
        self.last_list = last

    def _list_now(self) -> LastList | None:
        root = next(iter(self.screen_stack), None)
        return root.last_list() if isinstance(root, RuntuiScreen) and root.is_shown else None

    def _screens_in_sight(self) -> list[RuntuiScreen]:
        """The screen one sees, first, and those below it where it is only a dialog; none while the app closes."""
        if not self.is_running or not self.screen_stack:
            return []
        screen = self.screen
        stack = (screen, *self.screen_stack[:-1]) if screen.is_modal else (screen,)
        return [shown for shown in stack if isinstance(shown, RuntuiScreen) and shown.is_shown]

    def _tell_end(self, run: Run) -> None:
        """Say that a watched run is over; through the terminal, unless somebody looks at this one."""
        short = self.index.short_ids.get(run.reference, run.id)
        name, status = one_line(f"{run.profile}:{short}"), status_word(run.status, run.status_text)
        severity: SeverityLevel = "information" if run.status is Status.SUCCEEDED else "warning"
        self.notify(f"{name} {status}", markup=False, timeout=15, severity=severity)
        if not self._is_looked_at and self._driver is not None:
            self._driver.write(terminal_notice(f"{name} {status}", run.job or run.name or "runtui", os.environ))

    def on_app_focus(self, event: events.AppFocus) -> None:
        """Somebody looks again."""
        self._is_looked_at = True
        self.tell(lambda session: session.set_focused(True))

    def on_app_blur(self, event: events.AppBlur) -> None:
        """Nobody looks."""
        self._is_looked_at = False
        self.tell(lambda session: session.set_focused(False))

    # where one can go

    def open_run(self, reference: RunReference) -> None:
        """Show one run."""
        from runtui.tui.screens.run import RunScreen

        self.push_screen(RunScreen(reference))

    def open_log(self, run: Run, *, node_id: str | None = None, source: LogSource | None = None) -> None:
        """Show a log of a run: the given source, else the most telling one of the node or of the run."""
        from runtui.tui.screens.log import LogScreen

        self.push_screen(LogScreen(run.reference, node_id=node_id, source=source))

    def open_logs(self, runs: Sequence[Run]) -> None:
        """Show the logs of several runs merged by time, or the most telling one of a single run."""
        from runtui.tui.screens.log import LogScreen

        first, *others = (run.reference for run in runs)
        self.push_screen(LogScreen(first, others=others))

    def open_comparison(self, runs: Sequence[Run]) -> None:
        """Show two to eight runs side by side."""
        from runtui.tui.screens.compare import CompareScreen

        self.push_screen(CompareScreen(runs))

    def open_files(self, run: Run, *, file: OutputFile | None = None) -> None:
        """Show the output files of a run, with the cursor on `file`."""
        from runtui.tui.screens.files import FilesScreen

        self.push_screen(FilesScreen(run.reference, file=file))

    def action_transfers(self) -> None:
        """Show the transfers."""
        from runtui.tui.screens.transfers import TransfersScreen

        if not isinstance(self.screen, TransfersScreen):
            self.push_screen(TransfersScreen())

    def action_profiles(self) -> None:
        """Show the profiles."""
        self.open_profiles()

    def open_profiles(self, profile: str | None = None) -> None:
        """Show the profiles, with the cursor on `profile`."""
        from runtui.tui.screens.profiles import ProfilesScreen

        if not isinstance(self.screen, ProfilesScreen):
            self.push_screen(ProfilesScreen(profile))

    def action_jobs(self) -> None:
        """Show the jobs of the profile one looks at."""
        self.open_jobs(self.profile_in_sight())

    def open_jobs(self, profile: str | None) -> None:
        """Show the jobs of a profile, to start a run of one."""
        from runtui.tui.screens.jobs import JobsScreen

        if profile is not None and not isinstance(self.screen, JobsScreen):
            self.push_screen(JobsScreen(profile))

    def action_groups(self) -> None:
        """Show the groups of the profile one looks at, or of the first that has such."""
        from runtui.tui.screens.groups import GroupsScreen

        profile = self._profile_able(Capability.GROUPS)
        if profile is None:
            self.notify("No service here has groups of runs.", severity="warning")
        elif not isinstance(self.screen, GroupsScreen):
            self.push_screen(GroupsScreen(profile))

    def action_catalogue(self) -> None:
        """Show what the service of the profile one looks at keeps beside jobs and runs, or the first that does."""
        from runtui.tui.screens.catalogue import CatalogueScreen

        profile = self._profile_able(Capability.CATALOGUE)
        if profile is None:
            self.notify("No service here has a catalogue.", severity="warning")
        elif not isinstance(self.screen, CatalogueScreen):
            self.push_screen(CatalogueScreen(profile, self._job_in_sight(profile)))

    def _job_in_sight(self, profile: str) -> Job | None:
        from runtui.tui.screens.jobs import JobsScreen

        screen = self.screen
        return screen.job_at_cursor if isinstance(screen, JobsScreen) and screen.profile == profile else None

    def action_find(self) -> None:
        """Ask the service of the profile one looks at for runs, or the first that has filters."""
        from runtui.tui.screens.find import FindScreen

        profile = self._profile_able(Capability.FIND)
        if profile is None:
            self.notify("No service here has filters of its own: / filters the list.", severity="warning")
        elif not isinstance(self.screen, FindScreen):
            self.push_screen(FindScreen(profile))

    def _profile_able(self, capability: Capability) -> str | None:
        able = [name for name, known in self.capabilities.items() if capability in known]
        shown = self.profile_in_sight()
        return shown if shown in able else next(iter(able), None)

    def action_changes(self) -> None:
        """Show what changed since one last looked."""
        from runtui.tui.screens.changes import ChangesScreen

        if not isinstance(self.screen, ChangesScreen):
            self.push_screen(ChangesScreen())

    def key_of(self, action_id: str, usual: str) -> str:
        """The key of an action as a person reads it; `usual` is the one it has when the user wants no other."""
        return key_words(self.opening.keymap.get(action_id, usual).partition(",")[0], ascii_only=self.glyphs is ASCII)

    @work(exclusive=True, group="command")
    async def action_run_command(self) -> None:
        """Show the form for a command on this machine."""
        from runtui.tui.screens.start import StartScreen

        async def ask(session: "Session") -> tuple[str, Job] | None:
            profile = await session.command_profile()
            job = None if profile is None else session.actions.new_job(profile)
            return None if profile is None or job is None else (profile, job)

        found = await self.ask(ask)
        if found is None:
            self.notify("No profile runs commands: local is switched off in [interface].", severity="warning")
        else:
            profile, job = found
            self.push_screen(StartScreen(profile, job.id, job=job))

    def action_usage(self) -> None:
        """Show how much of the allowances is used."""
        from runtui.tui.screens.usage import UsageScreen

        if not isinstance(self.screen, UsageScreen):
            self.push_screen(UsageScreen(self.profile_in_sight()))

    def profile_in_sight(self) -> str | None:
        """The profile of what one looks at, else the first; None when there is none."""
        screen = self.screen
        shown = screen.profile_shown() if isinstance(screen, RuntuiScreen) else None
        return shown or next(iter(self.index.health), None)

    def start_again(self, run: Run) -> None:
        """Show the form for a run of the same job with the same inputs."""
        from runtui.tui.screens.start import StartScreen

        self.push_screen(StartScreen(run.profile, run.job_id, again=run))

    def replace_with_run(self, reference: RunReference) -> None:
        """Show one run in place of the screen in sight."""
        from runtui.tui.screens.run import RunScreen

        self.switch_screen(RunScreen(reference))

    def open_reports(self, subject: Reportable) -> None:
        """Show the reports made of a run or a group."""
        from runtui.tui.screens.reports import ReportsScreen

        self.push_screen(ReportsScreen(subject))

    def await_snapshot(self, run: Run, known: frozenset[str]) -> None:
        """Say when a snapshot that was asked for is there; `known` are the ids of those there were before."""
        self.run_worker(self._tell_of_snapshot(run, known), name="snapshot", group="snapshots")

    async def _tell_of_snapshot(self, run: Run, known: frozenset[str]) -> None:
        try:
            file = await self.ask(lambda session: session.new_snapshot(run, known))
        except RuntuiError:
            return  # said where its run is shown
        if file is not None:
            held = "" if file.size is None else f", {size(file.size)}"
            said = one_line(f"The snapshot of {run.reference} is there: {file.name}{held}.")
            self.notify(f"{said} f shows it among the files, d there downloads it.", markup=False, timeout=15)

    def list_runs_of(self, profile: str, more: str = "") -> None:
        """Go back to the list of runs, narrowed to those of one profile, and by `more` of the filter language."""
        from runtui.tui.screens.runs import RunsScreen

        while not isinstance(self.screen, RunsScreen) and len(self.screen_stack) > 1:
            self.pop_screen()
        if isinstance(self.screen, RunsScreen):
            self.screen.list_profile(profile, more)

    def action_help(self) -> None:
        """Show every key that works now."""
        from runtui.tui.screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen))

    def action_refresh_now(self) -> None:
        """Ask every service now."""
        self.tell(lambda session: session.refresh(full=True))

    def end_with(self, ending: Ending) -> None:
        """Close, for something else to come."""
        self.ending = ending
        self._leave()

    def terminal_lost(self) -> None:
        """Downloads go on without the terminal, which has gone: the link broke, or its window was closed."""
        self.tell(lambda session: session.transfers.hand_over_at_close())

    def quit_from_root(self) -> None:
        """Quit at once, unless downloads are under way: then ask what becomes of them."""
        unfinished = self._unfinished_transfers()
        if unfinished:
            from runtui.tui.transfer_questions import ask_about_quitting

            asking = ask_about_quitting(self, unfinished, self._leave)
            self.run_worker(asking, name="quitting", group="quitting", exclusive=True)
        else:
            self._leave()

    def _leave(self) -> None:
        self.last_list = self._list_now() or self.last_list
        self.exit(0)

    def action_ask_quit(self) -> None:
        """Quit when asked twice within three seconds."""
        asked, now = self._quit_asked_at, time.monotonic()
        if asked is not None and now - asked < _QUIT_SECONDS:
            self._leave()
            return
        self._quit_asked_at = now
        unfinished = self._unfinished_transfers()
        lost = f"{unfinished} transfers are under way. " if unfinished else ""
        self.notify(f"{lost}Press again to quit.", timeout=_QUIT_SECONDS)

    def _unfinished_transfers(self) -> int:
        """How many downloads end with us."""
        own = (transfer for transfer in self.transfers.values() if not transfer.carried_by)
        return sum(not transfer.state.is_over for transfer in own)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Everything the palette offers beside the runs: every action that works on the screen now."""
        yield from screen_commands(self, screen)
