"""What can be asked of jobs and runs."""

from collections.abc import Mapping

from runtui.backends.rescale.api import RescaleApi
from runtui.backends.rescale.derivation import PLACEHOLDER, placeholder
from runtui.backends.rescale.files import RunFiles, parts
from runtui.backends.rescale.mapping import JobPhase, job_of_detail, job_state
from runtui.model.errors import BackendError, RejectedError
from runtui.model.moment import parse_moment
from runtui.model.run import Run
from runtui.model.status import Status


class JobActions:
    """Starts, stops and deletes: of runs where the service can, else of whole jobs."""

    def __init__(self, profile: str, api: RescaleApi, files: RunFiles) -> None:
        self._profile = profile
        self._api = api
        self._files = files

    async def start(self, job_id: str, inputs: Mapping[str, object], name: str) -> Run:
        """Submit a draft, or create a job and submit it when `job_id` is empty.

        Submitting a job that was submitted before is answered with success and does nothing, so it is looked at first.
        """
        if not job_id:
            body = dict(inputs) | ({"name": name} if name else {})
            job_id = (await self._api.create_job(body)).value.id
        elif inputs:
            raise self._refusal(
                f"job {job_id} takes no inputs when it is submitted",
                "Give no inputs, or no job and the whole job as inputs.",
            )
        elif job_state(await self._api.statuses(job_id)).phase is not JobPhase.DRAFT:
            raise self._refusal(
                f"job {job_id} was submitted before", "A job runs once. Clone it on the web page, or create another."
            )
        await self._api.submit_job(job_id)
        return await self._submitted(job_id)

    async def _submitted(self, job_id: str) -> Run:
        detail = await self._api.job(job_id)
        state = job_state(await self._api.statuses(job_id))
        job = job_of_detail(self._profile, detail, state)
        return placeholder(self._profile, job, state, is_over=False)

    async def stop(self, run: Run) -> str:
        """Stop a run in progress; or the whole job while it has no runs yet."""
        job_id, number = parts(run)
        if PLACEHOLDER in run.extra:
            await self._stop_job(job_id)
            return f"Job {job_id} is asked to stop: it has no runs yet, so the whole job ends."
        await self._require_progress(
            job_id,
            number,
            "stopped",
            "Stop the whole job to keep it from running: X in the list of jobs, `runtui stop --job`.",
        )
        await self._api.stop_run(job_id, number)
        return f"Run {run.id} is asked to stop: its processes end, then its files are uploaded."

    async def stop_job(self, job_id: str) -> str:
        """Stop a job with all its runs."""
        await self._stop_job(job_id)
        return f"Job {job_id} is asked to stop with all its runs: their files are uploaded, then its cluster ends."

    async def _stop_job(self, job_id: str) -> None:
        state = job_state(await self._api.statuses(job_id))
        if state.phase.is_final or state.phase is JobPhase.DRAFT:
            raise self._refusal(f"job {job_id} is {state.word or 'a draft'}: there is nothing to stop", "")
        await self._api.stop_job(job_id)

    async def snapshot(self, run: Run) -> str:
        """Have the work folder packed. The answer names the snapshot before; the new one turns up among the files."""
        job_id, number = parts(run)
        await self._require_progress(job_id, number, "packed", "")
        answer = await self._api.snapshot(job_id, number)
        if answer.exitcode:
            said = answer.reason or answer.data or f"exit code {answer.exitcode}"
            raise self._refusal(f"no snapshot of run {run.id}: {said.strip()}", "")
        self._files.expect_snapshot(run)
        said = f" ({answer.reason.strip()})" if answer.reason else ""
        return f"A snapshot of run {run.id} is being made{said}. It appears among its files when it is uploaded."

    async def _require_progress(self, job_id: str, number: str, what: str, hint: str) -> None:
        """What the service answers for other runs is not documented, so it is looked at first."""
        wire = (await self._api.run(job_id, number)).value
        if parse_moment(wire.date_completed) is not None:
            raise self._refusal(f"run {job_id}/{number} is over: it cannot be {what}", "")
        if parse_moment(wire.started) is None:
            raise self._refusal(f"run {job_id}/{number} has not started: it cannot be {what}", hint)

    async def delete(self, run: Run) -> str:
        """Delete a job through its only run: the service deletes whole jobs."""
        job_id, _ = parts(run)
        if run.status in (Status.RUNNING, Status.STOPPING):
            raise self._refusal(f"run {run.id} is in progress", "Stop it, and wait until its cluster is Stopped.")
        count = 0
        async for page in self._api.runs(job_id):
            count += len(page.items)
        if count > 1:
            raise self._refusal(
                f"Rescale deletes whole jobs, and job {job_id} has {count} runs",
                "Delete the whole job: D in the list of jobs, `runtui delete --job`.",
            )
        await self._api.delete_job(job_id)
        return f"Job {job_id} is deleted with its run and files."

    async def delete_job(self, job_id: str) -> str:
        """Delete a job with all its runs and files. Raises RejectedError while it or its cluster lives."""
        await self._api.delete_job(job_id)
        return f"Job {job_id} is deleted with all its runs and files."

    def _refusal(self, sentence: str, hint: str) -> BackendError:
        return RejectedError(sentence, hint=hint, profile=self._profile)
