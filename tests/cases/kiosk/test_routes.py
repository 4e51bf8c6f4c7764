"""The story of a session over the wire: for the phone that holds it and for nobody else on our own paths."""

from typing import Any

import pytest

from makeline.cases.production.print_partner import JobStep, PartnerRefused
from makeline.foundation.promises import GiveUp
from tests.given import Given
from tests.web import open_shop

TEST_MACHINE = "VM_TEST_MANUFACTURER"


def _path(key: str) -> str:
    return f"/v1/sessions/{key}/story"


async def test_the_phone_follows_its_case_from_nothing_to_the_hand_out(given: Given):
    session = await given.session()
    secret = await given.secret(session.key)
    told: list[tuple[Any, ...]] = []
    async with open_shop(given) as shop:

        async def look() -> dict[str, Any]:
            response = await shop.phone(secret).get(_path(session.key))
            assert response.status_code == 200
            story = response.json()
            told.append((story["status"], story["order_status"], story["print_status"], story["progress"]))
            return story

        fresh = await look()
        assert {name for name, value in fresh.items() if value is None} >= {
            "order_number",
            "proof_url",
            "dpi",
        }
        await given.picture(session.key)
        await given.summary(session.key)
        designed = await look()
        assert designed["proof_url"].startswith(f"{shop.url}/image/proof-")
        proof = await shop.stranger.get(designed["proof_url"])
        assert proof.content.startswith(b"proof ")
        confirmed = await given.confirmed(session.key)
        order = await given.order(confirmed.outcome.order_number)
        await look()
        await given.submitted(order, until_sent=True)
        job = await given.job(order)
        for step in (JobStep.PRINTING, JobStep.SHIPPED):
            await given.print_notice(job.reference, step)
            await look()
    assert told == [
        ("active", None, None, 0),
        ("payment_pending", None, None, 0),
        ("payment_completed", "placed", "queued", 0),
        ("payment_completed", "in_production", "printing", 50),
        ("payment_completed", "completed", "collected", 100),
    ]


async def test_trouble_with_a_print_is_told_and_the_order_stays_paid(given: Given):
    session, _ = await given.payment_begun()
    confirmed = await given.confirmed(session.key)
    order = await given.order(confirmed.outcome.order_number)
    given.clock.tick(seconds=5)
    given.partner.trouble = [PartnerRefused("no such shell")]
    with pytest.raises(GiveUp):
        await given.submitted(order)
    secret = await given.secret(session.key)
    async with open_shop(given) as shop:
        story = (await shop.phone(secret).get(_path(session.key))).json()
    assert (story["status"], story["print_status"]) == ("payment_completed", "waiting_for_staff")
    assert story["trouble"] == "no such shell"


async def test_nobody_else_reads_a_customers_story(given: Given):
    session, other = await given.session(), await given.session()
    await given.secret(session.key)
    foreign = await given.secret(other.key)
    async with open_shop(given) as shop:
        for caller in (
            shop.stranger,
            shop.operator,
            shop.browser,
            shop.phone(foreign),
            shop.phone("nonsense"),
        ):
            response = await caller.get(_path(session.key))
            assert (response.status_code, response.json()["error_code"]) == (401, "AUTHENTICATION_REQUIRED")
        assert (await shop.stranger.get(_path("nonsense"))).status_code == 400
        assert (await shop.stranger.get(_path("VM001_20260304_120000_ABCDEF"))).status_code == 404
        at_test_machine = await given.session(TEST_MACHINE)
        assert (await shop.stranger.get(_path(at_test_machine.key))).status_code == 200
