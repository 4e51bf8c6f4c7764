"""One resolver of model keys: every kind of key leads to the same model wherever one may be sent, and none is guessed."""

import re
from collections.abc import Callable

from hypothesis import HealthCheck, settings
from hypothesis import given as on
from hypothesis import strategies as some

from makeline.cases.catalog.links import hear_model, link_model
from makeline.cases.catalog.models import Brand, PhoneModel
from makeline.cases.catalog.queries import Catalogue, catalogue
from tests.adapters.print_partner.routes.bodies import SESSIONS, bad_fields, summary_body
from tests.asking import MACHINE
from tests.engines import on_sqlite
from tests.given import Given
from tests.web import open_shop

# How people write one name: each takes the words of a name and joins them in its own way.
JOINTS = (" ", "_", "-", "  ", " - ", "_-")
_WORDS = re.compile(r"[^ _-]+")

Kind = Callable[[Catalogue, PhoneModel], str]
KINDS: dict[str, Kind] = {
    "our id": lambda _, model: model.id,
    "CN code": lambda _, model: model.cn_code,
    "the partner's id": lambda shop, model: shop.shells_of[model.id][0].partner_model,
    "name": lambda _, model: model.name,
    "brand and name": lambda shop, model: f"{shop.brands[model.brand_id].name} {model.name}",
    "alias": lambda _, model: model.name.lower().replace("+", " plus").replace(" ", "_"),
    "without galaxy": lambda _, model: model.name.replace("Galaxy ", ""),
}


def _words(text: str, brand: Brand) -> tuple[str, ...]:
    """The words of a name as any reader takes them: plus is a word, brand and series may be left out."""
    words = tuple(word.casefold() for word in _WORDS.findall(text.replace("+", " plus ")))
    words = words[1:] if len(words) > 1 and words[0] == brand.name.casefold() and words[1:2] != () else words
    return tuple(word for word in words if word != "galaxy")


async def test_every_kind_of_key_of_every_model_leads_to_it_however_it_is_written(given: Given):
    shop = await given.database.read(catalogue)
    models = list(shop.models.values())

    @settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
    @on(
        some.sampled_from(models),
        some.sampled_from(["name", "brand and name", "alias", "without galaxy"]),
        some.sampled_from(JOINTS),
        some.sampled_from([str.upper, str.lower, str.title, str.swapcase]),
        some.booleans(),
    )
    def tries(model: PhoneModel, kind: str, joint: str, case: Callable[[str], str], plus: bool) -> None:
        text = KINDS[kind](shop, model)
        text = text.replace("+", " plus") if plus else text
        written = joint.join(_WORDS.findall(case(text)))
        assert shop.model(f" {written} ") == model, written

    tries()
    for model in models:
        for kind in ("our id", "CN code", "the partner's id"):
            assert shop.model(KINDS[kind](shop, model)) == model, kind


async def test_a_key_with_one_character_changed_is_never_another_model(given: Given):
    shop = await given.database.read(catalogue)
    keys = sorted(shop.model_keys)

    @settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
    @on(some.sampled_from(keys), some.data())
    def tries(key: str, data: some.DataObject) -> None:
        at = data.draw(some.integers(0, len(key)))
        cut = data.draw(some.integers(0, 1))
        put = data.draw(some.sampled_from(["", "a", "1", "9", "x", "é", "+", "_", "p", "\0"]))
        changed = key[:at] + put + key[at + cut :]
        found = shop.model(changed)
        if found is None or changed in shop.model_keys:
            return
        # Whatever is found is written out in full in what was sent.
        brand = shop.brands[found.brand_id]
        assert _words(changed, brand) in {
            _words(name, brand) for name in (found.name, found.id, f"{brand.name} {found.name}")
        }, (key, changed, found.id)

    tries()


@on_sqlite
async def test_all_places_that_take_a_key_agree(given: Given):
    shop = await given.database.read(catalogue)
    fifteen = shop.models["iphone-iphone-15-pro"]
    order, _ = await given.sent_print()
    session = await given.session()
    wish = summary_body(session.key)
    wish["order_data"]["images"] = [await given.picture(session.key)]
    async with open_shop(given) as web:
        for kind, key_of in KINDS.items():
            key = key_of(shop, fifteen)
            for body in ({"phone_models": {key: 7}}, {"stock_updates": [{"model_id": key, "stock": 7}]}):
                counted = await web.operator.post(f"/api/chinese/equipment/{MACHINE}/stock", json=body)
                assert counted.json()["updated"][0]["new"] == 7, (kind, counted.text)
            command = {"order_id": order.number, "image_urls": [], "phone_model": key, "customer_info": {}}
            printed = await web.operator.post("/api/chinese/send-print-command", json=command)
            assert printed.status_code == 200, (kind, printed.text)
            wish["order_data"]["model"] = key
            summed = await web.operator.post(f"{SESSIONS}/{session.key}/order-summary", json=wish)
            assert summed.status_code == 200, (kind, summed.text)


@on_sqlite
async def test_no_place_guesses(given: Given):
    order, _ = await given.sent_print()
    session = await given.session()
    async with open_shop(given) as web:
        for key in ("iphone", "iphone_15_proo", "15 pro max pro", "CN_IPHONE_999", "MM0", "galaxy"):
            counted = await web.operator.post(
                f"/api/chinese/equipment/{MACHINE}/stock", json={"phone_models": {key: 7}}
            )
            assert bad_fields(counted) == [f"phone_models.{key}"]
            command = {"order_id": order.number, "image_urls": [], "phone_model": key, "customer_info": {}}
            printed = await web.operator.post("/api/chinese/send-print-command", json=command)
            assert bad_fields(printed) == ["phone_model"], key
            wish = summary_body(session.key)
            wish["order_data"]["model"] = key
            summed = await web.operator.post(f"{SESSIONS}/{session.key}/order-summary", json=wish)
            assert summed.status_code in (404, 409, 422), summed.text


@on_sqlite
async def test_a_command_about_another_model_than_the_orders_prints_nothing_and_says_so(given: Given):
    order, _ = await given.sent_print()
    async with open_shop(given) as web:
        command = {
            "order_id": order.number,
            "image_urls": [],
            "phone_model": "samsung_s24",
            "customer_info": {},
        }
        refused = await web.operator.post("/api/chinese/send-print-command", json=command)
    assert bad_fields(refused) == ["phone_model"]
    assert "iPhone 15 Pro" in refused.json()["detail"]


async def test_a_name_proposes_a_link_and_only_staff_makes_it_a_key(given: Given):
    begin = given.database.begin
    heard = await begin(
        lambda unit: hear_model(unit, "MM777", name="iPhone 15 Pro", partner_brand="BR1"), actor="partner"
    )
    assert heard is None
    assert (await given.database.read(catalogue)).model("MM777") is None
    await begin(lambda unit: link_model(unit, "iphone_15_pro", "MM777"), actor="staff")
    found = (await given.database.read(catalogue)).model("MM777")
    assert found is not None
    assert found.id == "iphone-iphone-15-pro"
    assert (await given.database.read(catalogue)).model("mm777") is None
