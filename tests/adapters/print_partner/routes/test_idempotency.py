"""``Idempotency-Key`` over the wire: one effect, the first answer, and nobody else's."""

import asyncio
from dataclasses import replace
from typing import Any

import httpx2
import pytest
from sqlalchemy import func, select

from makeline.cases.kiosk.models import kiosk_sessions
from makeline.cases.production.print_partner import PaymentAnnouncement
from makeline.foundation.statements import Query
from tests.adapters.print_partner.routes.bodies import (
    CREATE,
    SESSIONS,
    bad_fields,
    confirm_body,
    refused,
    summary_body,
)
from tests.engines import on_sqlite
from tests.fakes import PlainPartner
from tests.given import MACHINE, Given
from tests.web import OpenShop, open_shop

BODY = {"machine_id": MACHINE}
_SESSIONS: Query[tuple[int]] = Query(select(func.count()).select_from(kiosk_sessions), tuple)


def _keyed(key: str) -> dict[str, str]:
    return {"idempotency-key": key}


async def _sessions(given: Given) -> int:
    ((count,),) = await given.rows(_SESSIONS)
    return count


def _replayed(response: httpx2.Response) -> bool:
    return response.headers.get("idempotent-replayed") == "true"


async def test_a_repeated_creation_opens_one_session_and_answers_the_same_bytes(shop: OpenShop):
    responses = [await shop.operator.post(CREATE, json=BODY, headers=_keyed("k1")) for _ in range(3)]
    assert [response.status_code for response in responses] == [200, 200, 200]
    assert len({response.content for response in responses}) == 1
    assert [_replayed(response) for response in responses] == [False, True, True]
    assert await _sessions(shop.given) == 1


async def test_another_key_or_none_is_another_session(shop: OpenShop):
    for headers in (_keyed("k1"), _keyed("k2"), {}, {}):
        await shop.operator.post(CREATE, json=BODY, headers=headers)
    assert await _sessions(shop.given) == 4


async def test_the_same_key_for_another_body_is_refused(shop: OpenShop):
    await shop.operator.post(CREATE, json=BODY, headers=_keyed("k1"))
    response = await shop.operator.post(CREATE, json={**BODY, "location": "x"}, headers=_keyed("k1"))
    refused(response, 422, "IDEMPOTENCY_KEY_REUSED")
    assert await _sessions(shop.given) == 1


async def test_many_at_once_with_one_key_are_one(shop: OpenShop):
    responses = await asyncio.gather(
        *(shop.operator.post(CREATE, json=BODY, headers=_keyed("k1")) for _ in range(12))
    )
    done = [response for response in responses if response.status_code == 200]
    assert {response.status_code for response in responses} <= {200, 409}
    assert len({response.content for response in done}) == 1
    assert await _sessions(shop.given) == 1


async def test_a_key_is_kept_for_a_day(shop: OpenShop):
    await shop.operator.post(CREATE, json=BODY, headers=_keyed("k1"))
    shop.given.clock.tick(hours=23, minutes=59)
    assert _replayed(await shop.operator.post(CREATE, json=BODY, headers=_keyed("k1")))
    shop.given.clock.tick(minutes=2)
    fresh = await shop.operator.post(CREATE, json={**BODY, "location": "x"}, headers=_keyed("k1"))
    assert fresh.status_code == 200
    assert not _replayed(fresh)


async def test_a_refusal_is_not_kept_so_that_the_caller_can_mend_and_repeat(shop: OpenShop):
    session = await shop.given.session_to_pay()
    path = f"{SESSIONS}/{session.key}/confirm-payment"
    wrong = confirm_body(session.key, payment_amount=1.0)
    for _ in range(2):
        response = await shop.operator.post(path, json=wrong, headers=_keyed("k1"))
        refused(response, 400, "PRICE_MISMATCH", extra=("expected_amount", "currency"))
    right = await shop.operator.post(path, json=confirm_body(session.key), headers=_keyed("k1"))
    assert (right.status_code, _replayed(right)) == (200, False)


