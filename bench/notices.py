"""Signed payment notices as a load: each says something new of a payment that has begun, or the same thing again."""

import json
import secrets
import time
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import NamedTuple

from bench.case import Contender, Measure, Measurement, Role
from bench.client import Connection, Flow, NothingLeft, request
from bench.http import Served, Steps, generate, measured
from bench.shop import Shop
from makeline.cases.machines.keys import IssuedKey, issue_key
from makeline.cases.machines.partners import demo_partner
from makeline.cases.machines.scopes import EVERY_SCOPE
from makeline.cases.machines.signatures import signing_secrets
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.signed_calls import SignedCall, sign_call

PATH = "/api/chinese/order/payStatus"
SIGNING_KEY = "a-key-of-the-bench-that-nothing-else-knows-0001"
CLIENTS = 8
_WARM_UP = 0.7


@dataclass(frozen=True)
class Scene:
    """A running product with a prepared shop, and the key that its partner signs with."""

    shop: Shop
    served: Served
    key: IssuedKey

    def signed(self, body: bytes) -> bytes:
        """A notice as the partner's server sends it."""
        return signed_notice(self.key, body).request


class SignedNotice(NamedTuple):
    """A request, and its nonce, which is good once."""

    nonce: str
    request: bytes


def signed_notice(key: IssuedKey, body: bytes) -> SignedNotice:
    """A notice as the partner's server sends it."""
    call = SignedCall("POST", PATH, "", str(int(time.time())), secrets.token_hex(12), body)
    headers = {
        "makeline-key": key.prefix,
        "makeline-timestamp": call.timestamp,
        "makeline-nonce": call.nonce,
        "makeline-signature": sign_call(secret_of(key), call),
    }
    return SignedNotice(call.nonce, request("POST", PATH, body=body, headers=headers))


def secret_of(key: IssuedKey) -> str:
    """What its partner signs with."""
    (secret,) = signing_secrets([SIGNING_KEY.encode()], key.secret_hash)
    return secret


Opened = Callable[[], AbstractContextManager[Scene]]


def partners_key(shop: Shop) -> IssuedKey:
    """A key of the sample shop's partner; the machines of the fleet are open to him as to everybody."""

    def issue(unit: UnitOfWork) -> IssuedKey:
        partner_id = demo_partner(unit)
        assert partner_id is not None
        return issue_key(unit, partner_id, scopes=EVERY_SCOPE)

    return shop.write(issue)


def new_notices(label: str, scene: Opened, *, most_per_second: int) -> Contender:
    """Every notice says ``paid`` of another payment: it settles a sale and queues its print."""

    @contextmanager
    def opened() -> Generator[Measure]:
        with scene() as running:
            _send_each(running, round(most_per_second * _WARM_UP), _WARM_UP)
            yield lambda seconds: _send_each(running, round(most_per_second * seconds), seconds)

    return Contender(Role.OURS, label, opened)


def repeated_notices(label: str, scene: Opened, *, payments: int) -> Contender:
    """Every notice has been said before; each copy is signed anew."""

    @contextmanager
    def opened() -> Generator[Measure]:
        with scene() as running:
            bodies = [paid(reference) for reference in running.shop.payments(payments)]
            generate(Steps(_each_once(running, bodies), CLIENTS), running.served.port, 30)
            load = Steps(_again(running, bodies), CLIENTS)
            yield lambda seconds: measured(running.served, load, seconds)

    return Contender(Role.OURS, label, opened)


def _send_each(scene: Scene, number: int, seconds: float) -> Measurement:
    bodies = [paid(reference) for reference in scene.shop.payments(number)]
    scene.shop.forget_promises()
    return measured(scene.served, Steps(_each_once(scene, bodies), CLIENTS), seconds)


def paid(reference: str) -> bytes:
    """What a notice says of a payment."""
    return json.dumps({"third_id": reference, "status": 3, "pay_amount": 19.99}).encode()


def _each_once(scene: Scene, bodies: list[bytes]) -> Flow:
    async def flow(connection: Connection, number: int, turn: int) -> None:
        position = turn * CLIENTS + number
        if position >= len(bodies):
            raise NothingLeft
        await connection.expect(scene.signed(bodies[position]))

    return flow


def _again(scene: Scene, bodies: list[bytes]) -> Flow:
    async def flow(connection: Connection, number: int, turn: int) -> None:
        await connection.expect(scene.signed(bodies[(turn * CLIENTS + number) % len(bodies)]))

    return flow
