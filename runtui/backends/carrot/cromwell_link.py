"""The way to Cromwell: found when first needed, and left alone for a while when it does not answer."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

from runtui.backends.carrot.cromwell_api import CromwellApi
from runtui.model.clock import Clock
from runtui.model.errors import BackendError, ConfigError, NotFoundError, UnsupportedError
from runtui.transport.client import Transport

_LEFT_ALONE = 60.0
"""Seconds for which lists of runs do without a Cromwell that did not answer."""

_MOST_FACTS = 20_000


class CromwellLink:
    """Opens the connection by the configured address, else by the one the CARROT server names.

    `ask_address` asks the server; `connect` opens a transport to an address.
    """

    def __init__(
        self,
        profile: str,
        clock: Clock,
        address: str,
        ask_address: Callable[[], Awaitable[str]],
        connect: Callable[[str], Transport],
    ) -> None:
        self._profile = profile
        self._clock = clock
        self._address = address
        self._ask_address = ask_address
        self._connect = connect
        self._opening = asyncio.Lock()
        self._transport: Transport | None = None
        self._silent_until = 0.0
        self._statuses: dict[str, str] = {}
        self.problem = ""
        """Why statuses are CARROT's own for now; empty while Cromwell answers."""

    async def aclose(self) -> None:
        """Close the connection, if it was ever opened."""
        if self._transport is not None:
            await self._transport.aclose()

    async def transport(self) -> Transport:
        """The connection. Raises UnsupportedError when nobody says where Cromwell is."""
        async with self._opening:
            if self._transport is None:
                address = self._address or await self._ask_address()
                self._transport = self._connected(address)
            return self._transport

    def opened(self) -> tuple[Transport, ...]:
        """The connection, if there is one already."""
        return () if self._transport is None else (self._transport,)

    async def api(self) -> CromwellApi:
        """Cromwell's routes. Raises UnsupportedError when nobody says where it is."""
        return CromwellApi(await self.transport())

    async def statuses(self, ids: Iterable[str]) -> dict[str, str]:
        """Cromwell's word for each workflow it knows, in one request for many. Never raises.

        A Cromwell that fails is not asked again for a minute, so that lists do not wait for it; until then the last
        words it said are given.
        """
        wanted = sorted(set(ids))
        if wanted and self._clock.monotonic() >= self._silent_until:
            try:
                found = await (await self.api()).workflows(wanted)
            except BackendError as error:
                self._silent_until = self._clock.monotonic() + _LEFT_ALONE
                self.problem = f"statuses are CARROT's own, which may be minutes old: {error.message}"
            else:
                self.problem = ""
                self._remember({item.value.id: item.value.status for item in found.items})
        return {one: self._statuses[one] for one in wanted if one in self._statuses}

    def _remember(self, statuses: dict[str, str]) -> None:
        if len(self._statuses) > _MOST_FACTS:
            self._statuses.clear()
        self._statuses.update(statuses)

    def _connected(self, address: str) -> Transport:
        if not address:
            raise UnsupportedError(
                "this CARROT server does not say where its Cromwell is",
                hint="Set cromwell_url in the profile: nodes, logs and stopping come from Cromwell.",
                profile=self._profile,
            )
        try:
            return self._connect(address)
        except ConfigError as error:
            raise NotFoundError(
                f"the address of Cromwell cannot be used: {error.message}",
                hint="Set cromwell_url in the profile.",
                profile=self._profile,
            ) from error
