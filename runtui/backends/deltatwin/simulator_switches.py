"""How the simulated DeltaTwin differs from its usual self. Every switch may be turned while it serves."""

from typing import Literal

import msgspec


class Switches(msgspec.Struct, kw_only=True):
    """What is odd now. What goes wrong with single requests (429, 503, slowness, cut-off bodies) is a fault instead.

    Spans are seconds. Some switches break the service's own client, as the real service would.
    """

    access_lifetime: float = 300.0
    refresh_lifetime: float = 1800.0
    rotates_refresh_tokens: bool = True
    lifetimes_as_text: bool = False
    """Life times are sent as numeric strings."""
    largest_page: int | None = None
    """A cap on `top` that no one is told of."""
    order: Literal["newest", "oldest"] = "newest"
    new_runs: bool = True
    """Whether runs of other people keep coming."""
    max_run: int = 1000
    """How many runs an owner may start in 24 hours; more is a 429."""
    max_run_parallel: int = 4
    """How many runs of an owner run at once; more are `pending`."""
    requires_version: bool = False
    """A start without a version is a 422."""
    times: Literal["plain", "fraction", "offset"] = "plain"
    null_start: bool = False
    unknown_status: str = ""
    """A word sent in place of `running`."""
    bad_items: bool = False
    """The second row of the list is a run without an id, the third a number."""
    lean_list: bool = False
    """Runs in the list come without inputs and outputs."""
    parameters_as_lists: bool = False
    legacy_names: bool = False
    """Runs carry the field names they had before v2.0."""
    leaks_secrets: bool = False
    """Runs are sent with the secret inputs they were started with."""
    checksums: bool = False
    """Outputs carry `size` and `checksum`."""
    hostile_names: bool = False
    """Outputs are called `../../etc/passwd` and the like, nodes carry escape sequences."""
    broken_text_logs: bool = False
    """Logs hold bytes that are no UTF-8, escape sequences and NULs."""
    missing_logs: bool = False
    """The logs of nodes that are no models, or have not started, are a 404 and not empty."""
    gives_ranges: bool = True
    """Logs and downloads honour Range and send entity tags."""
    download_redirect: str = ""
    """Downloads are a 302 to a signed address below this one, where the simulator's `storage` is served."""
    disposition: Literal["plain", "quoted", "extended", "missing"] = "plain"
