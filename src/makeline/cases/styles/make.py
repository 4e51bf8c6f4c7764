"""Make one styled picture: cut the photograph, let the stylist work, judge what came back, keep it.

Between units; safe to run twice: a job that was begun by a process that died is begun again under its row.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from makeline.cases.designs.renderer import PictureRefused, PrintRenderer
from makeline.cases.designs.spec import View
from makeline.cases.styles.catalogue import styles
from makeline.cases.styles.finish import (
    Made,
    begin_job,
    finish_job,
    hold_job,
    note_misconfigured,
    note_step,
    put_back,
    refuse_job,
)
from makeline.cases.styles.models import StyleJob
from makeline.cases.styles.states import DegradedBecause, RefusedBecause, StyleStep
from makeline.cases.styles.stylist import (
    CutPhoto,
    Darkroom,
    StyledPicture,
    StyleOrder,
    Stylist,
    StylistAway,
    StylistMisconfigured,
    StylistRefused,
)
from makeline.commerce.files.keep import Bytes, store_bytes
from makeline.commerce.files.models import FileKind
from makeline.commerce.files.storage import Storage
from makeline.foundation.promises import MOST_ATTEMPTS, TryLater
from makeline.foundation.unit_of_work import Begin, UnitOfWork
from makeline.kernel.errors import Refusal, Unavailable

_SIGN_OF_LIFE = 5.0
# A usual phone's print has 500 dots per inch: 1.6 times larger is still 300, three times is what a newspaper has.
_STILL_SHARP, _MOST_ENLARGED = 1.6, 3.0


@dataclass(frozen=True)
class Studio:
    """Who makes styled pictures, and what they need. ``stand_in`` works when ``first`` cannot, after ``patience``
    attempts; None: then nobody does."""

    storage: Storage
    renderer: PrintRenderer
    darkroom: Darkroom
    first: Stylist
    stand_in: Stylist | None
    patience: int


class _Judged(NamedTuple):
    content: Bytes
    made: Made


class _Unusable(Exception):
    """What came back is no picture, or one that cannot be read."""


async def make_style(begin: Begin, studio: Studio, job_id: int) -> None:
    """Returns when the job has ended. Raises ``TryLater`` while the stylist, the darkroom or the storage is away."""
    begun = await begin(lambda unit: begin_job(unit, job_id), actor="stylist")
    if begun is None:
        return
    job, photo_name = begun
    # Counted in the row: waiting for a moment the stylist named is an attempt, too.
    attempt = job.attempts
    try:
        async with _held(begin, job_id):
            judged = await _judged(begin, studio, job, photo_name, attempt=attempt)
            await store_bytes(studio.storage, judged.content)
    except StylistRefused as refused:
        because, reason = refused.because, refused.reason
        await begin(lambda unit: refuse_job(unit, job_id, because, reason), actor="stylist")
    except (StylistAway, Unavailable) as away:
        await _later(begin, job_id, away, attempt=attempt)
    else:
        await begin(lambda unit: finish_job(unit, job_id, judged.content, judged.made), actor="stylist")


@asynccontextmanager
async def _held(begin: Begin, job_id: int) -> AsyncGenerator[None]:
    """Say every few seconds that somebody is at work on it, for as long as the block lasts."""

    async def say() -> None:
        while True:
            await asyncio.sleep(_SIGN_OF_LIFE)
            # A database that is away for a moment: the next sign of life comes in time.
            with contextlib.suppress(Refusal):
                await begin(lambda unit: hold_job(unit, job_id), actor="stylist")

    saying = asyncio.create_task(say(), name=f"holding styled picture {job_id}")
    try:
        yield
    finally:
        saying.cancel()
        await asyncio.wait({saying})


async def _judged(begin: Begin, studio: Studio, job: StyleJob, photo_name: str, *, attempt: int) -> _Judged:
    photo = await studio.storage.get(photo_name)
    if photo is None:
        raise StylistRefused(RefusedBecause.PHOTO_GONE, "the photograph is not stored any more")
    need = (job.need_width_px, job.need_height_px)
    view = View(
        Decimal(job.view["zoom"]),
        Decimal(job.view["shift_x"]),
        Decimal(job.view["shift_y"]),
        int(job.view["turn"]),
    )
    try:
        cut = await studio.darkroom.cut(photo, view=view, need=need)
    except PictureRefused as refused:
        raise StylistRefused(RefusedBecause.PHOTO_UNUSABLE, refused.message) from refused
    await begin(lambda unit: note_step(unit, job.id, StyleStep.STYLING), actor="stylist")
    order = StyleOrder(cut, styles()[job.template_id, job.style_id], job.wish, _seed(job), need)
    try:
        picture, stood_in = await studio.first.restyle(order), False
    except (StylistAway, StylistMisconfigured) as trouble:
        picture, stood_in = await _stand_in(begin, studio, order, trouble, attempt=attempt), True
    await begin(lambda unit: note_step(unit, job.id, StyleStep.CHECKING), actor="stylist")
    try:
        return await _checked(studio.renderer, cut, picture, need, stood_in=stood_in)
    except _Unusable as unusable:
        if attempt < studio.patience:
            raise StylistAway(f"the picture was unusable: {unusable}") from unusable
        raise StylistRefused(RefusedBecause.RESULT_UNUSABLE, str(unusable)) from unusable


async def _stand_in(
    begin: Begin,
    studio: Studio,
    order: StyleOrder,
    trouble: StylistAway | StylistMisconfigured,
    *,
    attempt: int,
) -> StyledPicture:
    """By the stand-in, once waiting for the first is over; who is refused by the first is never sent to another."""
    if isinstance(trouble, StylistMisconfigured):
        reason = trouble.reason
        await begin(lambda unit: note_misconfigured(unit, reason), actor="stylist")
    elif attempt < studio.patience:
        raise trouble
    if studio.stand_in is None:
        raise StylistRefused(RefusedBecause.STYLIST_AWAY, trouble.reason) from trouble
    return await studio.stand_in.restyle(order)


async def _checked(
    renderer: PrintRenderer, cut: CutPhoto, picture: StyledPicture, need: tuple[int, int], *, stood_in: bool
) -> _Judged:
    try:
        clean = await renderer.read_picture(picture.data)
    except PictureRefused as refused:
        raise _Unusable(refused.message) from refused
    if clean.data == cut.jpeg:
        raise _Unusable("the picture is the photograph")
    cover = max(need[0] / clean.width_px, need[1] / clean.height_px, 1.0)
    enlarged = cover * picture.enlarged
    if enlarged > _MOST_ENLARGED:
        raise StylistRefused(
            RefusedBecause.RESULT_TOO_SMALL,
            f"{clean.width_px} × {clean.height_px} pixels would be printed {enlarged:.1f} times larger",
        )
    reasons = {
        DegradedBecause.OTHER_MODEL: picture.other_model,
        DegradedBecause.STAND_IN: stood_in,
        DegradedBecause.ENLARGED: enlarged > _STILL_SHARP,
    }
    content = Bytes(
        FileKind.STYLED, clean.data, clean.media_type, clean.sha256, clean.width_px, clean.height_px
    )
    degraded = [reason for reason, so in reasons.items() if so]
    return _Judged(content, Made(picture.made_by, degraded, round(enlarged * 100)))


async def _later(begin: Begin, job_id: int, away: StylistAway | Unavailable, *, attempt: int) -> None:
    reason = away.reason if isinstance(away, StylistAway) else away.message
    if attempt >= MOST_ATTEMPTS:
        because = RefusedBecause.STYLIST_AWAY
        await begin(lambda unit: refuse_job(unit, job_id, because, reason), actor="stylist")
        return
    wait = away.after_seconds if isinstance(away, StylistAway) else None

    def back(unit: UnitOfWork) -> TryLater:
        put_back(unit, job_id, reason)
        # Rather later than it was told: but nobody stands before a machine for minutes.
        return TryLater(reason, at=unit.now + timedelta(seconds=min(wait, 20.0)) if wait else None)

    raise await begin(back, actor="stylist") from away


def _seed(job: StyleJob) -> int:
    # The same wish of anybody gives the same picture; another variant another one.
    return int(job.wish_hash[:12], 16)
