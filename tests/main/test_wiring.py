"""Settings become a house: real adapters at the places they name."""

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from makeline.adapters.object_store.storage import ObjectStorage
from makeline.adapters.print_partner.simulator.settings import DEMO_ACCOUNT, DEMO_KEY
from makeline.commerce.files.links import Audience
from makeline.foundation.chores import Round, chores
from makeline.foundation.settings import Settings
from makeline.foundation.statements import Query
from makeline.main.doctor.of_work import PULSE
from makeline.main.intake import file_limits_of
from makeline.main.migrate import migrate
from makeline.main.schedule import schedule
from makeline.main.wiring import build_house, partner_account
from makeline.parts.geometry.limits import FileLimits
from tests.given import Given
from tests.servers.elsewhere import in_thread
from tests.web import house_of, settings_of

_TURNS: Query[tuple[str, datetime]] = Query(select(chores.c.name, chores.c.due_at), tuple)

PARTNER = {
    "partner_base_url": "https://partner.example.com/mobileShell/en",
    "partner_account": "shop",
    "partner_password": "a password",
    "partner_key": "0123456789abcdef0123456789ab",
}


@pytest.fixture
def embedded(tmp_path: Path) -> Settings:
    """Settings of an embedded shop in a folder of its own."""
    return settings_of(data_dir=tmp_path, port=8123)


async def test_an_embedded_house_keeps_everything_in_its_folder(embedded: Settings, tmp_path: Path):
    in_thread(lambda: migrate(embedded.database_url))
    house = await build_house(embedded)
    try:
        assert isinstance(house.storage, ObjectStorage)
        await house.storage.put("proof-abcd.png", b"x", media_type="image/png")
        assert [path.name for path in tmp_path.rglob("proof-*")] == ["proof-abcd.png"]
        assert (tmp_path / "makeline.sqlite").exists()
        assert await house.database.read(lambda unit: unit.now) is not None
    finally:
        await house.close()


async def test_links_of_a_house_stand_under_its_public_address(embedded: Settings, given: Given):
    link = house_of(given, embedded).links.link("proof-abcd.png", Audience.CUSTOMER, given.clock())
    assert link.url.startswith("http://127.0.0.1:8123/image/proof-abcd.png?token=")


def test_without_a_partner_his_simulator_beside_us_stands_in(embedded: Settings):
    account = partner_account(embedded)
    assert account.base_url.startswith("http://127.0.0.1:8224/")
    assert (account.account, account.key) == (DEMO_ACCOUNT, DEMO_KEY)


def test_a_partner_is_called_with_what_he_gave_us():
    account = partner_account(settings_of(**PARTNER))
    assert account.base_url == PARTNER["partner_base_url"]
    assert (account.account, account.password, account.key) == ("shop", "a password", PARTNER["partner_key"])


def test_a_partners_account_shows_no_secret_when_it_is_printed():
    shown = repr(partner_account(settings_of(**PARTNER)))
    assert PARTNER["partner_password"] not in shown
    assert PARTNER["partner_key"] not in shown


async def test_networks_of_proxies_are_read_with_spaces_and_without(given: Given):
    house = house_of(given, settings_of(trusted_proxies=" 10.0.0.0/8, 192.0.2.1 ,fd00::/8,"))
    assert [str(network) for network in house.trust.proxies] == ["10.0.0.0/8", "192.0.2.1/32", "fd00::/8"]


async def test_no_two_chores_share_a_name_and_each_comes_round(given: Given):
    chores = schedule(house_of(given, settings_of()))
    assert len({chore.name for chore in chores}) == len(chores)
    for chore in chores:
        assert chore.every.total_seconds() > 0
        if chore.in_unit is not None:
            await given.database.begin(chore.in_unit, actor="clock")
        else:
            assert chore.outside is not None
            await chore.outside()


async def test_a_shop_at_rest_writes_little_more_than_that_its_worker_is_there(given: Given):
    mine = Round(given.database, schedule(house_of(given, settings_of())))
    await mine.do_due()
    before = dict(await given.database.read(lambda unit: unit.all(_TURNS)))
    given.clock.tick(seconds=61)
    await mine.do_due()
    after = dict(await given.database.read(lambda unit: unit.all(_TURNS)))
    assert {name for name, due_at in after.items() if due_at != before.get(name)} == {PULSE}


async def test_what_was_made_last_is_let_go_first(given: Given):
    gone: list[str] = []
    house = house_of(given, settings_of())
    for name in ("database", "partner", "renderer"):

        async def let_go(what: str = name) -> None:
            gone.append(what)

        house.closers.append(let_go)
    await house.close()
    assert gone == ["renderer", "partner", "database"]


def test_how_large_files_may_be_stands_in_the_settings():
    usual = file_limits_of(settings_of())
    assert (usual.triangles, usual.triangles_direct, usual.direct_bytes) == (1_300_000, 5_000_000, 2**28)
    lowered = settings_of(most_triangles=1, most_triangles_direct=2, largest_direct_upload_megabytes=3)
    assert file_limits_of(lowered) == FileLimits(1, 2, 3 * 2**20)
