"""What never leaves the house."""

import pytest

from makeline.cases.production.print_partner import (
    PartnerRefused,
)
from makeline.kernel.money import Money
from tests.adapters.print_partner.partner_stage import (
    Stage,
    payment_reference,
)


@pytest.mark.parametrize(
    "address",
    [
        "blob:https://shop.example/1?token=1:a:b",
        "https://shop.example/image/1.png",
        "https://shop.example/image/1.png?token=1:a:b&token=1:a:b",
        "https://shop.example/image/1.png?token=1:a:b?token=1:a:b",
        "ftp://shop.example/image/1.png?token=1:a:b",
        "/image/1.png?token=1:a:b",
        "https://shop.example/im age/1.png?token=1:a:b",
        "https://shop.example/image/1.png?token=1:a:b\r\nX: y",
        "https://shop.example/image/" + "x" * 1000 + "?token=1:a:b",
        "https://[bad/image/1.png?token=1:a:b",
        "",
    ],
)
async def test_a_picture_address_that_printers_cannot_use_never_leaves_the_house(stage: Stage, address):
    with pytest.raises(PartnerRefused, match="picture address"):
        await stage.client.submit(stage.order(payment_reference(), picture_url=address))
    assert (await stage.ledger())["refusals"] == []


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": Money(0, "GBP")},
        {"amount": Money(1_000_001, "GBP")},
        {"amount": Money(1999, "EUR")},
        {"reference": "MSPY10261121000001"},
        {"reference": "OREN261121000001"},
        {"partner_model": ""},
        {"device": ""},
    ],
)
async def test_an_impossible_announcement_never_leaves_the_house(stage: Stage, changes):
    with pytest.raises(PartnerRefused):
        await stage.client.announce_payment(stage.announcement(**changes))
    assert (await stage.ledger())["refusals"] == []


async def test_the_partners_payment_id_never_stands_for_ours(stage: Stage):
    with pytest.raises(PartnerRefused):
        await stage.client.submit(stage.order("MSPY10261121000001"))
