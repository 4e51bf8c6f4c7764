"""The catalogue: every spelling of a model that we accept leads to one model, and no spelling is guessed."""

import re
from itertools import chain

from hypothesis import given as on
from hypothesis import strategies as some
from sqlalchemy import bindparam, update

from makeline.cases.catalog.models import phone_models
from makeline.cases.catalog.queries import TOPIC, Catalogue, catalogue, spelling
from makeline.foundation.statements import Change
from makeline.foundation.unit_of_work import UnitOfWork
from tests.given import Given


async def _catalogue(given: Given) -> Catalogue:
    return await given.database.read(catalogue)


async def test_the_shop_offers_58_models_of_three_brands_in_nine_templates(given: Given):
    shop = await _catalogue(given)
    assert (len(shop.models), len(shop.brands), len(shop.templates)) == (58, 3, 9)
    assert [brand.id for brand in shop.brands.values() if brand.available] == ["iphone", "samsung"]
    assert all(shop.shells_of[model_id] for model_id in shop.models)


async def test_every_model_is_found_by_our_id_the_cn_code_and_the_partners_id(given: Given):
    shop = await _catalogue(given)
    for model in shop.models.values():
        keys = {model.id, model.cn_code, *(shell.partner_model for shell in shop.shells_of[model.id])}
        assert all(shop.model(key) == model for key in keys), keys


async def test_every_model_is_found_by_its_name_with_and_without_its_brand(given: Given):
    shop = await _catalogue(given)
    for model in shop.models.values():
        brand = shop.brands[model.brand_id]
        for name in (model.name, model.name.upper(), f"{brand.name} {model.name}", f" {model.name} "):
            assert shop.model(name) == model, name


SPELLINGS = {
    "iphone-iphone-15-pro": ("iphone_15_pro", "iPhone 15 Pro", "iphone-15-pro", "IPHONE  15_PRO"),
    "iphone-iphone-14-pro": ("iphone_14_pro", "iPhone-14-Pro"),
    "iphone-iphone-15": ("iphone_15",),
    "iphone-iphone-15-plus": ("iPhone 15+", "iphone_15_plus"),
    "samsung-galaxy-s24": (
        "samsung_s24",
        "galaxy_s24",
        "samsung_galaxy_s24",
        "Samsung S24",
        "S24",
        "Galaxy S24",
    ),
    "samsung-galaxy-s24-plus": (
        "Galaxy S24+",
        "galaxy s24 plus",
        "samsung_s24_plus",
        "S24 +",
        "Samsung Galaxy S24+",
    ),
    "samsung-galaxy-z-fold-6": ("Galaxy Z Fold 6", "z_fold_6", "samsung z-fold-6"),
    "google-pixel-9-pro-xl": ("pixel_9_pro_xl", "Google Pixel 9 Pro XL"),
}
NOWHERE = (
    "", " ", "iphone", "galaxy", "iphone_15_pro_maxi", "iPhone 1 5 Pro", "iphone15pro", "15 pro", "samsung",
    "CN_IPHONE_999", "cn_iphone_006", "MM0", "galaxy galaxy s24", "iphone_15_pro?", "iPhone 15 Pro\x00",
    "SAMSUNG GALAXY", "i phone 15",
)  # fmt: skip


async def test_the_spellings_of_partners_and_people_lead_to_the_model(given: Given):
    shop = await _catalogue(given)
    for model_id, spellings in SPELLINGS.items():
        for text in spellings:
            found = shop.model(text)
            assert found is not None and found.id == model_id, text


async def test_what_is_not_a_spelling_of_one_model_leads_nowhere(given: Given):
    shop = await _catalogue(given)
    assert [text for text in NOWHERE if shop.model(text) is not None] == []


async def test_no_two_models_answer_to_one_key(given: Given):
    shop = await _catalogue(given)
    names = [(spelling(model.name), model.id) for model in shop.models.values()]
    assert len({name for name, _ in names}) == len(names)
    assert set(shop.model_keys.values()) == set(shop.models)


async def test_a_spelling_that_fits_two_models_leads_to_neither(given: Given):
    rename = Change(
        update(phone_models).where(phone_models.c.id == bindparam("model_id")).values(name=bindparam("name"))
    )

    def confuse(unit: UnitOfWork) -> None:
        # Now "15 pro" is a phone of two brands.
        unit.put(rename, model_id="samsung-galaxy-s24", name="iPhone 15 Pro")
        unit.touch(TOPIC)

    before = (await _catalogue(given)).model("iphone 15 pro")
    await given.database.begin(confuse, actor="test")
    shop = await _catalogue(given)
    assert before is not None
    assert shop.model("iPhone 15 Pro") is None
    assert shop.model("iphone_15_pro") is None
    # Who says the brand, or the id, is not in doubt.
    for key in ("iphone-iphone-15-pro", "CN_IPHONE_006"):
        found = shop.model(key)
        assert found is not None and found.id == "iphone-iphone-15-pro"
    samsung = shop.model("Samsung iPhone 15 Pro")
    assert samsung is not None and samsung.id == "samsung-galaxy-s24"


async def test_a_changed_catalogue_is_seen_at_once(given: Given):
    reprice = Change(update(phone_models).values(price_minor=2500))

    def raise_prices(unit: UnitOfWork) -> None:
        unit.put(reprice)
        unit.touch(TOPIC)

    await _catalogue(given)
    await given.database.begin(raise_prices, actor="test")
    assert {model.price_minor for model in (await _catalogue(given)).models.values()} == {2500}


async def test_a_brand_is_known_by_id_and_name_in_any_case(given: Given):
    shop = await _catalogue(given)
    found = [shop.brand(key) for key in ("iphone", "iPhone", "IPHONE", " iphone ")]
    assert [brand.id for brand in found if brand] == ["iphone"] * 4


async def test_templates_are_known_by_id_and_name(given: Given):
    shop = await _catalogue(given)
    for template in shop.templates.values():
        for key in (template.id, template.name, template.name.upper()):
            assert shop.template(key) == template
    assert [shop.brand("nokia"), shop.template("sepia"), shop.template("")] == [None, None, None]


@on(text=some.text(alphabet="aA1 -_+\u00e9", max_size=20))
def test_a_spelling_is_spelled_like_itself(text):
    once = spelling(text)
    assert spelling(once) == once
    assert spelling(text.upper()) == spelling(text.lower()) or not text.isascii()
    assert not re.search(r"[ \-+A-Z]|__|^_|_$", once)


def test_all_separators_are_alike_and_plus_is_a_word():
    written = ("Galaxy S24+", "galaxy-s24-plus", "GALAXY_S24 +", "  galaxy  s24 plus ")
    assert {spelling(text) for text in written} == {"galaxy_s24_plus"}
    assert len({spelling(text) for text in chain(written, ["galaxy s24"])}) == 2
