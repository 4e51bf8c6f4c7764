"""A wish for another style becomes a picture, or a reason why there is none; whoever fails, nothing is lost or doubled."""

import asyncio

import pytest

from makeline.cases.styles.make import make_style
from makeline.cases.styles.states import RefusedBecause, StyleState, StyleStep
from makeline.cases.styles.stylist import (
    DarkroomBusy,
    StyledPicture,
    StylistAway,
    StylistMisconfigured,
    StylistRefused,
)
from makeline.commerce.files.storage import StorageAway
from makeline.foundation.promises import TryLater
from tests.cases.styles.asking import asked, now_of
from tests.given import Given
from tests.plain_stylist import PlainStylist


async def _wish(given: Given):
    session = await given.session()
    image = await given.picture(session.key)
    return session.key, await asked(given, session.key, image)


async def test_a_wish_becomes_a_picture(given: Given):
    key, wish = await _wish(given)
    assert wish.job.state is StyleState.QUEUED
    await given.promises_kept()
    made = await now_of(given, key, wish)
    assert made.job.state is StyleState.DONE
    assert (made.job.made_by, made.job.enlarged_percent, made.job.degraded) == ("a stylist", 100, [])
    assert made.result is not None
    assert b"as vhs-nostalgia" in given.storage.kept[made.result.name]
    assert (made.result.width_px, made.result.height_px) == (4000, 3000)
    # Once more, as after a worker's death at the worst moment: nothing happens.
    await make_style(given.database.begin, given.studio, wish.job.id)
    assert len(given.stylists.made) == 1


async def test_a_worker_that_died_over_a_picture_is_followed_by_another(given: Given):
    key, wish = await _wish(given)
    given.stylists.trouble = [asyncio.CancelledError()]
    with pytest.raises(asyncio.CancelledError):
        await make_style(given.database.begin, given.studio, wish.job.id)
    left = await now_of(given, key, wish)
    assert (left.job.state, left.job.step) == (StyleState.RUNNING, StyleStep.STYLING)
    # Perhaps he is only slow: nobody does the same beside him.
    given.clock.tick(seconds=5)
    with pytest.raises(TryLater):
        await make_style(given.database.begin, given.studio, wish.job.id)
    given.clock.tick(seconds=30)
    await make_style(given.database.begin, given.studio, wish.job.id)
    made = await now_of(given, key, wish)
    assert (made.job.state, made.job.attempts) == (StyleState.DONE, 2)


@pytest.mark.parametrize(
    ("trouble", "stand_in", "attempts", "state", "why"),
    [
        ([StylistAway("429"), StylistAway("429")], None, 3, StyleState.DONE, []),
        ([StylistAway("500", after_seconds=5)] * 3, PlainStylist(), 3, StyleState.DEGRADED, ["stand_in"]),
        ([StylistAway("500")] * 3, None, 3, StyleState.REFUSED, RefusedBecause.STYLIST_AWAY),
        ([StylistMisconfigured("bad key")], PlainStylist(), 1, StyleState.DEGRADED, ["stand_in"]),
        ([StylistMisconfigured("bad key")], None, 1, StyleState.REFUSED, RefusedBecause.STYLIST_AWAY),
        # Who is refused is not sent to somebody who looks less closely.
        (
            [StylistRefused(RefusedBecause.BLOCKED_PHOTO, "no")],
            PlainStylist(),
            1,
            StyleState.REFUSED,
            RefusedBecause.BLOCKED_PHOTO,
        ),
        ([DarkroomBusy("full", retry_after=1)], PlainStylist(), 2, StyleState.DONE, []),
        ([StorageAway("gone")], None, 2, StyleState.DONE, []),
    ],
    ids=[
        "comes back",
        "stays away",
        "away, nobody else",
        "bad key",
        "bad key, nobody else",
        "blocked",
        "busy",
        "disk",
    ],
)
async def test_trouble_ends_in_a_picture_or_a_reason(
    given: Given, trouble, stand_in, attempts: int, state: StyleState, why
):
    key, wish = await _wish(given)
    given.stylists.trouble = list(trouble)
    given.stylists.stand_in = stand_in
    for _ in range(attempts):
        await given.promises_kept()
        given.clock.tick(seconds=30)
    ended = (await now_of(given, key, wish)).job
    assert (ended.state, ended.attempts) == (state, attempts)
    assert (ended.refusal if state is StyleState.REFUSED else ended.degraded) == why


@pytest.mark.parametrize(
    ("answer", "state", "why"),
    [
        (StyledPicture(b"whole", "other", other_model=True), StyleState.DEGRADED, ["other_model"]),
        (StyledPicture(b"large", "one", enlarged=1.5), StyleState.DONE, []),
        (StyledPicture(b"soft", "one", enlarged=1.7), StyleState.DEGRADED, ["enlarged"]),
        (StyledPicture(b"tiny", "one", enlarged=3.2), StyleState.REFUSED, RefusedBecause.RESULT_TOO_SMALL),
        (StyledPicture(b"not a picture", "one"), StyleState.REFUSED, RefusedBecause.RESULT_UNUSABLE),
    ],
)
async def test_what_came_back_is_looked_at(given: Given, answer: StyledPicture, state: StyleState, why):
    key, wish = await _wish(given)
    given.stylists.answers = [answer] * 3
    for _ in range(3):
        await given.promises_kept()
        given.clock.tick(seconds=30)
    ended = (await now_of(given, key, wish)).job
    assert ended.state is state
    assert (ended.refusal if state is StyleState.REFUSED else ended.degraded) == why


async def test_pictures_of_the_photograph_itself_or_of_none_are_refused(given: Given):
    key, wish = await _wish(given)
    del given.storage.kept[wish.photo.name]
    await given.promises_kept()
    assert (await now_of(given, key, wish)).job.refusal is RefusedBecause.PHOTO_GONE
    # It has gone for good: what is asked again is a new job with its own fate.
    again = await asked(given, key, wish.photo.name)
    assert again.job.id != wish.job.id
    with pytest.raises(TryLater):
        await _once_away(given, key, wish.photo.name)


async def _once_away(given: Given, key: str, image: str) -> None:
    given.storage.kept[image] = b"here again"
    given.stylists.trouble = [StylistAway("later")]
    other = await asked(given, key, image, variant=2)
    await make_style(given.database.begin, given.studio, other.job.id)
