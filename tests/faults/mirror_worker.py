"""A worker of the mirror that can be killed: ``python -m tests.faults.mirror_worker DATABASE WEBHOOK CLOCK``. The time is
a number in a file, which sleeping moves; whoever else has the file lives in the same time."""

import asyncio
import struct
import sys
from datetime import UTC, datetime
from pathlib import Path

from makeline.adapters.bitrix24.client import Client
from makeline.adapters.bitrix24.crm import BitrixCrm
from makeline.adapters.bitrix24.pace import Pace
from makeline.foundation.database import open_database
from makeline.main.mirror import Mirror
from makeline.main.subscriptions import PROMISES
from tests.adapters.bitrix24.portals import US
from tests.crm.crowd import UPKEEP


class SharedTime:
    """Seconds since 1970 in a file of eight bytes."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __call__(self) -> float:
        return struct.unpack("d", self._path.read_bytes())[0]

    async def sleep(self, seconds: float) -> None:
        self.move(seconds)

    def move(self, seconds: float) -> None:
        """Time goes by."""
        later = struct.pack("d", self() + seconds)
        with self._path.open("r+b") as file:
            file.write(later)

    def moment(self) -> datetime:
        return datetime.fromtimestamp(self(), UTC)


async def work(url: str, webhook: str, time: SharedTime) -> None:
    """Until it is killed; a round that finds nothing to do lets a few seconds go by."""
    database = await open_database(url, promises=PROMISES, clock=time.moment)
    client = Client(webhook, Pace(clock=time, sleep=time.sleep), patience=10.0)
    mirror = Mirror(database, BitrixCrm(client, originator=US, funnel=0, mode="simulated"), UPKEEP)
    while True:
        await mirror.once()
        time.move(20)
        await asyncio.sleep(0.01)


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1], sys.argv[2], SharedTime(Path(sys.argv[3]))))
