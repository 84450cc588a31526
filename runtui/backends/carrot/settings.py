"""What a CARROT profile is made of, and what `carrot_cli` left on this machine."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import msgspec

from runtui.backends.registry import FoundProfile
from runtui.model.secret import SecretRef

_LARGEST_CONFIG = 64 * 1024


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The fields of a CARROT profile."""

    url: Annotated[
        str,
        msgspec.Meta(
            description="Address of the CARROT server, such as carrot.lab:8080; without a scheme it is http://."
        ),
    ]
    email: Annotated[
        str, msgspec.Meta(description="Your e-mail address: CARROT notes it with the runs and reports you start.")
    ] = ""
    cromwell_url: Annotated[
        str,
        msgspec.Meta(
            description="Address of the Cromwell that runs the workflows, as this machine reaches it: nodes, logs "
            "and stopping come from there. Left out: the address the CARROT server names, if it names one."
        ),
    ] = ""
    headers: Annotated[
        dict[str, SecretRef],
        msgspec.Meta(
            description="Further headers for the CARROT server, by name, such as those a proxy before it wants. "
            "They are sent to no other address."
        ),
    ] = {}
    cromwell_headers: Annotated[
        dict[str, SecretRef], msgspec.Meta(description="Further headers for Cromwell, by name.")
    ] = {}
    path_rewrites: Annotated[
        dict[str, str],
        msgspec.Meta(
            description="Where folders of Cromwell's host are on this machine: "
            '{ "/cromwell-executions" = "/mnt/cromwell" } reads a log said to lie below the first from below the '
            "second. Only regular files that really lie in the second folder are read."
        ),
    ] = {}
    local_logs: Annotated[
        list[str],
        msgspec.Meta(
            description="Folders of this machine that logs and outputs may be read from when Cromwell names a path "
            "in them. Left out, a path is read only if it has Cromwell's layout with the id of the run's own "
            "workflow in it (.../<workflow>/<id>/call-...) and really lies in that workflow's folder: the service "
            "names the paths, and must not be able to have other files of yours read."
        ),
    ] = []
    gcs_token: Annotated[
        SecretRef | None,
        msgspec.Meta(
            description="Access token for logs and outputs at gs:// addresses, for example "
            '{ command = "gcloud auth print-access-token" }. Without it only public buckets can be read.'
        ),
    ] = None
    gcs_url: Annotated[
        str, msgspec.Meta(description="Address of the storage that serves gs:// addresses; its JSON API is used.")
    ] = "https://storage.googleapis.com"
    runs_per_pipeline: Annotated[
        Annotated[int, msgspec.Meta(ge=1)] | None,
        msgspec.Meta(description="List no more than so many of the newest runs of each pipeline."),
    ] = None
    page_size: Annotated[
        int, msgspec.Meta(description="Runs asked for at once when the whole list is read, 2 to 1000.", ge=2, le=1000)
    ] = 200
    verify_tls: Annotated[
        bool, msgspec.Meta(description="false accepts any certificate; for test installations only.")
    ] = True


def with_scheme(address: str) -> str:
    """The address with `http://` before it unless it has a scheme, as carrot_cli reads its own configuration."""
    text = address.strip().rstrip("/")
    return text if "://" in text or not text else f"http://{text}"


def discover(home: Path, environ: Mapping[str, str]) -> tuple[FoundProfile, ...]:
    """The server `carrot_cli config set` was told of, if there is one. The client reads no environment."""
    path = home / ".carrot_cli" / "config.json"
    try:
        with path.open("rb") as file:
            known = msgspec.json.decode(file.read(_LARGEST_CONFIG), type=dict[str, object])
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ()
    address, email = known.get("carrot_server_address"), known.get("email")
    if not isinstance(address, str) or not address.strip():
        return ()
    options: dict[str, object] = {"url": with_scheme(address)}
    if isinstance(email, str) and email:
        options["email"] = email
    return (FoundProfile(name="carrot", service="carrot", options=options, origin=str(path)),)
