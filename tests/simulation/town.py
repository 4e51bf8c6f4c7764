"""A town for thirty days: kiosks, people, a print partner, and a shop whose processes die; all drawn from a seed."""

import asyncio
import hashlib
import random
from collections import Counter, deque
from collections.abc import Callable, Coroutine, Iterable
from datetime import timedelta
from typing import Any, TypeVar

from makeline.cases.kiosk.notice import take_payment_notice
from makeline.cases.machines.callers import Caller
from makeline.cases.machines.partners import demo_partner
from makeline.cases.production.print_partner import JobStep, PaymentStatus
from makeline.cases.production.report import OrderReport, take_order_notice
from makeline.commerce.payments.gateway import GatewayTrouble
from makeline.commerce.payments.look import look_at_page
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import Kind, Refusal
from makeline.main.wiring import House
from tests.simulation.bank import Bank, BankLine
from tests.simulation.inline_database import Disk
from tests.simulation.outside import FarStorage, NoPapers, PostBox
from tests.simulation.print_shop import PartnerLine, PrintShop
from tests.simulation.process import START, Ground, Life, Outside
from tests.simulation.road import NoAnswer, Road, Weather
from tests.simulation.virtual_loop import VirtualLoop

T = TypeVar("T")
DAY = 86_400.0
_TOLD_AT_LAST = 40
_TRIES_OF_A_NOTICE = 4


