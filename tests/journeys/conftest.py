"""The two places where a shop may keep its truth and its files."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.adapters.drawing.sample_pictures import photo, written
from tests.journeys.street import Street, open_street

SQLITE_AND_DISK, POSTGRESQL_AND_S3 = "SQLite and a disk", "PostgreSQL and S3"
Open = Callable[..., AbstractAsyncContextManager[Street]]


@pytest.fixture(params=[SQLITE_AND_DISK, POSTGRESQL_AND_S3])
def street(
    request: pytest.FixtureRequest,
    shop_urls: Callable[[str], str],
    free_port: Callable[[], int],
    tmp_path: Path,
) -> Open:
    """``async with street(customer="declines") as street``: a shop whose partner is switched like that."""
    settings: dict[str, Any] = {"database_url": shop_urls("sqlite")}
    if request.param == POSTGRESQL_AND_S3:
        bucket = request.getfixturevalue("s3_bucket")
        settings = {
            "database_url": shop_urls("postgresql"),
            "storage_url": f"s3://{bucket.bucket}/files",
            "s3_endpoint": bucket.endpoint,
            "s3_region": bucket.region,
            "s3_access_key": bucket.access_key,
            "s3_secret_key": bucket.secret_key,
        }
    return partial(open_street, tmp_path, settings, partner_port=free_port())


@pytest.fixture(scope="session")
def photograph() -> bytes:
    """A picture as a telephone takes it."""
    return written(photo((1600, 1200)), "JPEG", quality=85)
