"""A kiosk's sale as a load: order-summary, init-payment, confirm-payment; each order in a session of its own."""

import json
import resource
import sys
from collections.abc import Callable, Generator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from statistics import median

from bench.case import Contender, Measure, Measurement, Role
from bench.client import Connection, Driven, Flow, NothingLeft, drive, request
from bench.cpu import Meter
from bench.http import Served
from bench.shop import Shop
from makeline.foundation.dispatch import depths
from makeline.foundation.outbox import DeliveryState

CLIENTS = 8
# Each sale promises to announce its payment (kept at once by init-payment itself) and to submit its print.
_PROMISES_PER_ORDER = 2
_WARM_UP = 1.0
_ALONE = 9


@dataclass(frozen=True)
class Scene:
    """A running product with a prepared shop. ``counters`` are read around each round; their difference per order
    is a fact of the round."""

    shop: Shop
    served: Served
    counters: Mapping[str, Callable[[], float]] = field(default_factory=dict)
    # Whether the counters are true at any moment, and so can be read around a single order.
    prompt: bool = False


def order_contender(
    label: str, scene: Callable[[], AbstractContextManager[Scene]], *, most_per_second: int
) -> Contender:
    """Eight buyers at once; ``most_per_second`` bounds how many sessions are prepared for a round."""

    @contextmanager
    def opened() -> Generator[Measure]:
        with scene() as running:
            _drive(running, running.shop.sessions(round(most_per_second * _WARM_UP)), _WARM_UP)
            alone = _alone(running)
            running.shop.forget_promises()
            yield lambda seconds: _round(running, round(most_per_second * seconds), seconds, alone)

    return Contender(Role.OURS, label, opened)


def _alone(scene: Scene) -> dict[str, float]:
    """What the counters say of one order while nobody else buys; the median, since the worker lives too."""
    if not scene.prompt:
        return {}
    seen: dict[str, list[float]] = {name: [] for name in scene.counters}
    for key in scene.shop.sessions(_ALONE):
        before = {name: read() for name, read in scene.counters.items()}
        one = drive(sale([key], scene.shop.summary, 1), port=scene.served.port, seconds=0.2, connections=1)
        if one.operations != 1:
            raise RuntimeError(one.first_error)
        for name, read in scene.counters.items():
            seen[name].append(read() - before[name])
    return {f"{name} of an order alone": median(values) for name, values in seen.items()}


def _round(scene: Scene, count: int, seconds: float, alone: Mapping[str, float]) -> Measurement:
    keys = scene.shop.sessions(count)
    before = {name: read() for name, read in scene.counters.items()}
    waiting = _waiting_promises(scene.shop)
    meter, load = Meter(scene.served.processes), _children_cpu()
    meter.start()
    seen = _drive(scene, keys, seconds)
    orders = max(seen.operations, 1)
    cpu = {**meter.per_operation(orders), "load": (_children_cpu() - load) * 1e6 / orders}
    waiting = _waiting_promises(scene.shop) - waiting
    facts = dict(alone)
    facts |= {f"{name} per order": (read() - before[name]) / orders for name, read in scene.counters.items()}
    facts["promises kept per s"] = (_PROMISES_PER_ORDER * orders - waiting) / seconds
    for name, (half, most) in seen.laps.items():
        facts |= {f"{name} p50 ms": half, f"{name} p99 ms": most}
    scene.shop.forget_promises()
    if seen.errors:
        print(f"  {seen.errors} errors, the first: {seen.first_error[:500]}", file=sys.stderr)
    return Measurement(seen.operations, seen.seconds, seen.p50_ms, seen.p99_ms, cpu, seen.errors, facts)


def _drive(scene: Scene, keys: list[str], seconds: float, clients: int = CLIENTS) -> Driven:
    flow = sale(keys, scene.shop.summary, clients)
    return drive(flow, port=scene.served.port, seconds=seconds, connections=clients)


def sale(keys: list[str], summary: bytes, clients: int) -> Flow:
    """Three calls that turn a prepared session into a paid order with its print job."""

    async def flow(connection: Connection, number: int, turn: int) -> None:
        position = turn * clients + number
        if position >= len(keys):
            raise NothingLeft
        at = f"/api/vending/session/{keys[position]}"
        paid = {
            "payment_method": "card",
            "payment_amount": 19.99,
            "currency": "GBP",
            "transaction_id": f"T{keys[position]}",
        }
        receipt = json.dumps(paid).encode()
        await connection.expect(request("POST", f"{at}/order-summary", body=summary), lap="order-summary")
        await connection.expect(request("POST", f"{at}/init-payment"), lap="init-payment")
        await connection.expect(request("POST", f"{at}/confirm-payment", body=receipt), lap="confirm-payment")

    return flow


def _waiting_promises(shop: Shop) -> int:
    return sum(row.count for row in shop.read(depths) if row.state is DeliveryState.PENDING)


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
