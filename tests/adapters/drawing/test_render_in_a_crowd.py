"""Too much, too many, too slow: the renderer says so in words, and draws once what many want."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from PIL import Image

from makeline.adapters.drawing.print_renderer import VipsRenderer
from makeline.cases.designs.renderer import PictureUnreadable, RendererBusy
from makeline.foundation.limited_process import LimitedPool, Limits
from tests.adapters.drawing.sample_pictures import written
from tests.adapters.drawing.test_render import NAME, PHOTO, laid_out

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def hurried() -> AsyncIterator[VipsRenderer]:
    """A renderer whose jobs have no time at all: every picture hangs."""
    limits = Limits(address_space_bytes=1024**3, cpu_seconds=1, wall_seconds=0)
    renderer = VipsRenderer(LimitedPool("hurried", limits, waiting=1))
    yield renderer
    await renderer.close()


async def test_a_picture_that_hangs_is_refused_and_a_print_that_hangs_may_be_tried_again(
    hurried: VipsRenderer,
) -> None:
    with pytest.raises(PictureUnreadable, match="too much time or memory"):
        await hurried.read_picture(PHOTO)
    with pytest.raises(RendererBusy):
        await hurried.render(laid_out(), {NAME: PHOTO})


async def test_a_picture_that_needs_too_much_memory_is_refused(renderer: VipsRenderer) -> None:
    limits = Limits(address_space_bytes=260 * 1024 * 1024, cpu_seconds=20, wall_seconds=20)
    tight = VipsRenderer(
        LimitedPool("tight", limits, environment=renderer.pool.environment, preload=renderer.pool.preload)
    )
    # All coefficients of a progressive JPEG are held at once: 4 bytes and more for each pixel.
    greedy = written(Image.new("RGB", (8000, 4900)), "jpeg", progressive=True, subsampling=0)
    with pytest.raises(PictureUnreadable):
        await tight.read_picture(greedy)
    assert (await tight.read_picture(PHOTO)).width_px == 1200
    await tight.close()


async def test_more_customers_than_may_wait_are_asked_to_try_again(renderer: VipsRenderer) -> None:
    few = VipsRenderer(LimitedPool("few", renderer.pool.limits, waiting=2))
    results = await asyncio.gather(*(few.read_picture(PHOTO) for _ in range(6)), return_exceptions=True)
    await few.close()
    refused = [result for result in results if isinstance(result, RendererBusy)]
    assert [refusal.extras["retry_after"] for refusal in refused] == [3, 3, 3]
    assert sum(not isinstance(result, BaseException) for result in results) == 3


async def test_a_design_that_many_want_at_once_is_drawn_once_also_when_the_first_of_them_leaves(
    renderer: VipsRenderer,
) -> None:
    plain = await renderer.render(laid_out(), {NAME: PHOTO})
    before = renderer.pool.usage.jobs
    wanting = [asyncio.create_task(renderer.render(laid_out(), {NAME: PHOTO})) for _ in range(5)]
    await asyncio.sleep(0.01)
    wanting[0].cancel()
    results = await asyncio.gather(*wanting, return_exceptions=True)
    assert isinstance(results[0], asyncio.CancelledError)
    assert results[1:] == [plain] * 4
    assert renderer.pool.usage.jobs == before + 1
    await renderer.render(laid_out(), {NAME: PHOTO})
    assert renderer.pool.usage.jobs == before + 2
