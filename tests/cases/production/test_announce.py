"""The partner is told of a payment; the promise behind it may come round as often as it likes."""

import pytest

from makeline.cases.production.announce import announce_payment
from makeline.cases.production.print_partner import PartnerAway
from tests.given import Given


async def _unannounced(given: Given) -> int:
    given.partner.trouble = [PartnerAway("no route")]
    _, begun = await given.payment_begun()
    given.partner.calls.clear()
    return begun.payment.id


async def test_a_payment_the_partner_missed_is_announced_later_with_the_same_id(given: Given):
    payment_id = await _unannounced(given)
    reference = await announce_payment(given.database.begin, given.partner, payment_id)
    (announced,) = given.partner.announced
    assert reference == f"MSPY-{announced.reference}"
    (order,) = await given.orders()
    assert (await given.payment_of(order)).provider_reference == reference


async def test_an_announced_payment_is_not_announced_again(given: Given):
    payment_id = await _unannounced(given)
    first = await announce_payment(given.database.begin, given.partner, payment_id)
    assert await announce_payment(given.database.begin, given.partner, payment_id) == first
    assert given.partner.calls == ["announce"]


async def test_a_partner_still_away_leaves_everything_as_it_was(given: Given):
    payment_id = await _unannounced(given)
    given.partner.trouble = [PartnerAway("no route")]
    with pytest.raises(PartnerAway):
        await announce_payment(given.database.begin, given.partner, payment_id)
    (order,) = await given.orders()
    assert (await given.payment_of(order)).provider_reference is None


async def test_a_payment_that_does_not_exist_is_a_mistake_of_ours(given: Given):
    with pytest.raises(LookupError):
        await announce_payment(given.database.begin, given.partner, 404)
