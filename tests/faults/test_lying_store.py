"""R16: the store of pictures refuses, hangs, breaks off and forgets to answer; what was acknowledged is there, whole."""

import asyncio
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import islice
from typing import Any

import pytest
from sqlalchemy import select

from makeline.adapters.object_store.storage import ObjectStorage, open_storage
from makeline.cases.privacy.clocks import Clocks
from makeline.cases.privacy.purge import pictures_are_due, purge
from makeline.commerce.files.adopt import GRACE, LOOKS, adopt_orphans
from makeline.commerce.files.models import stored_files
from makeline.commerce.files.storage import StorageAway
from makeline.foundation.statements import Query
from tests.adapters.print_partner.routes.bodies import CREATE, SESSIONS
from tests.engines import on_sqlite
from tests.faults.conftest import Figures
from tests.faults.lying_store import Lie, LyingStore
from tests.faults.shop import until
from tests.given import Given
from tests.people import OTHER_MACHINE, second_machine
from tests.servers.s3 import Bucket
from tests.web import OpenShop, open_shop

SEED = 16
AT_ONCE = 8
IN_ONE_VISIT = 6
# Longer than ours with the store: we answer first.
_PATIENCE_SECONDS = 120.0
_CLOCKS = Clocks(*(timedelta(days=3),) * 4)
_ROWS: Query[tuple[str]] = Query(
    select(stored_files.c.name).where(stored_files.c.removed_at.is_(None)), tuple
)


def _storage(bucket: Bucket, endpoint: str) -> ObjectStorage:
    keys = {"access_key": bucket.access_key, "secret_key": bucket.secret_key}
    return open_storage(f"s3://{bucket.bucket}", endpoint=endpoint, region=bucket.region, **keys)


@on_sqlite
@pytest.mark.timeout(3600)
async def test_what_was_acknowledged_is_there_whole_and_what_was_not_is_forgotten(
    given: Given, s3_bucket: Bucket, rounds: Callable[[int, int], int], figures: Figures
):
    uploads = rounds(30, 5000)
    await second_machine(given.database)
    honest = _storage(s3_bucket, s3_bucket.endpoint)
    port = int(s3_bucket.endpoint.rpartition(":")[2])
    # By night a silence outlasts the patience of the library; by day it breaks off.
    wild = {"of_hundred": 40, "silence": rounds(0, 30) or 0.05}
    async with LyingStore(port, random.Random(SEED), **wild) as store:
        given.storage = _storage(s3_bucket, store.url)
        async with open_shop(given, drawings_waiting=1000) as shop:
            told = await _upload(shop, uploads)
            store.honest = True
    acknowledged = {name: data for name, data in told if name}
    assert len(acknowledged) > 0
    for name, data in acknowledged.items():
        assert await honest.get(name) == data, name
        # What is named by its content is held against its name.
        assert sha256(data).hexdigest()[:40] in name
    orphans = await _without_a_row(given, honest)
    adopted = 0
    # By day only where something is: listing costs the store more than storing.
    for look in (
        sorted({int(name.partition("-")[2][:2], 16) for name in orphans}) if uploads < 100 else range(LOOKS)
    ):
        adopted += await adopt_orphans(
            given.database.begin, honest, look=look, written_before=datetime.now(UTC) + GRACE
        )
    assert adopted == len(orphans)
    assert not await _without_a_row(given, honest)
    await _go_by_their_clock(given, honest)
    left = await _names(honest)
    assert not left & orphans, "nobody was told of them, so nobody needs them"
    lies = ", ".join(f"{count} {lie}" for lie, count in sorted(store.told.items()))
    figures(
        f"R16: {uploads} uploads, {store.told.total()} lies of the store ({lies}), {len(acknowledged)} acknowledged, "
        f"0 of them missing, {uploads - len(acknowledged)} refused; bytes without a row {len(orphans)}, 0 after the sweep",
        seed=SEED,
    )
    assert store.told.keys() == set(Lie) or uploads < 100


async def _upload(shop: OpenShop, uploads: int) -> list[tuple[str, bytes]]:
    """The name that each picture was acknowledged under, empty where it was refused; and its bytes."""
    told: list[tuple[str, bytes]] = []
    left = iter(range(uploads))

    async def visitor() -> None:
        while numbers := list(islice(left, IN_ONE_VISIT)):
            at = await _let_in(shop)
            for number in numbers:
                data = b"picture %d " % number * 20
                answer = await shop.operator.post(f"{at}/images", content=data, timeout=_PATIENCE_SECONDS)
                assert answer.status_code in (200, 503), answer.text
                told.append((answer.json()["image"] if answer.status_code == 200 else "", data))
            assert (await shop.operator.delete(at)).status_code == 200

    await asyncio.gather(*(visitor() for _ in range(AT_ONCE)))
    assert len(told) == uploads
    return told


async def _let_in(shop: OpenShop) -> str:
    """Where a new visit stands. While the storage is thought to be away none begins, so whoever is told so comes again."""
    answers: list[Any] = []

    async def let_in() -> bool:
        answers.append(await shop.operator.post(CREATE, json={"machine_id": OTHER_MACHINE}))
        said = answers[-1]
        assert said.status_code == 200 or said.json()["error_code"] == StorageAway.code, said.text
        return bool(said.status_code == 200)

    await until(let_in, patience=_PATIENCE_SECONDS, what="a visit that may begin")
    return f"{SESSIONS}/{answers[-1].json()['session_id']}"


async def _names(storage: ObjectStorage) -> set[str]:
    return {file.name for file in await storage.written("picture", "")}


async def _without_a_row(given: Given, storage: ObjectStorage) -> set[str]:
    rows = await given.database.read(lambda unit: unit.all(_ROWS))
    return await _names(storage) - {name for (name,) in rows}


async def _go_by_their_clock(given: Given, storage: ObjectStorage) -> None:
    """Ten days pass, and the chore of the clock comes round as often as it has to: two hundred pictures at a time."""
    for _ in range(5):
        given.clock.now += timedelta(days=2)
        for _ in range(200):
            if not await given.database.read(pictures_are_due):
                break
            await purge(given.database.begin, given.database.read, storage, _CLOCKS)
