"""The connections of one profile: CARROT, Cromwell, and wherever files lie."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from runtui.backends.carrot.api import CarrotApi, explain
from runtui.backends.carrot.cromwell_api import explain_cromwell
from runtui.backends.carrot.cromwell_link import CromwellLink
from runtui.backends.carrot.file_reading import FileReading
from runtui.backends.carrot.local_paths import LocalPaths
from runtui.backends.carrot.remote_files import RemoteFiles
from runtui.backends.carrot.settings import Settings, with_scheme
from runtui.backends.protocol import BackendContext
from runtui.model.errors import ConfigError
from runtui.model.secret import Secret, SecretRef
from runtui.transport.auth import Auth, NoAuth
from runtui.transport.client import Timeouts, Transport
from runtui.transport.retry import RetryPolicy

_CARROT_PATH = "/api/v1"
_CROMWELL_PATH = "/api/workflows/v1"
_CROMWELL_TIMEOUTS = Timeouts(connect=4.0, read=15.0)
_CROMWELL_RETRY = RetryPolicy(attempts=2, first_pause=0.3)


class Connections:
    """Everything a CARROT backend talks through."""

    def __init__(self, carrot: Transport, link: CromwellLink, files: FileReading) -> None:
        self.carrot = carrot
        self.link = link
        self.files = files

    async def aclose(self) -> None:
        """Close all of it."""
        await self.files.aclose()
        await self.link.aclose()
        await self.carrot.aclose()


class FetchedToken:
    """A bearer token that somebody else renews: fetched again when it is refused, and sent if it is another one."""

    def __init__(self, context: BackendContext, reference: SecretRef) -> None:
        self._context = context
        self._reference = reference
        self._token: Secret | None = None

    async def headers(self) -> dict[str, str]:
        """The authorization header."""
        if self._token is None:
            self._token = await self._context.reveal(self._reference)
        return {"Authorization": f"Bearer {self._token.reveal()}"}

    async def refused(self, sent: dict[str, str]) -> bool:
        """Fetch it again: access tokens of Google live for an hour."""
        self._token = await self._context.reveal(self._reference)
        return sent != await self.headers()

    def secrets(self) -> tuple[Secret, ...]:
        """The token, once it was fetched."""
        return () if self._token is None else (self._token,)


class HeaderAuth:
    """Fixed headers whose values are fetched when they are first needed."""

    def __init__(self, context: BackendContext, references: Mapping[str, SecretRef]) -> None:
        self._context = context
        self._references = dict(references)
        self._values: dict[str, Secret] = {}

    async def headers(self) -> dict[str, str]:
        """The headers."""
        for name, reference in self._references.items():
            if name not in self._values:
                self._values[name] = await self._context.reveal(reference)
        return {name: value.reveal() for name, value in self._values.items()}

    async def refused(self, sent: dict[str, str]) -> bool:
        """Nothing can be done."""
        return False

    def secrets(self) -> tuple[Secret, ...]:
        """Their values, as far as they were fetched."""
        return tuple(self._values.values())


def open_connections(context: BackendContext, settings: Settings) -> Connections:
    """The connections of a profile. Raises ConfigError for an address that cannot work."""
    carrot = Transport(
        context.profile,
        _address(settings.url, _CARROT_PATH, "url"),
        auth=HeaderAuth(context, settings.headers),
        clock=context.clock,
        budget=context.budget,
        explain=explain,
        read_only=context.read_only,
        verify=settings.verify_tls,
    )
    link = CromwellLink(
        context.profile,
        context.clock,
        settings.cromwell_url,
        CarrotApi(carrot).cromwell_address,
        lambda address: _cromwell(context, settings, address),
    )
    if settings.cromwell_url:
        _address(settings.cromwell_url, _CROMWELL_PATH, "cromwell_url")
    remote = RemoteFiles(
        _storage(context, settings),
        lambda: (carrot, *link.opened()),
        lambda origin: _foreign(context, settings, origin),
    )
    local = LocalPaths(settings.path_rewrites, settings.local_logs)
    return Connections(carrot, link, FileReading(context.profile, local, remote))


def _cromwell(context: BackendContext, settings: Settings, address: str) -> Transport:
    return Transport(
        context.profile,
        _address(address, _CROMWELL_PATH, "cromwell_url"),
        auth=HeaderAuth(context, settings.cromwell_headers),
        clock=context.clock,
        explain=explain_cromwell,
        read_only=context.read_only,
        verify=settings.verify_tls,
        timeouts=_CROMWELL_TIMEOUTS,
        retry=_CROMWELL_RETRY,
    )


def _storage(context: BackendContext, settings: Settings) -> Transport:
    auth: Auth = FetchedToken(context, settings.gcs_token) if settings.gcs_token else NoAuth()
    return Transport(
        context.profile,
        with_scheme(settings.gcs_url),
        auth=auth,
        clock=context.clock,
        read_only=True,
        verify=settings.verify_tls,
    )


def _foreign(context: BackendContext, settings: Settings, origin: str) -> Transport:
    return Transport(context.profile, origin, clock=context.clock, read_only=True, verify=settings.verify_tls)


def _address(written: str, path: str, name: str) -> str:
    """The base address of an API, whether its path was written or not."""
    base = with_scheme(written).removesuffix(path)
    if not base or not urlsplit(base).hostname:
        raise ConfigError(f"{name} is not an address", hint=f"Write {name} as host:port or https://host.")
    return base + path
