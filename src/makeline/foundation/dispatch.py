"""Keep promises: claim what is due, run its reaction, record the outcome. A crash anywhere repeats, never loses.

A claim pushes ``due_at`` into the future before the reaction runs, so a dead worker needs no cleanup: its promises
simply become due again. Reactions are therefore safe to run twice.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import structlog
from sqlalchemy import bindparam, func, literal_column, select, update

from makeline.foundation.columns import among
from makeline.foundation.database import Database
from makeline.foundation.metrics import DELIVERIES, DELIVERY_SECONDS
from makeline.foundation.outbox import DeliveryState, deliveries
from makeline.foundation.promises import MOST_ATTEMPTS, PENDING, STILL_OPEN, GiveUp, TryLater, bury, finish
from makeline.foundation.statements import Change, Query
from makeline.foundation.tracing import span, trace_id_of
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.kernel.errors import FailureKind, Unavailable
from makeline.kernel.events import Event

_LONGEST_PAUSE = 900.0
# How often an outcome is brought to a database that is away.
_RECORD_AGAIN = 0.5

_log = structlog.get_logger()


class Claimed(NamedTuple):
    """One promise in hand; ``attempt`` counts from 1."""

    id: int
    event: str
    subscriber: str
    payload: dict[str, Any]
    destination: str | None
    attempts: int
    request_id: str | None
    created_at: datetime
    traceparent: str | None = None


@dataclass(frozen=True, slots=True)
class Reaction:
    """What a subscriber does. Exactly one of the two: ``in_unit`` runs in the unit that also ticks the promise off;
    ``outside`` talks to the world between units."""

    event: type[Event]
    in_unit: Callable[[UnitOfWork, Any], None] | None = None
    outside: Callable[[Any, int], Awaitable[None]] | None = None


Reactions = Mapping[str, Reaction]

_DUE = (
    select(deliveries.c.id)
    .where(PENDING, deliveries.c.due_at <= bindparam("now"))
    .order_by(deliveries.c.due_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_CLAIM = Query(
    update(deliveries)
    .where(deliveries.c.id.in_(_DUE.scalar_subquery()))
    .values(due_at=bindparam("lease"), attempts=deliveries.c.attempts + 1)
    .returning(
        deliveries.c.id,
        deliveries.c.event,
        deliveries.c.subscriber,
        deliveries.c.payload,
        deliveries.c.destination,
        deliveries.c.attempts,
        deliveries.c.request_id,
        deliveries.c.created_at,
        deliveries.c.traceparent,
    ),
    Claimed,
)
_POSTPONE = Change(
    update(deliveries)
    .where(deliveries.c.id == bindparam("delivery_id"), STILL_OPEN)
    .values(
        due_at=bindparam("due_at"),
        attempts=deliveries.c.attempts - bindparam("forgiven"),
        last_error=bindparam("reason"),
        failure_kind=bindparam("kind"),
    )
)


class _Moment(NamedTuple):
    due_at: datetime | None


_NEXT_DUE = Query(
    select(deliveries.c.due_at).where(PENDING).order_by(deliveries.c.due_at).limit(literal_column("1")),
    _Moment,
)


class Depth(NamedTuple):
    """How many promises are in a state."""

    state: DeliveryState
    count: int


# Each by the index that holds nothing else: kept promises are two weeks of everything that was done.
_PENDING, _DEAD = [
    select(func.count()).select_from(deliveries).where(among(deliveries.c.state, state)).scalar_subquery()
    for state in (DeliveryState.PENDING, DeliveryState.DEAD)
]
_DEPTH: Query[tuple[int, int]] = Query(select(_PENDING, _DEAD), tuple)


def next_due(unit: Reading) -> datetime | None:
    """When the next open promise is due."""
    row = unit.first(_NEXT_DUE)
    return row.due_at if row else None


def depths(unit: Reading) -> list[Depth]:
    """Promises that are open and those that were given up; what was kept is not counted."""
    pending, dead = unit.first(_DEPTH) or (0, 0)
    return [Depth(DeliveryState.PENDING, pending), Depth(DeliveryState.DEAD, dead)]


def pause_after(attempts: int, *, jitter: float) -> timedelta:
    """Growing pause: 1, 2, 4 … 900 s, shortened by up to half so that failures do not march in step."""
    seconds = min(_LONGEST_PAUSE, 2.0 ** (attempts - 1))
    return timedelta(seconds=seconds * (1 - 0.5 * jitter))


class Dispatcher:
    """Claims and runs promises of one process; ``most_at_once`` bounds the reactions under way."""

    def __init__(
        self,
        database: Database,
        reactions: Reactions,
        *,
        most_at_once: int = 16,
        calls_per_second: Mapping[str, float] | None = None,
        lease: timedelta = timedelta(seconds=60),
    ) -> None:
        self._database = database
        self._reactions = reactions
        self._most = most_at_once
        self._rates = calls_per_second or {}
        self._lease = lease
        self._next_call: dict[str, float] = {}
        self._running: set[asyncio.Task[None]] = set()

    @property
    def full(self) -> bool:
        """No room for another reaction."""
        return len(self._running) >= self._most

    async def keep_due(self) -> int:
        """Claim as many due promises as there is room for and start them; returns how many."""
        room = self._most - len(self._running)
        if room <= 0:
            return 0
        claimed = await self._database.begin(lambda unit: _claim(unit, room, self._lease), actor="worker")
        for delivery in claimed:
            task = asyncio.create_task(self.keep(delivery), name=delivery.subscriber)
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        return len(claimed)

    async def any_done(self) -> None:
        """Wait until one of the running reactions has ended."""
        if self._running:
            await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)

    async def all_done(self, timeout: float) -> None:
        """Let running reactions end; what does not end in time becomes due again by itself."""
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=timeout)
            for task in late:
                task.cancel()

    async def keep(self, delivery: Claimed) -> None:
        """Run one promise and record what came of it; never raises."""
        with (
            structlog.contextvars.bound_contextvars(**_logged(delivery)),
            span(f"keep {delivery.subscriber}", kind="consumer", parent=delivery.traceparent) as kept,
        ):
            started = time.perf_counter()
            outcome = "done"
            try:
                await self._react(delivery)
            except TryLater as not_now:
                outcome = "later"
                later = not_now
                await self._record(lambda unit: _postpone(unit, delivery, later))
            except GiveUp as given_up:
                outcome = "dead"
                reason, kind = given_up.reason, given_up.kind
                await self._record(lambda unit: bury(unit, delivery.id, reason, kind))
            except Exception as error:
                outcome = "failed"
                text = f"{type(error).__name__}: {error}"[:500]
                _log.warning("delivery_failed", subscriber=delivery.subscriber, error=text, exc_info=error)
                await self._record(lambda unit: _after_error(unit, delivery, text))
            kept.tell(delivery=delivery.id, attempt=delivery.attempts, outcome=outcome)
            DELIVERIES.labels(delivery.subscriber, outcome).inc()
            DELIVERY_SECONDS.labels(delivery.subscriber).observe(time.perf_counter() - started)

    async def _react(self, delivery: Claimed) -> None:
        if delivery.attempts > MOST_ATTEMPTS:
            # Claimed again and again without an outcome: it takes its workers down with it.
            raise GiveUp("its workers never came back", FailureKind.PERMANENT)
        reaction = self._reactions.get(delivery.subscriber)
        if reaction is None:
            raise GiveUp(f"nobody is called {delivery.subscriber}", FailureKind.MISCONFIGURED)
        event = reaction.event.read(delivery.payload)
        if reaction.in_unit is not None:
            act = reaction.in_unit

            def act_and_finish(unit: UnitOfWork) -> None:
                act(unit, event)
                finish(unit, delivery.id)

            await self._database.begin(act_and_finish, actor=f"worker {delivery.subscriber}")
            return
        assert reaction.outside is not None
        await self._wait_for_turn(delivery.destination)
        await reaction.outside(event, delivery.attempts)
        await self._database.begin(lambda unit: finish(unit, delivery.id), actor="worker")

    async def _wait_for_turn(self, destination: str | None) -> None:
        rate = self._rates.get(destination or "")
        if rate is None or destination is None:
            return
        # The loop's clock, not the machine's: whoever runs us may let time pass as he likes.
        now = asyncio.get_running_loop().time()
        turn = max(now, self._next_call.get(destination, 0.0))
        self._next_call[destination] = turn + 1 / rate
        if turn > now:
            await asyncio.sleep(turn - now)

    async def _record(self, work: Callable[[UnitOfWork], None]) -> None:
        clock = asyncio.get_running_loop().time
        deadline = clock() + self._lease.total_seconds() - _RECORD_AGAIN
        while True:
            try:
                await self._database.begin(work, actor="worker")
                return
            except Unavailable as away:
                # Back soon, as a rule. Until the lease ends the promise is ours; then it becomes due again by itself.
                if clock() > deadline:
                    _log.warning("outcome_not_recorded", error=type(away).__name__)
                    return
                await asyncio.sleep(_RECORD_AGAIN)
            except Exception as error:
                _log.warning("outcome_not_recorded", error=type(error).__name__)
                return


def _logged(delivery: Claimed) -> dict[str, int | str | None]:
    told: dict[str, int | str | None] = {"delivery_id": delivery.id, "request_id": delivery.request_id}
    trace_id = trace_id_of(delivery.traceparent)
    return {**told, "trace_id": trace_id} if trace_id else told


def _claim(unit: UnitOfWork, most: int, lease: timedelta) -> Sequence[Claimed]:
    return unit.all(_CLAIM, now=unit.now, lease=unit.now + lease, most=most)


def _postpone(unit: UnitOfWork, delivery: Claimed, later: TryLater) -> None:
    if later.at is None:
        if delivery.attempts >= MOST_ATTEMPTS:
            bury(unit, delivery.id, later.reason, FailureKind.TRANSIENT)
            return
        due_at, forgiven = unit.now + pause_after(delivery.attempts, jitter=random.random()), 0
    else:
        # Waiting for a known moment is no failure.
        due_at, forgiven = later.at, 1
    unit.put(
        _POSTPONE,
        delivery_id=delivery.id,
        due_at=due_at,
        forgiven=forgiven,
        reason=later.reason,
        kind=FailureKind.TRANSIENT,
    )


def _after_error(unit: UnitOfWork, delivery: Claimed, text: str) -> None:
    _postpone(unit, delivery, TryLater(text))
