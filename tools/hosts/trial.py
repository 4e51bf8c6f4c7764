"""One case after the other under customers: begun, undone, waited for, judged."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, select

from makeline.adapters.stripe.gateway import StripeGateway
from makeline.adapters.stripe.simulator.settings import KEY
from makeline.commerce.payments.audit import audit_payments
from makeline.foundation.outbox import deliveries
from makeline.foundation.promises import PENDING
from makeline.foundation.statements import Query
from makeline.main.invariants import violations
from tests.adapters.drawing.sample_pictures import photo, written
from tests.faults.customers import Away, Crowd, Line, Purchase, Unanswered
from tests.faults.kept import drain, kept, lost
from tests.faults.partner_judge import complaints, our_prints
from tests.faults.shop import until
from tools.hosts.balancer import Balancer
from tools.hosts.cases import Case
from tools.hosts.lab import ADDRESSES, DOOR, STRIPE, Lab
from tools.soak.guests import Guests

_PAUSE = 0.1
# So many acknowledgements, and everybody is served at full speed.
_SWING = 80
# So long without an error, and the fault is over.
_CALM = 6.0
_PATIENCE = 300.0
_ON_THE_WEB = 3

_OLD: Query[tuple[int]] = Query(
    select(func.count())
    .select_from(deliveries)
    .where(PENDING, deliveries.c.created_at <= bindparam("before")),
    tuple,
)


@dataclass(frozen=True)
class Outcome:
    """``words`` are the figures; ``faults`` what may never be."""

    words: str
    seconds: float
    faults: tuple[str, ...]


@dataclass
class Trial:
    """Customers in the street, and what went wrong for them."""

    lab: Lab
    chance: random.Random
    customers: int
    errors: Counter[str] = field(default_factory=Counter)
    last_error: float = 0.0
    crowd: Crowd = field(init=False)
    shopping: asyncio.Task[None] = field(init=False)

    def __post_init__(self) -> None:
        self.crowd = Crowd(written(photo((300, 600)), "PNG"), self.chance)

    async def run(self, cases: list[Case], tell: Callable[[Case, Outcome], None]) -> int:
        """How many faults were found; what came of each case is told as soon as it is known, also of one that never ended."""
        found = 0
        async with Balancer(self.lab.places, port=DOOR) as balancer:
            await self.lab.open()
            await until(_all_well(balancer), patience=_PATIENCE, what="every server well")
            for case in cases:
                began = time.monotonic()
                try:
                    words, faults = await self._try(case, balancer)
                except Exception as error:
                    words = f"failed: {str(error) or type(error).__name__}"
                    tell(case, Outcome(words, time.monotonic() - began, (words,)))
                    raise
                tell(case, Outcome(words, time.monotonic() - began, tuple(faults)))
                found += len(faults)
        return found

    async def _try(self, case: Case, balancer: Balancer) -> tuple[str, list[str]]:
        self.errors.clear()
        self.crowd.newcomers = True
        came = len(self.crowd.came)
        self.shopping = shopping = asyncio.create_task(self._shop())
        guests = Guests(f"http://127.0.0.1:{DOOR}", self.crowd.picture, self.chance)
        buying = [
            asyncio.create_task(guests.buy_on_the_web(1.0)) for _ in range(_ON_THE_WEB if case.web else 0)
        ]
        await self._served(_SWING)
        case.begin(self.lab)
        began, before = time.monotonic(), self.crowd.acknowledged
        await asyncio.wait({shopping}, timeout=case.seconds)
        meanwhile = self.crowd.acknowledged - before
        ending = time.monotonic()
        case.end(self.lab)
        mended, moment = time.monotonic(), await self._now()
        settled = asyncio.create_task(self._settled(moment, mended))
        while time.monotonic() - max(mended, self.last_error) < _CALM:
            await asyncio.wait({shopping}, timeout=0.2)
        await until(_all_well(balancer), patience=_PATIENCE, what="every server well again")
        await self._served(_SWING)
        drained = await settled
        for one in buying:
            one.cancel()
        for ended in buying:
            with suppress(asyncio.CancelledError):
                # Whoever ended by himself was told what nobody may be.
                await ended
        self.crowd.newcomers = False
        await shopping
        await drain(self.lab)
        calm = max(0.0, self.last_error - mended)
        unmade = await guests.all_made()
        missing, doubled, contradicted = await self._faults(web=case.web)
        missing += unmade
        failed = ", ".join(f"{count:,} {word}" for word, count in self.errors.most_common())
        return (
            f"{ending - began:.0f} s under {self.customers} customers: {meanwhile} writes acknowledged meanwhile, "
            f"{self.errors.total():,} calls failed{f' ({failed})' if failed else ''}; after its end the last error at "
            f"{calm:.1f} s, all that was promised before done at {drained:.1f} s; "
            f"{len(self.crowd.came) - came} sessions, "
            f"{f'{len(guests.orders)} orders paid on the web, {guests.gave_up} guests gave up, ' if case.web else ''}{len(missing)} lost, {len(doubled)} doubled, "
            f"{len(contradicted)} contradicted"
        ), [*missing, *doubled, *contradicted]

    async def _shop(self) -> None:
        await asyncio.gather(*(self._queue() for _ in range(self.customers)))

    async def _queue(self) -> None:
        line = Line(DOOR, headers={"authorization": f"Bearer {self.lab.key}"})
        try:
            while (purchase := self.crowd.next()) is not None:
                await self._serve(purchase, line)
                await asyncio.sleep(_PAUSE)
        finally:
            line.hang_up()

    async def _serve(self, purchase: Purchase, line: Line) -> None:
        """He repeats what failed until it is done."""
        deadline = time.monotonic() + _PATIENCE
        while not purchase.over:
            try:
                await purchase.go_on(line)
            except (Away, Unanswered) as error:
                self.errors[error.code if isinstance(error, Away) else "no answer"] += 1
                self.last_error = time.monotonic()
                assert self.last_error < deadline, f"nobody serves {purchase}"
                await asyncio.sleep(_PAUSE)

    async def _served(self, more: int) -> None:
        wanted = self.crowd.acknowledged + more

        async def enough() -> bool:
            if self.shopping.done():
                # Somebody was told what he never may be.
                await self.shopping
            return self.crowd.acknowledged >= wanted

        await until(enough, patience=_PATIENCE, what="customers served")

    async def _now(self) -> datetime:
        database = await self.lab.database()
        await database.close()
        return database.clock()

    async def _settled(self, moment: datetime, mended: float) -> float:
        """Seconds until nothing is left of what was promised before the moment."""

        async def none() -> bool:
            ((left,),) = await self.lab.ask(lambda unit: unit.all(_OLD, before=moment))
            return left == 0

        await until(none, patience=_PATIENCE, what="promises kept")
        return time.monotonic() - mended

    async def _faults(self, *, web: bool) -> tuple[list[str], list[str], list[str]]:
        """What is lost, done twice, and otherwise contradicts itself."""
        told = complaints(self.lab.ledger_path, await self.lab.ask(our_prints), drained=True)
        doubled = [fault for fault in told if " twice" in fault]
        broken = [str(fault) for fault in await self.lab.ask(violations)]
        broken += [fault for fault in told if fault not in doubled]
        if web and (differing := await self._differing()):
            broken.append(f"{differing} payments are otherwise in Stripe's books than in ours")
        return lost(self.crowd, await self.lab.ask(kept)), doubled, broken

    async def _differing(self) -> int:
        database = await self.lab.database()
        gateway = StripeGateway(KEY, address=f"http://{ADDRESSES['bank']}:{STRIPE}")
        try:
            return await audit_payments(database.begin, gateway, since=timedelta(hours=1))
        finally:
            await gateway.close()
            await database.close()


def _all_well(balancer: Balancer) -> Any:
    async def ask() -> bool:
        return all(backend.well for backend in balancer.backends)

    return ask
