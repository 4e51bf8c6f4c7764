"""``makeline work``."""

import asyncio
import signal

from makeline.foundation.heap import share_one_heap
from makeline.foundation.settings import Settings
from makeline.main.console import DataDir, run_to_end, settings_or_exit
from makeline.main.metrics_port import metrics_port
from makeline.main.traces import traces
from makeline.main.watch import watching
from makeline.main.wiring import build_house
from makeline.main.worker import Worker


def work(data_dir: DataDir = None) -> None:
    """A worker alone."""
    settings = settings_or_exit(None, data_dir)
    run_to_end(_work(settings))


async def _work(settings: Settings) -> None:
    share_one_heap()
    async with traces(settings):
        await _work_in(settings)


async def _work_in(settings: Settings) -> None:
    house = await build_house(settings)
    worker = Worker(house)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, worker.stop)
    try:
        async with watching(house), metrics_port(settings):
            await worker.run()
    finally:
        await house.close()
