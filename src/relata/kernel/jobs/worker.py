"""A worker: takes jobs from the queue of the installation (Procrastinate), and takes up again those
whose worker died. The application object lives in a function, so that no module runs it twice.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from typing import Any

import structlog
from procrastinate import App, BaseRetryStrategy, PsycopgConnector, RetryDecision
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import DeleteJobCondition, Job

from relata.kernel.jobs.execute import execute
from relata.kernel.jobs.firing import fire
from relata.kernel.jobs.job import Again, Host
from relata.kernel.jobs.queue import FIRE, QUEUE, TASK

HEARTBEAT = 3.0
STALLED = 10.0
"""Seconds without a heartbeat after which a worker counts as dead."""
LOOKED = 2.0
GRACE = 8.0
FIRST_RETRY, LONGEST_RETRY = 1.0, 10.0
STEADY = 60.0
"""Seconds of work after which trouble counts as the first again."""
LOG = structlog.get_logger("relata.worker")
logging.getLogger("procrastinate").setLevel(logging.WARNING)


async def work(conninfo: str, host: Host, stop: asyncio.Event) -> None:
    """Work until `stop` is set; what is in hand ends with its present step."""
    pause = FIRST_RETRY
    while not stop.is_set():
        began = time.monotonic()
        working = asyncio.create_task(round_of_work(conninfo, host))
        stopped = asyncio.create_task(stop.wait())
        await asyncio.wait([working, stopped], return_when=asyncio.FIRST_COMPLETED)
        if not stop.is_set():
            stopped.cancel()
            error = working.exception()
            pause = FIRST_RETRY if time.monotonic() - began > STEADY else pause
            LOG.warning("worker_waits", error=str(error) if error else "", seconds=pause)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), pause)
            pause = min(pause * 2, LONGEST_RETRY)
            continue
        host.stopping = True
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)


async def round_of_work(conninfo: str, host: Host) -> None:
    app = make_app(conninfo, host)
    async with app.open_async():
        rescuer = asyncio.create_task(rescue(app))
        try:
            await app.run_worker_async(
                queues=[QUEUE],
                concurrency=1,
                fetch_job_polling_interval=LOOKED,
                abort_job_polling_interval=60.0,
                shutdown_graceful_timeout=GRACE,
                update_heartbeat_interval=HEARTBEAT,
                stalled_worker_timeout=STALLED,
                delete_jobs=DeleteJobCondition.ALWAYS.value,
                install_signal_handlers=False,
            )
        finally:
            rescuer.cancel()
            await asyncio.gather(rescuer, return_exceptions=True)


def make_app(conninfo: str, host: Host) -> App:
    """The application with its two tasks."""
    options = "-c search_path=relata,public -c statement_timeout=15s"
    app = App(connector=PsycopgConnector(conninfo=conninfo, min_size=1, max_size=3, kwargs={"options": options}))

    async def run(workspace: str, job_id: str) -> None:
        await execute(host, workspace, job_id)

    async def fired(workspace: str, schedule: str, at: str) -> None:
        await fire(host, workspace, schedule, at)

    for name, task in ((TASK, run), (FIRE, fired)):
        register: Callable[[Any], Any] = app.task(name=name, queue=QUEUE, retry=Later())
        register(task)
    return app


class Later(BaseRetryStrategy):
    """Again after the delay that the job asks for; at once when the worker was told to stop."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """None for what cannot be mended by another try."""
        del job
        if isinstance(exception, Again):
            return RetryDecision(retry_in={"seconds": round(exception.delay)})
        return RetryDecision(retry_in={"seconds": 0}) if isinstance(exception, asyncio.CancelledError) else None


async def rescue(app: App) -> None:
    """Put jobs whose worker gives no sign of life back into the queue."""
    while True:
        try:
            for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED):
                LOG.warning("job_taken_up_again", job=job.task_kwargs.get("job_id"))
                await app.job_manager.retry_job(job)
        except ConnectorException as error:  # another worker was quicker, or the database is away
            LOG.info("rescue_waits", error=str(error))
        await asyncio.sleep(LOOKED)
