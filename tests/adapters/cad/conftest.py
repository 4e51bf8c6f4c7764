"""One reader for all tests of the folder: its processes start once."""

from collections.abc import AsyncIterator

import pytest_asyncio

from makeline.adapters.cad.reader import CadReader


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def reader() -> AsyncIterator[CadReader]:
    reader = CadReader.lazy(picture_side=64)
    yield reader
    await reader.close()
