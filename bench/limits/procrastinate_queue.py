"""A peer for the outbox: Procrastinate, a job queue on PostgreSQL, in its own words."""

import asyncio
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

from procrastinate import App, PsycopgConnector

from bench.case import Contender
from bench.disk import postgres
from bench.jobs import queue_contender

WORKERS = 2
_AT_ONCE = 32


@contextmanager
def _queue() -> Generator[Any]:
    with postgres() as cluster, asyncio.Runner() as runner:
        app = App(connector=PsycopgConnector(conninfo=cluster.server.dsn(), min_size=4, max_size=16))
        todo: list[Callable[[int], None]] = []

        @app.task(name="job")
        async def job(number: int) -> None:
            todo[-1](number)

        async def write(number: int) -> None:
            await job.defer_async(number=number)

        async def work(do: Callable[[int], None]) -> None:
            todo.append(do)
            await asyncio.gather(
                *(
                    app.run_worker_async(
                        concurrency=_AT_ONCE,
                        fetch_job_polling_interval=0.05,
                        install_signal_handlers=False,
                        delete_jobs="never",
                    )
                    for _ in range(WORKERS)
                )
            )

        runner.run(_open(app))
        yield runner, write, work, {"postgres": cluster.pid}
        runner.run(_close(app))


async def _open(app: App) -> None:
    await app.open_async()
    await app.schema_manager.apply_schema_async()


async def _close(app: App) -> None:
    await app.close_async()


def procrastinate() -> Contender:
    """Two workers of its own kind in one process, told of new jobs by NOTIFY."""
    return queue_contender("Procrastinate, PostgreSQL, 2 workers", _queue)
