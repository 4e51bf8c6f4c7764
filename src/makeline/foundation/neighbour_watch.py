"""Watches over neighbours: notes that one is away, asks for him until he is back, and notes that, too.

A circuit breaker of which every process knows. Closed: calls go through, and the first that is not answered has the
neighbour asked at once by a probe; if that fails as well he is away (open). While he is away he is probed every few
seconds (half-open), whoever marked him; the first answer brings him back. Who cannot be probed is away after three calls in a
row without an answer, and back with the first that is answered.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import structlog

from makeline.foundation.database import Database
from makeline.foundation.metrics import NEIGHBOUR_UP
from makeline.foundation.neighbours import NEIGHBOURS, Standing, note_away, note_back, standings
from makeline.kernel.errors import Unavailable

_log = structlog.get_logger()
_IN_A_ROW = 3
_PROBE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Probe:
    """``ask`` raises unless the neighbour answers. ``pause``: seconds between two probes while he is away;
    ``patrol``: silence after which he is probed although nothing is wrong, None: never."""

    ask: Callable[[], Awaitable[object]]
    pause: float = 3.0
    patrol: float | None = None
    # So many calls in a row without an answer need no probe to be believed; None: the probe decides.
    enough: int | None = None


@dataclass(slots=True)
class _Ear:
    """What this process has heard of one neighbour: calls in a row that he did not answer, and why the last."""

    silent: int = 0
    trouble: str = ""
    heard_at: float = 0.0
    answered_at: float = 0.0
    # Since when this process knows that he is away.
    missed_at: float | None = None
    probed_at: float = float("-inf")


class NeighbourWatch:
    """The watch of one process. ``heard`` may be called from the start on; ``run`` acts on it.

    ``nap``: seconds that it sleeps when nobody has anything to say; what another process noted is seen then.
    """

    def __init__(self, *, nap: float = 1.0) -> None:
        self._nap = nap
        self._ears = {name: _Ear() for name in NEIGHBOURS}
        self._look = asyncio.Event()

    def heard(self, name: str, trouble: str | None) -> None:
        """A call has ended: see ``watched.Heard``."""
        ear = self._ears[name]
        ear.heard_at = time.monotonic()
        if trouble is None:
            ear.silent, ear.answered_at = 0, ear.heard_at
            return
        ear.silent += 1
        ear.trouble = trouble
        self._look.set()

    async def run(self, database: Database, probes: Mapping[str, Probe]) -> None:
        """For as long as the process serves; ends by being cancelled. A database that is away is waited for."""
        while True:
            try:
                known = await database.read(standings)
                await asyncio.gather(
                    *(self._see_to(database, name, known.get(name), probes.get(name)) for name in NEIGHBOURS)
                )
            except Unavailable:
                pass
            except Exception as error:
                _log.error("watch_stumbled", error=type(error).__name__, exc_info=error)
            self._look.clear()
            try:
                async with asyncio.timeout(self._nap):
                    await self._look.wait()
            except TimeoutError:
                continue

    async def _see_to(
        self, database: Database, name: str, standing: Standing | None, probe: Probe | None
    ) -> None:
        ear = self._ears[name]
        is_away = standing is not None and standing.trouble is not None
        NEIGHBOUR_UP.labels(name).set(0 if is_away else 1)
        if is_away:
            ear.missed_at = ear.missed_at or time.monotonic()
            if await self._is_back(ear, probe):
                ear.silent = 0
                if await database.begin(lambda unit: note_back(unit, name), actor="watch"):
                    _log.warning("neighbour_back", neighbour=name)
            return
        ear.missed_at = None
        if await self._is_gone(ear, probe):
            trouble = ear.trouble
            if await database.begin(lambda unit: note_away(unit, name, trouble), actor="watch"):
                _log.warning("neighbour_away", neighbour=name, trouble=trouble)

    async def _is_back(self, ear: _Ear, probe: Probe | None) -> bool:
        if probe is None:
            return ear.silent == 0 and ear.answered_at > (ear.missed_at or 0.0)
        if time.monotonic() - ear.probed_at < probe.pause:
            return False
        return await self._answers(ear, probe)

    async def _is_gone(self, ear: _Ear, probe: Probe | None) -> bool:
        if probe is None:
            return ear.silent >= _IN_A_ROW
        if probe.enough is not None:
            return ear.silent >= probe.enough
        if ear.silent:
            return not await self._answers(ear, probe)
        if probe.patrol is not None and time.monotonic() - max(ear.heard_at, ear.probed_at) > probe.patrol:
            # Its failure is the first doubt; the next look asks once more.
            await self._answers(ear, probe)
        return False

    async def _answers(self, ear: _Ear, probe: Probe) -> bool:
        ear.probed_at = time.monotonic()
        try:
            async with asyncio.timeout(_PROBE_SECONDS):
                await probe.ask()
        except Exception as error:
            ear.silent += 1
            ear.trouble = f"{type(error).__name__}: {error}"
            self._look.set()
            return False
        ear.silent = 0
        return True
