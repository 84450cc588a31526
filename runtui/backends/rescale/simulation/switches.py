"""How the simulated service can be made to differ from its usual self, one switch an oddity."""

from typing import Literal

import msgspec

Scope = Literal["user", "jobs-usage", "job-submission", "runs-usage", "file-access", "clusters-usage"]
"""Rescale's own groups of endpoints that share a rate limit (Rescale API documentation, rate limits)."""


class Switches(msgspec.Struct, kw_only=True):
    """Everything may be changed while the simulator serves; the next request sees it.

    The defaults are what the service was seen to do; where nobody knows, both ways are a switch.
    """

    # how it answers at all
    latency: float = 0.0
    """Seconds of our time before each answer."""
    token_expired: bool = False
    """Every token is refused as invalid from now on."""
    throttled: dict[str, float] = {}
    """Scopes that answer 429, with the seconds their `Retry-After` names."""
    retry_after: Literal["seconds", "date", "none"] = "seconds"
    """How `Retry-After` is written."""
    rate_limits: dict[str, float] = {}
    """Requests a second (of our time) a scope allows in the long run; more are answered 429."""
    gateway_timeout: str = ""
    """A regular expression: paths that match are answered with 504 and a web page."""

    # lists
    count_too_high: int = 0
    """How much larger `count` is than what comes; the pages beyond are empty."""
    next_drops_filters: bool = False
    """`next` forgets every parameter but `page`. Unknown ones are always forgotten."""
    next_origin: str = ""
    """The origin `next` points at, in place of the one that was asked: `http://elsewhere.example`."""
    next_without_slash: bool = False
    """The path in `next` lacks its final slash."""
    job_order: Literal["newest", "oldest", "mixed"] = "newest"
    bad_items: bool = False
    """Each list of jobs, runs and files holds one item whose fields have impossible types."""

    # jobs
    status_word: str = ""
    """The latest status of every job that executes, in place of its own: a word nobody knows."""
    statuses_as_codes: bool = False
    """Status words are written as `WAITING_FOR_CLUSTER`."""
    statuses_oldest_first: bool = False
    force_stop_completes: bool = False
    """`Force Stop` is followed by `Completed`."""
    core_type_as_object: bool = True
    """`hardware.coreType` is an object with a `code`, as in newer answers, not a text."""
    cluster_display_null: bool = False
    """`clusterStatusDisplay` is null in lists of jobs."""

    # runs
    early_runs: Literal["empty", "404", "405"] = "empty"
    """What `runs/` answers before a job executes."""
    lists_unstarted_runs: bool = True
    """Runs that have not started are listed with null dates."""
    null_output_size: bool = False
    """`outputFileSize` is null for finished runs too."""
    dates: Literal["microseconds", "offset", "plain", "mixed"] = "microseconds"

    # files
    indexing_gap: float = 4.0
    """Seconds between the end of a run and the listing of its files."""
    hold_indexing: bool = False
    """Files of runs that end from now on are not listed until this is off again."""
    inactive_listing: Literal["404", "empty"] = "404"
    """What `directory-contents/` answers for a run that is not in progress."""
    inactive_tail: Literal["404", "text"] = "404"
    """What `tail/` answers for a run that is not in progress: an error, or a text that is no JSON."""
    active_files: Literal["empty", "404"] = "empty"
    """What `files/` answers for a run that is in progress."""
    snapshot_listed_early: bool = True
    """A snapshot is listed before its run ends."""
    no_hashes: bool = False
    """Files have neither `md5` nor `fileChecksums`."""
    string_sizes: bool = False
    """`decryptedSize` is a text."""
    huge_files: bool = False
    """Each run has a sparse file of more than 4 GiB."""
    hostile_names: bool = False
    """Each run has files whose names climb, break lines, look like addresses or hold escape sequences."""
    contents_ranges: bool = True
    """`Range` is understood."""
    contents_etag: bool = False
    """`contents/` answers with an `ETag`, and understands `If-Range`."""
    contents_redirect: str = ""
    """The origin of a storage that `contents/` sends the client to, with a signed query."""

    # logs
    log_rewind: Literal["none", "truncated", "rotated"] = "none"
    """`process_output.log` of a live run begins anew every `log_rewind_seconds`; rotated keeps the old as `.1`."""
    log_rewind_seconds: float = 20.0
    dirty_logs: bool = False
    """Logs hold bytes that are not UTF-8, escape sequences and carriage returns."""
