"""One token, shared and renewed once."""

import asyncio

import pytest

from makeline.adapters.print_partner.client import PartnerClient
from makeline.cases.production.print_partner import (
    Channel,
    PartnerMisconfigured,
    PaymentAnnouncement,
)
from makeline.kernel.money import Money
from tests.adapters.print_partner.partner_stage import (
    DEVICE,
    Stage,
    account,
    payment_reference,
)
from tests.contracts.recording import recorded_client


async def test_many_first_callers_share_one_sign_in(stage: Stage):
    logins = count_logins(stage)
    await asyncio.gather(*[stage.client.announce_payment(stage.announcement()) for _ in range(20)])
    assert logins() == 1


async def test_an_expired_token_costs_one_sign_in_for_all(stage: Stage):
    logins = count_logins(stage)
    await stage.client.list_brands()
    stage.turn(expire_tokens=True)
    await asyncio.gather(*[stage.client.announce_payment(stage.announcement()) for _ in range(20)])
    assert logins() == 2


async def test_a_caller_who_gives_up_does_not_take_the_sign_in_away_from_others(stage: Stage):
    impatient = asyncio.create_task(stage.client.list_brands())
    patient = asyncio.create_task(stage.client.list_brands())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    impatient.cancel()
    assert await patient


async def test_a_token_that_is_never_accepted_is_a_matter_for_staff():
    async with recorded_client("user-login", "refusal-login-again") as (client, wire):
        with pytest.raises(PartnerMisconfigured):
            await client.announce_payment(
                PaymentAnnouncement(payment_reference(), "MM1", DEVICE, Money(1, "GBP"), Channel.MACHINE)
            )
        assert [path for path, _, _ in wire.sent] == ["user/login", "order/payData"] * 2


async def test_a_wrong_password_is_not_tried_again_at_once(stage: Stage):
    logins = count_logins(stage)
    client = PartnerClient(account(stage.simulator.base_url, password="wrong"))
    for _ in range(3):
        with pytest.raises(PartnerMisconfigured):
            await client.list_brands()
    assert logins() == 1
    await client.close()


def count_logins(stage: Stage):
    """How often the simulator was asked to log somebody in from now on."""
    calls = []
    original = stage.simulator.calls["user/login"]
    stage.simulator.calls["user/login"] = lambda body: calls.append(1) or original(body)
    return lambda: len(calls)
