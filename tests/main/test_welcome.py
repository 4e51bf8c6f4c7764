"""The front door: everything it leads to is there, and what stands beside the embedded default is told nowhere else."""

import re

from typer.testing import CliRunner

from makeline import __version__
from makeline.main.cli import cli
from makeline.main.welcome import addresses_beside
from tests.engines import on_sqlite
from tests.given import Given
from tests.web import open_shop, settings_of


@on_sqlite
async def test_the_front_door_leads_to_every_page_in_each_language(given: Given):
    async with open_shop(given) as shop:
        page = await shop.stranger.get("/", headers={"accept-language": "ru"})
        chinese = await shop.stranger.get("/?lang=zh")
        links = re.findall(r'href="(/[^"]*)"', page.text)
        found = {link: (await shop.stranger.get(link)).status_code for link in links}
        closed = await shop.stranger.get("/", headers={"host": shop.url.removeprefix("http://")})
    assert {"/shop", "/parts", "/staff", "/docs", "/kiosk/VM_TEST_MANUFACTURER", "/?machine=VM001"} <= set(
        links
    )
    assert set(found.values()) <= {200, 303}, found
    assert (page.headers["content-language"], chinese.headers["content-language"]) == ("ru", "zh")
    assert "style-src 'self'" in page.headers["content-security-policy"]
    assert closed.status_code == 200 and __version__ in closed.text


@on_sqlite
async def test_without_test_machines_the_front_door_shows_none(given: Given):
    async with open_shop(given, test_machines="off") as shop:
        page = (await shop.stranger.get("/")).text
    assert 'href="/shop"' in page and "/kiosk/" not in page and "machine=" not in page


def test_stand_ins_are_told_of_where_they_run_and_nowhere_else():
    assert addresses_beside(settings_of(port=9000)) == {
        "letters": "http://127.0.0.1:9104/",
        "stripe": "http://127.0.0.1:9103/",
        "crm": "http://127.0.0.1:9102/",
        "partner": "http://127.0.0.1:9101/ledger",
    }
    real = settings_of(
        smtp_url="smtp://mail.example",
        partner_base_url="https://partner.example/mobileShell/en",
        crm_webhook_url="https://crm.example/rest/1/x",
    )
    assert "letters" not in addresses_beside(real) and "partner" not in addresses_beside(real)


def test_the_command_says_its_version():
    told = CliRunner().invoke(cli, ["--version"])
    assert (told.exit_code, told.output.strip()) == (0, f"makeline {__version__}")