class Town:
    """Everybody and everything. ``counted`` says what went wrong on purpose, ``acknowledged`` what people were told."""

    def __init__(self, seed: int, image: bytes) -> None:
        self.seed = seed
        self.chance = random.Random(seed)
        self.loop = VirtualLoop(random.Random(seed + 1))
        self.counted: Counter[str] = Counter()
        self.latest: deque[str] = deque(maxlen=_TOLD_AT_LAST)
        self._trace = hashlib.blake2b(digest_size=12)
        self.disk = Disk(image)
        self.roads = [self._road() for _ in range(5)]
        self.door, to_partner, to_storage, to_mail, to_bank = self.roads
        self.print_shop = PrintShop(
            self.chance, self.after, self._say_payment, self._say_step, fails=self.chance.choice((0, 0.1))
        )
        self.partner_line = PartnerLine(self.print_shop, to_partner)
        self.post = PostBox(to_mail)
        self.bank = Bank(
            self.chance, self.after, lambda: START + timedelta(seconds=self.loop.time()), self._say_page
        )
        till = BankLine(self.bank, to_bank)
        self.outside = Outside(FarStorage(to_storage), self.partner_line, self.post, till, NoPapers())
        self.ground = Ground(
            self.loop,
            self.chance,
            self.disk,
            self.outside,
            self.note,
            self._pass_on,
            most_skew=self.chance.choice((0.0, 0.0, 2.0)),
        )
        # Some towns look round often and others seldom, some are busy and others asleep.
        self.loop.first_pause = self.chance.choice((20.0, 900.0, 3600.0, 3600.0, 20_000.0, 20_000.0))
        self.web_share = self.chance.choice((0.0, 0.4, 0.4, 1.0))
        self.most_a_day = self.chance.choice((1, 2, 2, 5))
        self.lives: list[Life] = []
        # After how many steps a process dies, on average: a town takes a few ten thousand in its month.
        self.deadly = self.chance.choice((0, 1_000, 3_000, 10_000))
        self.acknowledged: list[tuple[str, Any]] = []
        self.charged: dict[str, int] = self.print_shop.charged
        self.operator: Caller | None = None
        self._under_way: set[asyncio.Task[Any]] = set()
        self.troubles: list[str] = []

    def note(self, told: str) -> None:
        """A step of the trace: what happened, when."""
        line = f"{self.loop.time():.6f} {told}"
        self._trace.update(line.encode())
        self.latest.append(line)

    @property
    def trace(self) -> str:
        """The same for the same seed, and for no other."""
        return self._trace.hexdigest()

    def open(self) -> None:
        """One process that does everything, or servers and workers of their own."""
        kinds = self.chance.choice(
            ([("all", True)], [("api", False), ("work", True)], [("one", True), ("two", True)])
        )
        for name, works in kinds:
            self._begin_life(len(self.lives), name, works=works, number=1)

    async def ask(self, work: Callable[[House], Coroutine[Any, Any, T]]) -> T:
        """Somebody calls the shop; raises ``NoAnswer``, or the refusal that he is told."""
        if self.door.happens("dropped"):
            await asyncio.sleep(5.0)
            raise NoAnswer(may_have_arrived=False)
        await asyncio.sleep(self.door.seconds())
        life = self.chance.choice(self.lives)
        if not life.alive:
            raise NoAnswer(may_have_arrived=False)
        if self.door.happens("doubled"):
            self.spawn(self._again(life, work))
        try:
            result = await life.serve(work)
        except ConnectionResetError:
            raise NoAnswer(may_have_arrived=True) from None
        except Refusal as refused:
            if refused.kind is Kind.UNAVAILABLE:
                raise NoAnswer(may_have_arrived=True) from refused
            raise
        if self.door.happens("lost"):
            await asyncio.sleep(5.0)
            raise NoAnswer(may_have_arrived=True)
        return result

    async def insist(
        self, work: Callable[[House], Coroutine[Any, Any, T]], *, tries: int = 6, pause: float = 2.0
    ) -> T:
        """Again until there is an answer."""
        for attempt in range(tries):
            try:
                return await self.ask(work)
            except NoAnswer:
                if attempt + 1 == tries:
                    raise
                await asyncio.sleep(min(600.0, pause * 1.7**attempt) * (0.5 + self.chance.random()))
        raise NoAnswer(may_have_arrived=True)

    async def unit(self, verb: Callable[[UnitOfWork], T], *, actor: str, tries: int = 6) -> T:
        """Somebody has one verb done."""
        return await self.insist(lambda house: house.database.begin(verb, actor=actor), tries=tries)

    def spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        """Somebody goes about his own business."""
        task = self.loop.create_task(self._watched(work))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def everybody_is_done(self) -> None:
        """All that were spawned have ended."""
        while self._under_way:
            await asyncio.wait(self._under_way)

    def took_money(self, reference: str, minor: int) -> None:
        """A card was charged; whatever becomes of it, somebody has paid."""
        self.charged[reference] = self.charged.get(reference, 0) + minor
        self.note(f"charged {reference} {minor}")

    def calm(self) -> None:
        """From now on nothing goes wrong."""
        for road in self.roads:
            road.calm()
        self.deadly = 0
        for life in self.lives:
            life.spare()

    def close(self) -> None:
        """The town is gone."""
        self.loop.close()
        self.disk.connection.close()

    async def _watched(self, work: Coroutine[Any, Any, Any]) -> None:
        try:
            await work
        except NoAnswer:
            self.counted["unheard"] += 1
        except Refusal as refused:
            self.counted[refused.code] += 1
        except Exception as error:
            self.troubles.append(f"{type(error).__name__}: {error}")
            raise

    async def _again(self, life: Life, work: Callable[[House], Coroutine[Any, Any, Any]]) -> None:
        await asyncio.sleep(2 * self.door.seconds())
        if life.alive:
            try:
                await life.serve(work)
            except (Refusal, ConnectionResetError):
                return

    def _road(self) -> Road:
        return Road(self.loop, self.chance, Weather.drawn(self.chance), self.counted)

    def _begin_life(self, place: int, name: str, *, works: bool, number: int) -> None:
        fuse = int(self.chance.expovariate(1 / self.deadly)) + 1 if self.deadly else None
        life = Life(self.ground, f"{name}{number}", works=works, fuse=fuse)
        if place < len(self.lives):
            self.lives[place] = life
        else:
            self.lives.append(life)

        def again() -> None:
            self.counted["deaths"] += 1
            self.after(
                self.chance.choice((1.0, 3.0, 90.0)),
                lambda: self._begin_life(place, name, works=works, number=number + 1),
            )

        life.on_death = again

    def after(self, seconds: float, work: Callable[[], None]) -> None:
        """Something happens by itself."""
        self.loop.at_once_elsewhere(self.loop.time() + seconds, work)

    def _pass_on(self, teller: Life, topics: Iterable[str]) -> None:
        told = sorted(topics)
        for life in self.lives:
            if life is not teller:
                self.after(0.3 * self.chance.random(), lambda life=life: life.database.changes.hear(told))

    def _say_payment(self, reference: str, status: PaymentStatus) -> None:
        caller = self.operator
        assert caller is not None

        def tell(unit: UnitOfWork) -> Any:
            return take_payment_notice(
                unit, caller, reference=reference, status=status, amount=None, received={}
            )

        self.note(f"partner says {reference} {status}")
        self._notify(tell)

    def _say_step(self, reference: str, step: JobStep) -> None:
        caller = self.operator
        assert caller is not None
        report = OrderReport(reference, step, step.value)
        self.note(f"partner says {reference} {step}")
        self._notify(lambda unit: take_order_notice(unit, caller, report))

    def _say_page(self, page: str) -> None:
        self.note(f"bank says {page} {self.bank.reports[page].standing}")
        self.spawn(self._event_comes(page))

    async def _event_comes(self, page: str) -> None:
        async def hear(house: House) -> bool:
            try:
                return await look_at_page(house.database.begin, house.till, page, actor="stripe event")
            except GatewayTrouble as trouble:
                raise NoAnswer(may_have_arrived=True) from trouble

        await asyncio.sleep(40 * self.door.seconds() if self.door.happens("slow") else self.door.seconds())
        await self.insist(hear, tries=_TRIES_OF_A_NOTICE)

    def _notify(self, verb: Callable[[UnitOfWork], Any]) -> None:
        """Said at some time, perhaps again, perhaps never."""
        self.spawn(self._told_late(verb))

    async def _told_late(self, verb: Callable[[UnitOfWork], Any]) -> None:
        await asyncio.sleep(20 * self.door.seconds() if self.door.happens("slow") else self.door.seconds())
        await self.unit(verb, actor="print partner", tries=_TRIES_OF_A_NOTICE)


async def know_the_operator(town: Town) -> None:
    """Who operates the machines, asked before anything goes wrong."""
    partner_id = await town.lives[0].database.read(demo_partner)
    town.operator = Caller("partner demo", "127.0.0.1", partner_id=partner_id)
