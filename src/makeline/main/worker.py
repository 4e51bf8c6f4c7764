"""The worker: keeps promises, runs the schedule, stops politely."""

import asyncio
from datetime import timedelta

import structlog

from makeline.foundation.changes import PROMISED
from makeline.foundation.chores import Round
from makeline.foundation.dispatch import Dispatcher, next_due
from makeline.kernel.errors import Unavailable
from makeline.main.figures import take_figures
from makeline.main.mirror import Mirror, upkeep_of
from makeline.main.schedule import schedule
from makeline.main.subscriptions import PARTNER, reactions
from makeline.main.wiring import House

# A worker that was told nothing looks by itself this often; other processes' promises may be unannounced.
_LONGEST_SLEEP = 1.0
_log = structlog.get_logger()


class Worker:
    """One worker; run it inside the server's process or in one of its own."""

    def __init__(self, house: House) -> None:
        settings = house.settings
        self._database = house.database
        self._dispatcher = Dispatcher(
            house.database,
            reactions(
                house.database.begin,
                house.submission,
                house.intake,
                house.post_office,
                house.registry,
                house.gateway,
                house.studio,
            ),
            most_at_once=settings.worker.reactions_at_once,
            lease=timedelta(seconds=settings.worker.delivery_lease_seconds),
            calls_per_second={PARTNER: settings.partner.partner_calls_per_second},
        )
        crm = house.crm
        self._mirror = Mirror(house.database, crm, upkeep_of(settings)) if crm is not None else None
        self._round = Round(house.database, schedule(house))
        self._patience = settings.worker.shutdown_seconds
        self._silence = house.sales_rule.silence
        self._count_every = settings.observing.metrics_count_seconds
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Until ``stop``; survives a database that goes away and comes back."""
        beside = [asyncio.create_task(self._do_chores(), name="chores")]
        if self._mirror is not None:
            beside.append(asyncio.create_task(self._mirror.run(), name="mirror"))
        while not self._stopping.is_set():
            try:
                if not await self._dispatcher.keep_due():
                    await self._sleep()
            except Unavailable as error:
                _log.warning("worker_waits", reason=error.message)
                await self._pause(1.0)
            except Exception as error:
                # A worker that dies quietly is worse than any error: say so and go on.
                _log.error("worker_stumbled", error=type(error).__name__, exc_info=error)
                await self._pause(1.0)
        await self._dispatcher.all_done(self._patience)
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)

    def stop(self) -> None:
        """Begin nothing new, finish what runs."""
        self._stopping.set()

    async def _sleep(self) -> None:
        if self._dispatcher.full:
            await self._dispatcher.any_done()
            return
        due = await self._database.read(next_due)
        seconds = _LONGEST_SLEEP
        if due is not None:
            seconds = min(seconds, max(0.0, (due - self._database.clock()).total_seconds()))
        if seconds > 0:
            await self._pause(seconds)

    async def _pause(self, seconds: float) -> None:
        news = asyncio.create_task(self._database.changes.wait_for(PROMISED, timeout=seconds))
        stop = asyncio.create_task(self._stopping.wait())
        await asyncio.wait({news, stop}, return_when=asyncio.FIRST_COMPLETED)
        for task in (news, stop):
            task.cancel()

    async def _do_chores(self) -> None:
        counted = float("-inf")
        loop = asyncio.get_running_loop()
        while True:
            try:
                await self._round.do_due()
                if loop.time() - counted >= self._count_every:
                    counted = loop.time()
                    await take_figures(self._database, silence=self._silence)
            except Unavailable as error:
                _log.warning("chores_wait", reason=error.message)
            except Exception as error:
                _log.error("chores_stumbled", error=type(error).__name__, exc_info=error)
            await asyncio.sleep(1.0)
