"""``makeline partner sync`` and ``makeline catalogue``, beside the simulated partner."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

from typer.testing import CliRunner

from makeline.adapters.print_partner.simulator.settings import DEMO_ACCOUNT, DEMO_KEY, DEMO_PASSWORD
from makeline.cases.catalog.queries import catalogue
from makeline.main.cli import cli
from tests.adapters.print_partner.partner_stage import staged
from tests.engines import on_sqlite
from tests.given import MACHINE, Given


async def test_staff_syncs_a_machine_sees_what_is_unresolved_and_links_it(
    given: Given, shop_url: str, tmp_path: Path
):
    shelf = tmp_path / "shells.json"
    shelf.write_text(
        '{"rows": [{"model_id": "iphone-iphone-15-pro", "partner_model_id": "MM777", "shell_id": "MS777",'
        ' "display_name": "iPhone 15 PRO", "width_mm": "73.24", "height_mm": "149.27"}]}'
    )
    async with staged(tmp_path / "partner", shells_file=shelf, unknown_devices="accepted") as stage:
        environment = {
            "DATABASE_URL": shop_url,
            "PARTNER_BASE_URL": stage.simulator.base_url,
            "PARTNER_ACCOUNT": DEMO_ACCOUNT,
            "PARTNER_PASSWORD": DEMO_PASSWORD,
            "PARTNER_KEY": DEMO_KEY,
        }

        async def run(*words: str) -> tuple[int, str]:
            done = await asyncio.to_thread(CliRunner().invoke, cli, list(words), env=environment)
            return done.exit_code, done.output

        # A process of its own: the client's log keeps the standard error of whoever wrote the first line.
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "makeline.main.cli", "partner", "sync", MACHINE,
            env={**os.environ, **environment}, stdout=PIPE, stderr=PIPE,
        )  # fmt: skip
        said, errors = await process.communicate()
        assert process.returncode == 0, errors
        assert b"BR20250111000002" in said
        listed = (await run("catalogue", "unresolved"))[1]
        assert "MM777" in listed
        assert "iphone-iphone-15-pro" in listed
        code, said = await run("catalogue", "link", "CN_IPHONE_006", "MM777", "--by", "olga")
        assert code == 0
        assert "MM777 is iphone-iphone-15-pro" in said
        assert "MM777" not in (await run("catalogue", "unresolved"))[1]
        assert (await run("catalogue", "link", "samsung_s24", "MM777"))[0] == 1
        # Another connection heard of it.
        async with asyncio.timeout(5):
            while (await given.database.read(catalogue)).model("MM777") is None:
                await asyncio.sleep(0.05)


@on_sqlite
async def test_staff_changes_prices_by_a_table(given: Given, shop_url: str, tmp_path: Path):
    table = tmp_path / "catalogue.csv"

    async def run(*words: str) -> tuple[int, str]:
        environment = {"DATABASE_URL": shop_url}
        done = await asyncio.to_thread(CliRunner().invoke, cli, ["catalogue", *words], env=environment)
        return done.exit_code, done.output

    assert (await run("export", str(table)))[0] == 0
    text = table.read_text("utf-8-sig").replace("web_price,7.99", "web_price,8.49", 1)
    table.write_text(text)
    code, said = await run("import", str(table), "--preview")
    assert (code, "extra screen-protector, web price: 7.99 → 8.49 GBP" in said) == (0, True)
    assert (await run("import", str(table)))[0] == 2
    assert (await run("import", str(table), "--reason", "dearer glass", "--by", "olga"))[0] == 0
    history = (await run("history"))[1]
    assert "dearer glass" in history
    assert "olga" in history
    table.write_text(text.replace("8.49", "eight"))
    code, said = await run("import", str(table), "--reason", "again")
    assert (code, "column 5 (value)" in said) == (1, True)
    extras = await given.database.read(lambda unit: catalogue(unit).extras)
    assert extras["screen-protector"].webstore_price_minor == 849
