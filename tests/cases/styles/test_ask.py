"""What may be wished for, how often, and that the same wish is one job."""

import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from makeline.adapters.drawing.styling.recipes import RECIPES
from makeline.cases.designs.spec import View
from makeline.cases.styles.ask import PhotoTooSmall, Quota, StyleQuotaSpent, StyleWish, ask_for_style
from makeline.cases.styles.catalogue import UnknownStyle, style_called, styles
from makeline.cases.styles.queries import file_of
from makeline.cases.styles.states import StyleState
from makeline.cases.styles.stylist import StylistRefused
from makeline.cases.styles.wish import LONGEST_WISH, UnusableWish, tidy_wish
from makeline.kernel.errors import Invalid
from tests.cases.styles.asking import asked
from tests.given import Given

FREE, PLAIN = ("retro-remix", "80s-neon"), ("glitch-pro", "chaos")


def test_every_style_on_sale_has_a_recipe_and_no_recipe_lacks_its_style():
    on_sale = {key for key, style in styles().items() if style.active}
    assert on_sale == RECIPES.keys()
    assert len(on_sale) == 23
    assert all(style.prompt for style in styles().values())
    with pytest.raises(UnknownStyle):
        style_called("footy-fan", "wave")


@drawn(st.text(max_size=300))
@settings(max_examples=25)
def test_a_wish_is_kept_tidy_or_refused(text: str):
    try:
        kept = tidy_wish(style_called(*FREE), text)
    except UnusableWish:
        assert len(" ".join(text.split())) > LONGEST_WISH or any(
            unicodedata.category(letter)[0] in "CZ" for letter in text
        )
    else:
        assert len(kept) <= LONGEST_WISH
        assert kept == tidy_wish(style_called(*FREE), kept)
        assert all(
            letter == " " or unicodedata.category(letter)[0] not in "CZ" or letter in "\u3000\u00a0"
            for letter in kept
        )


@pytest.mark.parametrize("text", ["a\u202eb", "zero\u200bwidth", "a\x00b", "x" * 201, "x" * 100_000])
def test_signs_that_nobody_sees_and_long_wishes_are_refused(text: str):
    with pytest.raises(UnusableWish):
        tidy_wish(style_called(*FREE), text)
    with pytest.raises(UnusableWish):
        tidy_wish(style_called(*PLAIN), "anything at all")


async def test_the_same_wish_is_one_job_and_refused_ones_cost_nothing(given: Given):
    session = await given.session()
    image = await given.picture(session.key)
    first = await asked(given, session.key, image, most=2)
    assert (await asked(given, session.key, image, most=2)).job.id == first.job.id
    second = await asked(given, session.key, image, most=2, variant=2)
    with pytest.raises(StyleQuotaSpent):
        await asked(given, session.key, image, most=2, variant=3)
    # What is there already may be asked for again, whatever the quota says.
    assert (await asked(given, session.key, image, most=2)).job.id == first.job.id
    given.stylists.trouble = [StylistRefused("no_picture", "text only")]  # type: ignore[arg-type]
    await given.promises_kept()
    third = await asked(given, session.key, image, most=2, variant=3)
    assert third.job.state is StyleState.QUEUED
    assert third.job.id not in (first.job.id, second.job.id)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"style_id": "nothing"}, UnknownStyle),
        ({"template_id": "classic"}, UnknownStyle),
        ({"variant": 10}, Invalid),
        ({"image": "picture-of-somebody-else.png"}, Invalid),
    ],
)
async def test_what_cannot_be_made_is_refused_at_once(given: Given, changes, refusal):
    session = await given.session()
    mine = {"image": await given.picture(session.key)}
    with pytest.raises(refusal):
        await asked(given, session.key, **{**mine, **changes})


@pytest.mark.parametrize(
    ("view", "fits"), [(View(), True), (View(turn=90), True), (View(zoom=Decimal(4)), False)]
)
async def test_a_photograph_must_have_pixels_for_the_phone(given: Given, view: View, fits: bool):
    session = await given.session()
    styled = await asked(given, session.key, await given.picture(session.key))
    # Of 4000 x 3000 pixels; a print so tall wants 3125 of them at least.
    wish = StyleWish(*PLAIN, "", 1, view, (1390, 5000 if view.zoom == 4 else 8_500))

    def ask(unit):
        photo = file_of(unit, styled.photo.id)
        return ask_for_style(unit, wish, holder="session:0", photo=photo, quota=Quota(9))

    if fits:
        await given.database.begin(ask, actor="test")
    else:
        with pytest.raises(PhotoTooSmall):
            await given.database.begin(ask, actor="test")
