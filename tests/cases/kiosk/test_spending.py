"""Signed notices: the nonce is spent in the notice's own unit, and whatever a call comes to, it is good once."""

import json
import secrets
from collections.abc import Callable
from contextlib import nullcontext

import pytest
from sqlalchemy import func, select
from starlette.requests import Request

from makeline.cases.kiosk.spending import Replayed, Spending, Unspent
from makeline.cases.machines.access import access
from makeline.cases.machines.audit import signed_calls
from makeline.cases.machines.keys import IssuedKey
from makeline.cases.machines.models import seen_nonces
from makeline.cases.machines.scopes import Scope
from makeline.cases.machines.signatures import signing_secrets
from makeline.foundation.inbox import MessageState, inbox, keep_message
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.foundation.web.front import SPENDS_INSIDE
from makeline.kernel.errors import NotAllowed
from makeline.kernel.signed_calls import SignedCall, sign_call
from tests.adapters.print_partner.routes.bodies import PAY_STATUS
from tests.given import Given
from tests.people import key_of
from tests.web import open_shop

SIGNING_KEY = "the key that signing secrets of tests come from"
_COUNTS: Query[tuple[int, int, int]] = Query(
    select(
        select(func.count()).select_from(seen_nonces).scalar_subquery(),
        select(func.count()).select_from(signed_calls).scalar_subquery(),
        select(func.count()).select_from(inbox).scalar_subquery(),
    ),
    tuple,
)


def _signed(given: Given, key: IssuedKey, body: bytes, **more: str) -> dict[str, str]:
    timestamp, nonce = str(int(given.clock.now.timestamp())), secrets.token_hex(8)
    call = SignedCall("POST", PAY_STATUS, "", timestamp, nonce, body)
    return {
        "makeline-key": key.prefix,
        "makeline-timestamp": timestamp,
        "makeline-nonce": nonce,
        "makeline-signature": sign_call(signing_secrets([SIGNING_KEY.encode()], key.secret_hash)[0], call),
        "content-type": "application/json",
        "x-forwarded-for": "203.0.113.77",
        **more,
    }


async def test_whatever_becomes_of_a_signed_notice_it_is_good_once(given: Given):
    """The very bytes again are refused: here by memory, by the next process because the database knows."""
    key, narrow = await key_of(given.database), await key_of(given.database, scopes=frozenset({Scope.PRINT}))
    _, begun = await given.payment_begun()
    paid = {"third_id": begun.payment.reference, "status": 3, "pay_amount": 19.99}
    calls: list[tuple[object, IssuedKey, dict[str, str], int]] = [
        (paid, key, {}, 200),
        (paid, key, {}, 200),
        ([{"status": 77}, paid | {"status": 2}, paid], key, {}, 200),
        ([{"status": 77}], key, {}, 200),
        ([], key, {}, 200),
        (paid | {"status": 77}, key, {}, 422),
        ("no notice", key, {}, 422),
        (paid, key, {"origin": "http://elsewhere.test"}, 403),
        (paid, narrow, {}, 403),
    ]
    sent: list[tuple[bytes, dict[str, str]]] = []
    async with open_shop(given, signing_keys=SIGNING_KEY) as shop:
        for said, whose, more, status in calls:
            body = json.dumps(said).encode()
            sent.append((body, _signed(given, whose, body, **more)))
            for expected in (status, 401):
                answer = await shop.caller(sent[-1][1]).post(PAY_STATUS, content=body)
                assert answer.status_code == expected, (said, answer.text)
            assert answer.json()["reason"] == "signature_replayed"
    # A nonce and a row of the audit for each call that came for the first time; two notices that were kept.
    assert await given.rows(_COUNTS) == [(len(calls), len(calls), 2)]
    async with open_shop(given, signing_keys=SIGNING_KEY) as shop:
        for body, headers in sent:
            assert (await shop.caller(headers).post(PAY_STATUS, content=body)).status_code == 401
    assert await given.rows(_COUNTS) == [(len(calls), len(calls), 2)]


async def test_a_notice_that_comes_too_fast_is_spent_and_its_copies_cost_its_partner_nothing(given: Given):
    key = await key_of(given.database)
    body = b"[]"
    async with open_shop(given, signing_keys=SIGNING_KEY, limit_partner=2) as shop:
        first, second, third = (_signed(given, key, body) for _ in range(3))
        answers = [
            (await shop.caller(headers).post(PAY_STATUS, content=body)).status_code
            for headers in (first, first, first, second, third, third)
        ]
    assert answers == [200, 401, 401, 200, 429, 401]
    assert (await given.rows(_COUNTS))[0][:2] == (3, 3)


class _Process:
    """What one server knows of a call that has come to it."""

    def __init__(self, given: Given, key_id: int) -> None:
        self._spending = Spending(given.database)
        self._now = given.clock.now.timestamp()
        self._unspent = Unspent(key_id, SignedCall("POST", PAY_STATUS, "", "1", "nonce-01", b""), "192.0.2.1")

    async def call(self, work: Callable[[UnitOfWork], None]) -> None:
        request = Request({"type": "http", SPENDS_INSIDE: True})
        await self._spending.take(request, self._unspent, now=self._now)
        try:
            await self._spending.begin(request, work, actor="test")
        finally:
            await self._spending.settle(request)


@pytest.mark.parametrize("refused", [False, True])
async def test_of_two_servers_that_get_the_same_call_one_does_it(given: Given, refused: bool):
    issued = await key_of(given.database)
    key_id = (await given.database.read(access)).by_prefix[issued.prefix].id
    one, other = _Process(given, key_id), _Process(given, key_id)

    def work(unit: UnitOfWork) -> None:
        keep_message(
            unit, source="s", external_id="1", topic="t", subject="1", payload={}, state=MessageState.IGNORED
        )
        if refused:
            raise NotAllowed("not this one")

    with pytest.raises(NotAllowed) if refused else nullcontext():
        await one.call(work)
    with pytest.raises(Replayed):
        await other.call(work)
    # What was refused has left nothing but its nonce and its row of the audit.
    assert await given.rows(_COUNTS) == [(1, 1, 0 if refused else 1)]
