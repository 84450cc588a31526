"""What can be made different about the simulated services while they run."""

from collections.abc import Callable


class Switches:
    """Ways in which one CARROT or Cromwell differs from another, and oddities both are known for.

    Every one may be changed at any time, also between two requests.
    """

    def __init__(self, on_cromwell_down: Callable[[bool], None], on_tick: Callable[[float], None]) -> None:
        self._on_cromwell_down = on_cromwell_down
        self._on_tick = on_tick
        self._cromwell_down = False
        self._tick_seconds = 5.0
        self.reporting = True
        """Without it every report route answers 422."""
        self.image_building = True
        """Without it software routes answer 422 and lists of runs 500 in plain text."""
        self.config_route = True
        """Without it `GET /config/cromwell` is a 404, as in servers up to 1.0.0."""
        self.eval_submitted_glitch = False
        """A submitted eval workflow shows as `testsubmitted`."""
        self.duplicate_rows = False
        """The first run of every list comes twice, as when a WDL location has two stored hashes."""
        self.stuck_runs = False
        """One run stays in `created`, another cannot begin its eval and gets an error with each tick."""
        self.start_seconds = 0.0
        """Seconds of our time a request that starts a run takes."""
        self.start_fails = False
        """Starting a run answers 500 and leaves a run in `carrotfailed` without errors."""
        self.google_paths = False
        """Logs and outputs lie at gs:// addresses, as with Cromwell's Google backends."""
        self.http_paths: str = ""
        """The address of the storage application: logs and outputs lie at http addresses below it."""
        self.unknown_status = ""
        """The newest run of every list has this status."""
        self.odd_dates = False
        """The newest runs of every list have null, nine-digit and offset dates."""
        self.bad_items = False
        """The second run of every list lacks its id and has a number for a name."""
        self.unknown_fields = False
        """Runs have fields no document names."""
        self.old_server = False
        """Runs lack the fields that came after 0.4: group ids and workflow locations."""
        self.hostile_names = False
        """Names hold escape sequences, and one output's path climbs out of its folder."""
        self.foreign_log_path = ""
        """The stdout of every call is said to lie there."""
        self.binary_log_bytes = False
        """Logs hold bytes that are no UTF-8."""
        self.archived_workflows = False
        """Finished workflows are archived: their metadata has a message and no calls."""
        self.storage_token = ""
        """The bearer token the storage wants; empty for none."""
        self.cromwell_calls_missing = False
        """Calls have no stdout and stderr yet."""

    @property
    def cromwell_down(self) -> bool:
        """Cromwell answers 503, and each of CARROT's looks adds an error to every live run."""
        return self._cromwell_down

    @cromwell_down.setter
    def cromwell_down(self, down: bool) -> None:
        if down != self._cromwell_down:
            self._cromwell_down = down
            self._on_cromwell_down(down)

    @property
    def tick_seconds(self) -> float:
        """Seconds of the world between two looks of CARROT at Cromwell: 300 by default at the service."""
        return self._tick_seconds

    @tick_seconds.setter
    def tick_seconds(self, seconds: float) -> None:
        self._tick_seconds = seconds
        self._on_tick(seconds)
