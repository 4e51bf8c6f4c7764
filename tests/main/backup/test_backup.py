"""A copy made beside a running shop brings everything back that stood before it, and says when it cannot."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest
from obstore.store import LocalStore
from sqlalchemy import select

from makeline.adapters.object_store.shelf import Shelf
from makeline.adapters.object_store.storage import place_of
from makeline.commerce.orders.models import orders
from makeline.foundation.clock import utc_clock
from makeline.foundation.database import Database, open_database
from makeline.foundation.statements import Query
from makeline.main.backup.create import UNDER_WAY, create_backup
from makeline.main.backup.database_copy import OtherSchema
from makeline.main.backup.kept_files import kept_files
from makeline.main.backup.manifest import POOL, backup_named, backups_on
from makeline.main.backup.place import GAP, StillInUse
from makeline.main.backup.prune import prune_backups
from makeline.main.backup.restore import BadBackup, NotEmpty, replace_by_backup, restore_backup
from makeline.main.backup.verify import Verified, verify_backup
from makeline.main.subscriptions import PROMISES
from tests.engines import on_sqlite
from tests.given import Given
from tests.servers.postgres import Postgres
from tests.servers.postgres_programs import binaries


class _Id(NamedTuple):
    id: int


_ORDERS = Query(select(orders.c.id), _Id)


@pytest.fixture(autouse=True)
def programs_of_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's own may be older than the server."""
    monkeypatch.setenv("PATH", f"{binaries()}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def storage(tmp_path: Path) -> Shelf:
    (tmp_path / "files").mkdir()
    return Shelf(LocalStore(tmp_path / "files"))


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    (tmp_path / "backups").mkdir()
    return Shelf(LocalStore(tmp_path / "backups"))


on_postgres = pytest.mark.parametrize("shop_url", ["postgresql"], indirect=True)


@pytest.fixture
def elsewhere(shop_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> Callable[[], str]:
    """The address of an empty place on the same engine."""

    def url() -> str:
        if shop_url.startswith("sqlite"):
            return f"sqlite:///{tmp_path / 'restored' / 'makeline.sqlite'}"
        server: Postgres = request.getfixturevalue("postgres_server")
        name = f"{shop_url.rpartition('/')[2]}_back"
        server.drop(name)
        request.addfinalizer(lambda: server.drop(name))
        return server.create(name)

    return url


def stored(given: Given, storage: Shelf) -> None:
    """What the shop keeps in memory lies on a disk."""
    for name, data in given.storage.kept.items():
        storage.lay(place_of(name), [data])


async def number_of_next_order(url: str) -> int:
    database = await open_database(url, promises=PROMISES)
    try:
        return await database.begin(lambda unit: unit.new_id(orders), actor="test")
    finally:
        await database.close()


@on_postgres
async def test_everything_is_back_checked_and_no_number_is_given_out_twice(
    given: Given,
    database: Database,
    shop_url: str,
    storage: Shelf,
    shelf: Shelf,
    elsewhere: Callable[[], str],
    tmp_path: Path,
):
    sale = await given.paid_sale()
    stored(given, storage)
    made = await create_backup(shop_url, storage, shelf, given.clock)
    assert made.file_count == len(await database.read(kept_files)) > 0
    assert (made.faulty, made.gone) == ({}, ())
    lost = await given.paid_sale()
    good = await verify_backup(shelf, backup_named(shelf, None), scratch=shop_url)
    assert good.problems == ()
    # Of the storage nothing is left, and of the database nothing either.
    for path in storage.sizes():
        storage.remove(path)
    url, again = elsewhere(), Shelf(LocalStore(tmp_path / "files"))
    done = await restore_backup(shelf, made, url, again)
    assert done.files_written == made.file_count
    restored = await open_database(url, promises=PROMISES)
    there = set((await restored.read(kept_files)).keys())
    known = {row.id for row in await restored.read(lambda unit: unit.all(_ORDERS))}
    await restored.close()
    assert {place_of(name) for name in there} == set(again.sizes())
    assert sale.session.order_id in known
    assert lost.session.order_id not in known
    # An order of after the backup stands at the partner by its number.
    assert await number_of_next_order(url) > GAP
    with pytest.raises(NotEmpty):
        await restore_backup(shelf, made, url, again)


@on_sqlite
async def test_what_is_not_whole_is_named_and_never_takes_the_place_of_what_runs(
    given: Given, database: Database, shop_url: str, storage: Shelf, shelf: Shelf, tmp_path: Path
):
    await given.paid_sale()
    stored(given, storage)
    names = sorted(await database.read(kept_files))
    lost, spoilt, torn = names[:3]
    storage.remove(place_of(lost))
    storage.lay(place_of(spoilt), [b"other bytes"])
    made = await create_backup(shop_url, storage, shelf, given.clock)
    # The storage was not whole: said at once, and not held against the backup.
    assert made.faulty.keys() == {lost, spoilt}
    assert (await verify_backup(shelf, made, scratch=shop_url)).problems == ()
    # A file that is whole again is carried the next time; nothing else is.
    stored(given, storage)
    pool = place_in_pool(shelf, torn)
    given.clock.tick(minutes=1)
    whole = await create_backup(shop_url, storage, shelf, given.clock)
    assert (whole.faulty, whole.file_count) == ({}, len(names))
    with pytest.raises(StillInUse):
        await replace_by_backup(shelf, whole, shop_url, storage, given.clock)
    shelf.lay(pool, [b"torn"])
    assert names_in(await verify_backup(shelf, whole, scratch=shop_url)) == {torn}
    storage.remove(place_of(torn))
    there = f"sqlite:///{tmp_path / 'there.sqlite'}"
    with pytest.raises(BadBackup, match=torn):
        await restore_backup(shelf, whole, there, storage)
    shelf.lay(pool, [given.storage.kept[torn]])
    await restore_backup(shelf, whole, there, storage)
    for spoil, said in (
        (lambda data: data[:-4096], "not what was written"),
        (lambda data: data, None),
    ):
        data = shelf.whole(whole.database.path)
        shelf.lay(whole.database.path, [spoil(data)])
        if said:
            with pytest.raises(BadBackup, match=said):
                await replace_by_backup(shelf, whole, there, storage, given.clock)
        else:
            done = await replace_by_backup(shelf, whole, there, storage, given.clock)
            assert (tmp_path / done.aside).exists()
        shelf.lay(whole.database.path, [data])


@on_sqlite
async def test_a_database_of_another_schema_is_left_to_the_program_that_runs_on_it(
    shop_url: str, storage: Shelf, shelf: Shelf
):
    with closing(sqlite3.connect(shop_url.removeprefix("sqlite:///"))) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
        connection.commit()
    with pytest.raises(OtherSchema, match="0001"):
        await create_backup(shop_url, storage, shelf, utc_clock)
    assert backups_on(shelf) == []


@on_sqlite
async def test_old_backups_go_with_the_files_that_only_they_had(
    given: Given, shop_url: str, storage: Shelf, shelf: Shelf
):
    made = []
    for _ in range(3):
        await given.paid_sale()
        stored(given, storage)
        made.append(await create_backup(shop_url, storage, shelf, given.clock))
        given.clock.tick(hours=1)
    only_of_old = place_of("picture-of-nobody.png")
    shelf.lay(f"{POOL}/{only_of_old}", [b"erased since"])
    # Somebody makes one just now: what he counts on stays.
    at_work = f"{given.clock():%Y%m%dT%H%M%S%fZ}"
    shelf.lay(f"{at_work}/{UNDER_WAY}", [b""])
    pruned = prune_backups(shelf, given.clock, keep=2)
    assert (pruned.names, pruned.files, pruned.waits) == ((made[0].name,), 0, True)
    # He died over it.
    given.clock.tick(days=2)
    pruned = prune_backups(shelf, given.clock, keep=1)
    assert (pruned.names, pruned.files, pruned.waits) == ((made[1].name,), 1, False)
    assert [one.name for one in backups_on(shelf)] == [made[2].name]
    assert {path.split("/")[0] for path in shelf.sizes()} == {POOL, made[2].name}
    assert (await verify_backup(shelf, made[2], scratch=shop_url)).problems == ()


def place_in_pool(shelf: Shelf, name: str) -> str:
    path = f"{POOL}/{place_of(name)}"
    assert path in shelf.sizes()
    return path


def names_in(verified: Verified) -> set[str]:
    """Which files its problems are about."""
    return {problem.split(" ")[0] for problem in verified.problems}
