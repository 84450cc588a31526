"""What a DeltaTwin profile is made of, and what the `deltatwin` client left on this machine."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import msgspec

from runtui.backends.deltatwin.conf_file import read_conf_file
from runtui.backends.registry import FoundProfile
from runtui.model.errors import ConfigError
from runtui.model.secret import SecretRef

PRODUCTION_URL = "https://api.deltatwin.destine.eu"
"""The address the DeltaTwin user documentation gives for `deltatwin login --api`."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The fields of a DeltaTwin profile."""

    url: Annotated[
        str,
        msgspec.Meta(
            description="Address of the API, without its version. Left out: the one in conf, else "
            "https://api.deltatwin.destine.eu."
        ),
    ] = ""
    username: Annotated[str, msgspec.Meta(description="Name you log in with. Left out: the one in conf.")] = ""
    password: Annotated[
        SecretRef | None, msgspec.Meta(description="Where your password is kept. Left out: the one in conf.")
    ] = None
    conf: Annotated[
        str | None,
        msgspec.Meta(
            description="A file written by `deltatwin login`, such as ~/.deltatwin/conf.ini: its token and password "
            "are read from there when needed. It is never written."
        ),
    ] = None
    api_version: Annotated[str, msgspec.Meta(description="Version of the API, as it stands in its addresses.")] = "v2.0"
    page_size: Annotated[
        int, msgspec.Meta(description="Runs asked for at once when the whole list is read, 1 to 200.", ge=1, le=200)
    ] = 200
    verify_tls: Annotated[
        bool, msgspec.Meta(description="false accepts any certificate; for test installations only.")
    ] = True


def conf_path(settings: Settings, home: Path) -> Path | None:
    """The conf file a profile refers to, with `~` read as `home`."""
    if not settings.conf:
        return None
    if settings.conf == "~" or settings.conf.startswith("~/"):
        return home / settings.conf[2:]
    return Path(settings.conf)


def discover(home: Path, environ: Mapping[str, str]) -> tuple[FoundProfile, ...]:
    """The connection `deltatwin login` made, if it made one that can be read. The client reads no environment."""
    path = home / ".deltatwin" / "conf.ini"
    try:
        conf = read_conf_file(path)
    except ConfigError:
        return ()
    if not conf.api or not (conf.token or conf.password):
        return ()
    options = {"url": conf.api, "username": conf.username, "conf": str(path)}
    return (
        FoundProfile(
            name="deltatwin",
            service="deltatwin",
            options={name: value for name, value in options.items() if value},
            origin=str(path),
        ),
    )
