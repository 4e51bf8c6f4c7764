"""What a case costs, and how its price is broken down."""

import pytest

from makeline.cases.catalog.models import PhoneModel, Template
from makeline.cases.ordering.price import kiosk_price, line_at
from makeline.kernel.money import Money

PHONE = PhoneModel("iphone-iphone-15-pro", "iphone", "iPhone 15 Pro", "CN_IPHONE_006", 6, 1999, "GBP", {})
CLASSIC = Template("classic", "Classic", "basic", 1, 1999, 3500, "GBP", 1)
RETRO = Template("retro-remix", "Retro Remix", "ai", 1, 2199, 3500, "GBP", 7)
FILM = Template("film-strip-3", "Film Strip", "film", 3, 2399, 3500, "GBP", 5)


def test_the_price_at_a_kiosk_is_the_templates_and_not_that_of_the_webstore():
    assert kiosk_price(CLASSIC) == Money(1999, "GBP")
    assert kiosk_price(RETRO) == Money(2199, "GBP")


@pytest.mark.parametrize(
    ("template", "breakdown"),
    [
        (CLASSIC, {"base_price": 1999}),
        (RETRO, {"base_price": 1999, "ai_enhancement": 200}),
        (FILM, {"base_price": 1999, "template": 400}),
    ],
)
def test_the_parts_of_a_price_sum_to_it(template, breakdown):
    line = line_at(PHONE, template, kiosk_price(template))
    assert line.breakdown == breakdown
    assert sum(line.breakdown.values()) == line.unit_minor
    assert (line.title, line.quantity) == (f"iPhone 15 Pro, {template.name}", 1)


def test_a_price_agreed_below_the_models_own_has_no_negative_parts():
    line = line_at(PHONE, RETRO, Money(1500, "GBP"))
    assert line.breakdown == {"base_price": 1500}
