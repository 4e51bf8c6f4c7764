"""``makeline partner check``: our own account and machines against a partner in this process."""

import asyncio

from typer.testing import CliRunner

from makeline.adapters.print_partner.simulator import DEMO_ACCOUNT, DEMO_KEY, DEMO_PASSWORD
from makeline.cases.machines.queries import fleet
from makeline.main.cli import cli
from tests.adapters.print_partner.partner_stage import staged
from tests.engines import on_sqlite
from tests.given import Given
from tests.web import open_shop


async def check(shop, url: str, stage, *words: str, key: str = DEMO_KEY) -> tuple[int, str]:
    env = {
        "DATABASE_URL": url,
        "BASE_URL": shop.url,
        "PARTNER_BASE_URL": stage.simulator.base_url,
        "PARTNER_ACCOUNT": DEMO_ACCOUNT,
        "PARTNER_PASSWORD": DEMO_PASSWORD,
        "PARTNER_KEY": key,
    }
    done = await asyncio.to_thread(CliRunner().invoke, cli, ["partner", "check", *words], env=env)
    return done.exit_code, done.output


@on_sqlite
async def test_a_connection_in_order_is_said_machine_by_machine(given: Given, shop_url: str, tmp_path):
    async with open_shop(given) as shop, staged(tmp_path) as stage:
        await shop.operator.get("/api/chinese/order/ORDER_5/download-links")
        await shop.house.refusals.settle()
        code, said = await check(shop, shop_url, stage, "demo")
        assert code == 0, said
        assert "demo: machines" in said
        assert "1×: GET /api/chinese/order/{order_id}/download-links: NOT_FOUND" in said
        assert "Check the id letter by letter" in " ".join(said.split())
        assert "sizes as texts" in said
        assert stage.simulator.ledger.rows("SELECT 1 FROM payments") == []


@on_sqlite
async def test_a_machine_that_is_not_ours_there_and_a_wrong_key_are_found(
    given: Given, shop_url: str, tmp_path
):
    async with open_shop(given) as shop, staged(tmp_path) as stage:
        device = (await given.database.read(lambda unit: list(fleet(unit).by_id.values())))[0].device
        stage.turn(devices={device: "forbidden"})
        code, said = await check(shop, shop_url, stage)
        assert code == 1
        assert "No permission" in said
        code, said = await check(shop, shop_url, stage, key="B" * 28)
        assert code == 1
        assert said.count("Data signature failed") == 1


@on_sqlite
async def test_a_partner_nobody_knows_is_one_sentence(given: Given, shop_url: str, tmp_path):
    async with open_shop(given) as shop, staged(tmp_path) as stage:
        code, said = await check(shop, shop_url, stage, "nobody")
    assert code == 1
    assert "nobody" in said
