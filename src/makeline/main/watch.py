"""What every process does beside its work: it watches over its neighbours, measures its own delay, and says what it is."""

import asyncio
import platform
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from makeline import __version__
from makeline.foundation.loop_lag import measure_loop_lag
from makeline.foundation.metrics import BUILD
from makeline.main.neighbourhood import probes_of
from makeline.main.wiring import House


@asynccontextmanager
async def watching(house: House) -> AsyncGenerator[None]:
    """For as long as the block lasts."""
    BUILD.labels(__version__, platform.python_version(), house.settings.database_url.partition(":")[0]).set(1)
    probes = probes_of(house.storage, house.shelf, house.gateway, house.stylists.first)
    tasks = [
        asyncio.create_task(measure_loop_lag(), name="loop-lag"),
        asyncio.create_task(house.watch.run(house.database, probes), name="neighbour-watch"),
    ]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
