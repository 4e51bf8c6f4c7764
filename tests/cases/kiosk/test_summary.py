"""The order summary read against the catalogue: priced by us, and every field that does not fit is named."""

import pytest

from makeline.cases.catalog.queries import ModelNotAvailable
from makeline.cases.kiosk.states import SessionStatus
from makeline.cases.kiosk.summary import PriceMismatch, must_agree
from makeline.kernel.errors import Invalid
from makeline.kernel.money import Money
from tests.given import Given


def _fields(refusal: Invalid) -> list[str]:
    return [problem.field for problem in refusal.problems]


async def _refused(given: Given, **changes) -> tuple[Invalid, str]:
    session = await given.session()
    await given.picture(session.key)
    with pytest.raises(Invalid) as refused:
        await given.summary(session.key, **changes)
    assert (await given.session_now(session.key)).status is SessionStatus.DESIGNING
    assert (await given.stock_item()).reserved == 0
    assert given.renderer.rendered == 0
    return refused.value, session.key


async def test_any_price_but_ours_is_refused_and_ours_is_told(given: Given):
    session = await given.session()
    await given.picture(session.key)
    for minor, currency in ((1, "GBP"), (1998, "GBP"), (2000, "GBP"), (-1999, "GBP"), (1999, "EUR")):
        with pytest.raises(PriceMismatch) as refused:
            await given.summary(session.key, amount=Money(minor, currency))
        assert refused.value.extras == {"expected_amount": 19.99, "currency": "GBP"}
    assert (await given.session_now(session.key)).price_minor is None
    assert (await given.stock_item()).reserved == 0
    assert given.renderer.rendered == 0


async def test_each_template_has_its_own_price(given: Given):
    session = await given.session_to_pay(template="retro-remix", amount=Money(2199, "GBP"))
    assert session.price_minor == 2199
    with pytest.raises(PriceMismatch) as refused:
        await given.session_to_pay(template="retro-remix", amount=Money(1999, "GBP"))
    assert refused.value.extras["expected_amount"] == 21.99


async def test_unknown_brand_model_and_template_are_all_named_at_once(given: Given):
    refusal, _ = await _refused(given, brand="nokia", model="3310", template="sepia")
    assert _fields(refusal) == ["order_data.brand", "order_data.model", "order_data.template"]
    assert [problem.received for problem in refusal.problems] == ["nokia", "3310", "sepia"]


async def test_a_model_of_another_brand_is_not_a_model_of_this_one(given: Given):
    refusal, _ = await _refused(given, brand="samsung", model="iPhone 15 Pro")
    assert _fields(refusal) == ["order_data.model"]


async def test_a_model_may_be_named_in_every_spelling_we_know(given: Given):
    for spelling in ("iphone-iphone-15-pro", "CN_IPHONE_006", "iphone_15_pro", "IPHONE 15 PRO"):
        assert (await given.session_to_pay(model=spelling)).phone_model_id == "iphone-iphone-15-pro"


async def test_brand_and_template_may_be_named_by_name_and_the_brand_left_out(given: Given):
    for brand, template in (("iPhone", "Classic"), ("IPHONE", "classic"), ("", "CLASSIC")):
        assert (await given.session_to_pay(brand=brand, template=template)).template_id == "classic"


async def test_a_model_of_a_brand_that_is_not_on_sale_yet_cannot_be_ordered(given: Given):
    session = await given.session()
    await given.picture(session.key)
    with pytest.raises(ModelNotAvailable) as refused:
        await given.summary(session.key, brand="google", model="Pixel 9 Pro")
    assert refused.value.code == "MODEL_NOT_AVAILABLE"


async def test_pictures_that_nobody_uploaded_are_named(given: Given):
    refusal, _ = await _refused(given, template="2-in-1", images=("ghost.jpg", "phantom.png"))
    assert _fields(refusal) == ["order_data.images", "order_data.images"]
    assert "ghost.jpg" in refusal.problems[0].message
    assert "phantom.png" in refusal.problems[1].message


async def test_too_few_pictures_are_refused_and_counted(given: Given):
    refusal, _ = await _refused(given, template="3-in-1")
    assert [problem.message.split(" was")[0] for problem in refusal.problems] == ["picture 2", "picture 3"]


async def test_more_pictures_than_the_template_takes_are_refused(given: Given):
    refusal, _ = await _refused(given, images=("one.jpg", "two.jpg"))
    assert _fields(refusal) == ["order_data.images"]


async def test_a_picture_of_another_session_is_nobodys_picture_here(given: Given):
    other = await given.session()
    theirs = await given.picture(other.key, b"somebody else's dog")
    refusal, _ = await _refused(given, images=(theirs,))
    assert theirs in refusal.problems[0].message


async def test_a_picture_may_be_named_by_its_link(given: Given):
    session = await given.session()
    name = await given.picture(session.key)
    await given.summary(session.key, images=(f"http://shop.example/image/{name}?token=1:end_user:00",))


async def test_without_names_the_first_pictures_are_taken_in_the_order_they_came(given: Given):
    session = await given.session()
    for number in range(3):
        await given.picture(session.key, f"<{number}>".encode())
    await given.summary(session.key, template="2-in-1")
    (print_file,) = [data for data in given.storage.kept.values() if data.startswith(b"print ")]
    assert print_file.endswith(b"<0><1>")


async def test_named_pictures_are_placed_in_the_order_of_their_names(given: Given):
    session = await given.session()
    names = [await given.picture(session.key, f"<{number}>".encode()) for number in range(3)]
    await given.summary(session.key, template="2-in-1", images=(names[2], names[0]))
    (print_file,) = [data for data in given.storage.kept.values() if data.startswith(b"print ")]
    assert print_file.endswith(b"<2><0>")


def test_a_value_in_the_path_and_in_the_body_must_agree():
    must_agree("VM001", "VM001", "machine_id")
    must_agree("VM001", None, "machine_id")
    with pytest.raises(Invalid) as refused:
        must_agree("VM001", "VM002", "machine_id")
    assert _fields(refused.value) == ["machine_id"]
