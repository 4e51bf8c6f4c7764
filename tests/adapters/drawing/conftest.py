"""One renderer for all tests of the folder: its process starts once."""

from collections.abc import AsyncIterator

import pytest_asyncio

from makeline.adapters.drawing.print_renderer import VipsRenderer


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def renderer() -> AsyncIterator[VipsRenderer]:
    renderer = VipsRenderer.lazy()
    yield renderer
    await renderer.close()
