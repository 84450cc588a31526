"""The fields of a Rescale profile, and what other Rescale clients left on this machine."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from runtui.backends.registry import FoundProfile
from runtui.backends.rescale.apiconfig import DEFAULT_PROFILE, read_apiconfig
from runtui.model.errors import ConfigError
from runtui.model.secret import SecretRef

DEFAULT_URL: Final = "https://platform.rescale.com"
REGIONS: Final = (
    ("North America", "https://platform.rescale.com"),
    ("Europe", "https://eu.rescale.com"),
    ("Korea", "https://kr.rescale.com"),
    ("Japan", "https://platform.rescale.jp"),
    ("US ITAR", "https://itar.rescale.com"),
    ("US ITAR FedRAMP Moderate", "https://itar.rescale-gov.com"),
)
"""Where the service runs (Rescale API documentation). A key is known in one of them only."""

_URL_NAMES: Final = ("RESCALE_API_URL", "RESCALE_BASE_URL", "RESCALE_PLATFORM_URL")
_TOKEN_NAMES: Final = ("RESCALE_API_KEY", "RESCALE_CLUSTER_TOKEN")
_API_ROOT: Final = re.compile(r"/api(/v\d+)?/*$")


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """A profile of the service `rescale`. The key is `token`, or stands in the file `apiconfig` names."""

    url: Annotated[
        str,
        Meta(
            description="Address of your region, https://platform.rescale.com if empty; a trailing /api/v2/ is ignored."
        ),
    ] = ""
    token: Annotated[
        SecretRef | None, Meta(description="API key, from Settings, API on the web page of your region.")
    ] = None
    apiconfig: Annotated[
        str,
        Meta(description="An apiconfig file of another Rescale client to read address and key from, instead of token."),
    ] = ""
    apiconfig_profile: Annotated[str, Meta(description="Which section of the apiconfig file.")] = DEFAULT_PROFILE
    max_jobs: Annotated[int, Meta(description="List only that many of the newest jobs; 0 lists all.", ge=0)] = 0
    max_age_days: Annotated[
        float, Meta(description="List only jobs created in that many last days; 0 lists all.", ge=0)
    ] = 0.0
    calls_per_second: Annotated[
        float,
        Meta(
            description="How many calls a second all your runtui programs together may make to keep lists up to date.",
            gt=0,
        ),
    ] = 1.6
    log_checks: Annotated[
        int,
        Meta(
            description="How many logs of ended runs each refresh may read to learn how they ended; 0 reads none.", ge=0
        ),
    ] = 20


def root_of(url: str) -> str:
    """The address without its trailing API root: other clients write it in either way."""
    return _API_ROOT.sub("", url.strip().rstrip("/")) or DEFAULT_URL


def discover(home: Path, environ: Mapping[str, str]) -> tuple[FoundProfile, ...]:
    """The connections other Rescale clients have here. Files that cannot be read are passed over."""
    taken: set[str] = set()
    found: list[FoundProfile] = []
    for wished, options, origin in _candidates(home, environ):
        name = next(name for name in _names(wished) if name not in taken)
        taken.add(name)
        found.append(FoundProfile(name=name, service="rescale", options=options, origin=origin))
    return tuple(found)


def _names(wished: str) -> Iterator[str]:
    yield wished
    number = 2
    while True:
        yield f"{wished}-{number}"
        number += 1


def _candidates(home: Path, environ: Mapping[str, str]) -> Iterator[tuple[str, dict[str, object], str]]:
    url = next((environ[name] for name in _URL_NAMES if environ.get(name)), "")
    set_names = [name for name in _TOKEN_NAMES if environ.get(name)]
    if set_names:
        yield "rescale", {"url": root_of(url), "token": {"env": set_names[0]}}, f"the environment: {set_names[0]}"
    yield from _from_apiconfig(home / ".config" / "rescale" / "apiconfig")
    token_file = home / ".config" / "rescale" / "token"
    if _has_text(token_file):
        yield "rescale", {"url": root_of(url), "token": {"file": str(token_file)}}, str(token_file)


def _from_apiconfig(path: Path) -> Iterator[tuple[str, dict[str, object], str]]:
    try:
        entries = read_apiconfig(path)
    except ConfigError:
        return
    for entry in entries:
        if not entry.key:
            continue
        options: dict[str, object] = {
            "url": root_of(entry.url),
            "apiconfig": str(path),
            "apiconfig_profile": entry.name,
        }
        tidy = re.sub(r"[^A-Za-z0-9_.-]+", "-", entry.name).strip("-.") or "other"
        wished = "rescale" if entry.name.lower() == DEFAULT_PROFILE else f"rescale-{tidy}"[:60]
        yield wished, options, f"{path} [{entry.name}]"


def _has_text(path: Path) -> bool:
    try:
        return path.is_file() and path.stat().st_size > 0
    except OSError:
        return False
