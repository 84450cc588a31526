"""Listing jobs, with the reasons of those that are over as far as few requests tell them."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

from msgspec.structs import replace

from runtui.backends.rescale.api import RescaleApi
from runtui.backends.rescale.mapping import JobState, job_of, job_state, listed_state
from runtui.backends.rescale.memory import Memory
from runtui.backends.rescale.wire import WireJob
from runtui.model.errors import BackendError
from runtui.model.job import Job
from runtui.transport.decoding import Item

MOST_ASKED: Final = 20
"""Jobs of one list about whose end the service is asked: each costs a request of its own."""
_AT_A_TIME: Final = 4


class JobListing:
    """The jobs of an account, which the service lists without saying why one is over."""

    def __init__(self, profile: str, api: RescaleApi, memory: Memory, most_asked: int = MOST_ASKED) -> None:
        self._profile = profile
        self._api = api
        self._memory = memory
        self._most_asked = most_asked

    async def jobs(self) -> AsyncIterator[Job]:
        """Every job once, in the service's order. Of those over, the newest have their reason."""
        seen: set[str] = set()
        left = self._most_asked
        async for page in self._api.jobs():
            fresh = {item.value.id: item for item in page.items if item.value.id not in seen}
            seen |= fresh.keys()
            states = {job_id: self._known(item) for job_id, item in fresh.items()}
            unknown = [job_id for job_id, state in states.items() if state.phase.is_final and not state.reason][:left]
            left -= len(unknown)
            states |= await self._explained({job_id: states[job_id] for job_id in unknown})
            for job_id, item in fresh.items():
                yield job_of(self._profile, item, states[job_id])

    def _known(self, item: Item[WireJob]) -> JobState:
        """What the list says, with the reason where this session knows it."""
        state = listed_state(item.value)
        known = self._memory.jobs.get(item.value.id)
        if known is not None and known.is_reason_known and known.state.word == state.word:
            return replace(state, reason=known.state.reason)
        return state

    async def _explained(self, states: dict[str, JobState]) -> dict[str, JobState]:
        room = asyncio.Semaphore(_AT_A_TIME)

        async def explained(job_id: str, state: JobState) -> JobState:
            async with room:
                try:
                    told = job_state(await self._api.statuses(job_id), state.cluster)
                except BackendError:
                    # the answer to this is often late: the word of the list serves
                    return state
                return told if told.word == state.word else state

        found = await asyncio.gather(*(explained(job_id, state) for job_id, state in states.items()))
        return dict(zip(states, found, strict=True))