async def test_a_refused_summary_and_payment_give_their_key_back_too(shop: OpenShop):
    session = await shop.given.session()
    await shop.given.picture(session.key)
    at = f"{SESSIONS}/{session.key}"
    early = await shop.operator.post(f"{at}/init-payment", headers=_keyed("k1"))
    refused(early, 409, "NO_ORDER_YET")
    wrong = await shop.operator.post(
        f"{at}/order-summary", json=summary_body(session.key, payment_amount=1.0), headers=_keyed("k2")
    )
    assert wrong.status_code == 400
    right = await shop.operator.post(
        f"{at}/order-summary", json=summary_body(session.key), headers=_keyed("k2")
    )
    assert right.status_code == 200
    assert (await shop.operator.post(f"{at}/init-payment", headers=_keyed("k1"))).status_code == 200


async def test_summary_payment_and_confirmation_are_replayed_as_they_were(shop: OpenShop):
    session = await shop.given.session()
    await shop.given.picture(session.key)
    at = f"{SESSIONS}/{session.key}"
    calls: list[tuple[str, Any]] = [
        (f"{at}/order-summary", summary_body(session.key)),
        (f"{at}/init-payment", {}),
        (f"{at}/confirm-payment", confirm_body(session.key, payment_amount=21.99)),
    ]
    firsts = []
    for path, body in calls:
        firsts.append(await shop.operator.post(path, json=body, headers=_keyed(path)))
        assert firsts[-1].status_code == 200, firsts[-1].text
    # Long after the sale is over the repeats still answer as the first time.
    shop.given.clock.tick(hours=1)
    for (path, body), first in zip(calls, firsts, strict=True):
        again = await shop.operator.post(path, json=body, headers=_keyed(path))
        assert (again.content, _replayed(again)) == (first.content, True)


class HesitantPartner(PlainPartner):
    """A partner who answers when he is allowed to."""

    def __init__(self) -> None:
        super().__init__()
        self.was_asked = asyncio.Event()
        self.may_answer = asyncio.Event()

    async def announce_payment(self, announcement: PaymentAnnouncement) -> str:
        self.was_asked.set()
        await self.may_answer.wait()
        return await super().announce_payment(announcement)


async def test_while_the_first_is_still_running_the_second_is_told_so(given: Given):
    partner = HesitantPartner()
    session = await given.session_to_pay()
    path = f"{SESSIONS}/{session.key}/init-payment"
    async with open_shop(replace(given, partner=partner)) as shop:
        first = asyncio.create_task(shop.operator.post(path, headers=_keyed("k1")))
        await partner.was_asked.wait()
        second = await shop.operator.post(path, headers=_keyed("k1"))
        refused(second, 409, "REQUEST_STILL_RUNNING", extra=("retry_after",))
        assert int(second.headers["retry-after"]) >= 1
        partner.may_answer.set()
        answered = await first
        third = await shop.operator.post(path, headers=_keyed("k1"))
        assert (third.content, _replayed(third)) == (answered.content, True)
    assert len(partner.announced) == 1


@on_sqlite
async def test_nobody_is_answered_with_what_another_caller_was_told(shop: OpenShop):
    session = await shop.given.session_to_pay()
    phone = shop.phone(await shop.given.secret(session.key))
    path = f"{SESSIONS}/{session.key}/init-payment"
    first = await phone.post(path, headers=_keyed("k1"))
    assert first.status_code == 200
    for other in (shop.phone("nonsense"), shop.stranger, shop.phone(await _other_secret(shop))):
        response = await other.post(path, headers=_keyed("k1"))
        refused(response, 401, "AUTHENTICATION_REQUIRED")
    assert _replayed(await phone.post(path, headers=_keyed("k1")))


async def _other_secret(shop: OpenShop) -> str:
    return await shop.given.secret((await shop.given.session()).key)


@on_sqlite
async def test_two_phones_may_count_their_keys_alike(shop: OpenShop):
    for _ in range(2):
        session = await shop.given.session_to_pay()
        phone = shop.phone(await shop.given.secret(session.key))
        response = await phone.post(f"{SESSIONS}/{session.key}/init-payment", headers=_keyed("1"))
        assert (response.status_code, _replayed(response)) == (200, False)


@on_sqlite
@pytest.mark.parametrize(("length", "taken"), [(255, True), (256, False)])
async def test_a_key_has_its_limits(shop: OpenShop, length, taken):
    response = await shop.operator.post(CREATE, json=BODY, headers=_keyed("k" * length))
    if taken:
        assert response.status_code == 200
    else:
        assert bad_fields(response) == ["Idempotency-Key"]
