"""A process of the shop: the real house and its worker on the virtual loop, until it dies between two awaits."""

import asyncio
import random
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from makeline.cases.kiosk.recognise import Trust
from makeline.cases.machines.refusal_book import RefusalBook
from makeline.commerce.accounts.passwords import PasswordPool
from makeline.commerce.accounts.tokens import TokenKeys
from makeline.commerce.files.accesses import AccessBook
from makeline.commerce.files.links import Links
from makeline.foundation.rate_limits import LocalLimiter
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.main.subscriptions import PROMISES
from makeline.main.wiring import House, scanner_of
from makeline.main.worker import Worker
from makeline.parts.geometry.arrive import Quota
from makeline.parts.geometry.limits import FileLimits
from makeline.parts.geometry.take_in import Intake
from tests.fakes import PlainReader, PlainRenderer
from tests.simulation.inline_database import Disk, InlineDatabase
from tests.simulation.virtual_loop import OwnedTask, VirtualLoop
from tests.web import LINK_KEY, QUICK, TOKEN_KEY, settings_of

START = datetime(2026, 3, 20, 7, 0, tzinfo=UTC)
# Nobody looks at the figures of a town: workers count them a few times a day.
SETTINGS = settings_of(link_keys=LINK_KEY, crm="off", metrics_count_seconds=6 * 3600)
_PASSWORDS = PasswordPool(waiting=8, cost=QUICK)
_SCANNER = scanner_of(SETTINGS)
_TRUST = Trust(loopback=True, test_machines=False, proxies=[], signing_keys=SETTINGS.signing_keys)


@dataclass
class Outside:
    """What every process of a shop leans on, by its ports."""

    storage: Any
    partner: Any
    mailer: Any
    gateway: Any
    invoices: Any
    renderer: PlainRenderer = field(default_factory=PlainRenderer)
    reader: PlainReader = field(default_factory=PlainReader)


@dataclass
class Ground:
    """What processes stand on: time, disk, and who is told what they do. ``skew`` in seconds is drawn per process."""

    loop: VirtualLoop
    chance: random.Random
    disk: Disk
    outside: Outside
    note: Callable[[str], None]
    pass_on: Callable[["Life", Iterable[str]], None]
    most_skew: float = 0.0


class Life:
    """One life of one process; it ends after ``fuse`` steps of its tasks, or never."""

    def __init__(self, ground: Ground, name: str, *, works: bool, fuse: int | None) -> None:
        self.name = name
        self._ground = ground
        self._fuse = fuse
        self._tasks: list[OwnedTask] = []
        self._waiting: dict[asyncio.Future[Any], None] = {}
        self.alive = True
        self.on_death: Callable[[], None] = lambda: None
        self._skew = timedelta(seconds=ground.chance.uniform(-1, 1) * ground.most_skew)
        self.database = InlineDatabase(
            ground.disk,
            PROMISES,
            self.clock,
            committed=self._committed,
            tell=self._tell,
            alone=ground.loop.nobody_else_is_ready,
            step=self.step,
        )
        self.house = self._build()
        self.worker = Worker(self.house) if works else None
        if self.worker is not None:
            self.start(self.worker.run(), name="worker")

    def clock(self) -> datetime:
        """What this process believes."""
        return START + timedelta(seconds=self._ground.loop.time()) + self._skew

    def start(self, work: Coroutine[Any, Any, Any], *, name: str) -> OwnedTask:
        """A task of this process."""
        before, self._ground.loop.owner = self._ground.loop.owner, self
        try:
            task = self._ground.loop.create_task(work, name=name)
        finally:
            self._ground.loop.owner = before
        assert isinstance(task, OwnedTask)
        return task

    def took(self, task: OwnedTask) -> None:
        """One more; those that are over are forgotten now and then."""
        self._tasks.append(task)
        if len(self._tasks) > 200:
            self._tasks = [one for one in self._tasks if not one.done()]

    def step(self) -> None:
        """It may die before any step."""
        if self._fuse is not None and self.alive:
            self._fuse -= 1
            if self._fuse <= 0:
                self.die()

    def spare(self) -> None:
        """It lives as long as anybody wants."""
        self._fuse = None

    def die(self) -> None:
        """As by kill -9: nothing that its tasks still do has an effect, and nobody gets an answer."""
        self.alive = self.database.alive = False
        self._ground.note(f"{self.name} dies")
        for task in self._tasks:
            task.cancel()
        for waiting in list(self._waiting):
            if not waiting.done():
                waiting.set_exception(ConnectionResetError("the process died"))
        self.on_death()

    async def serve(self, work: Callable[[House], Coroutine[Any, Any, Any]]) -> Any:
        """What a request would get; raises ``ConnectionResetError`` when the process dies under it."""
        answered: asyncio.Future[Any] = self._ground.loop.create_future()
        self._waiting[answered] = None
        self.start(_answer(work, self.house, answered), name="request")
        try:
            return await answered
        finally:
            self._waiting.pop(answered, None)

    def _committed(self, unit: UnitOfWork, changes: int) -> None:
        if changes:
            self._ground.note(f"{self.name} {unit.actor} {changes}")

    def _tell(self, topics: Iterable[str]) -> None:
        self._ground.pass_on(self, topics)

    def _build(self) -> House:
        out, database = self._ground.outside, self.database
        settings = SETTINGS
        return House(
            settings=settings,
            database=database,
            storage=out.storage,
            renderer=out.renderer,
            partner=out.partner,
            shelf=out.partner,
            slips=_NO_PRESS,
            intake=Intake(database.begin, out.storage, out.reader, _QUOTA, _LIMITS),
            links=Links(settings.base_url, settings.link_keys),
            trust=_TRUST,
            limiter=LocalLimiter(clock=self._ground.loop.time),
            refusals=RefusalBook(database.begin),
            accesses=AccessBook(database.begin, settings.link_keys[0]),
            passwords=_PASSWORDS,
            scanner=_SCANNER,
            mailer=out.mailer,
            invoices=out.invoices,
            tokens=TokenKeys([TOKEN_KEY]),
            closers=[],
            gateway=out.gateway,
        )


_QUOTA, _LIMITS = Quota(files=200, size_bytes=2**31), FileLimits()
# No slip is asked for.
_NO_PRESS: Any = None


async def _answer(
    work: Callable[[House], Coroutine[Any, Any, Any]], house: House, answered: "asyncio.Future[Any]"
) -> None:
    try:
        result = await work(house)
    except Exception as error:
        if not answered.done():
            answered.set_exception(error)
    else:
        if not answered.done():
            answered.set_result(result)
