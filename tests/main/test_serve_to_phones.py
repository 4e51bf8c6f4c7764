"""A phone in the same network: links and the printed code say an address that it can reach; nobody is believed for being near."""

import io
import subprocess

import pytest
from rich.console import Console
from typer.testing import CliRunner

from makeline.main.addresses import public_url
from makeline.main.cli import cli
from makeline.main.serve_embedded import say_how_to_try
from tests.given import Given
from tests.house.tree import ROOT
from tests.web import open_shop, settings_of

# Loopback too, and yet not the address that the demo partner is recognised by.
BESIDE = "127.0.0.2"


@pytest.mark.parametrize(
    ("host", "found", "links"),
    [
        ("0.0.0.0", "192.168.1.7", "http://192.168.1.7:8000"),
        ("::", "192.168.1.7", "http://192.168.1.7:8000"),
        ("0.0.0.0", None, ""),
        ("127.0.0.1", "192.168.1.7", ""),
        ("192.168.1.7", "192.168.1.7", ""),
    ],
)
def test_links_say_where_this_machine_is_in_its_network(host: str, found: str | None, links: str):
    assert public_url(host, 8000, lambda: found) == links


@pytest.mark.parametrize(("host", "own"), [("0.0.0.0", "127.0.0.1"), ("::", "[::1]"), (BESIDE, BESIDE)])
def test_programs_on_the_machine_itself_take_the_short_way(host: str, own: str):
    assert (
        settings_of(host=host, port=8000, base_url="http://192.168.1.7:8000").own_url == f"http://{own}:8000"
    )


def _said(**changes: object) -> str:
    out = io.StringIO()
    say_how_to_try(settings_of(**changes), Console(file=out, width=120))
    return out.getvalue()


def test_a_code_is_printed_where_a_phone_can_follow_it():
    told = _said(host="0.0.0.0", base_url="http://192.168.1.7:8000")
    assert "http://192.168.1.7:8000/?machine=VM001" in told
    assert told.count("█") + told.count("▄") + told.count("▀") > 100
    assert "secrets" in told
    alone = _said()
    assert "make run HOST=0.0.0.0" in alone
    assert "█" not in alone
    assert _said(test_machines="off") == ""


async def test_at_a_test_machine_a_phone_opens_a_visit_itself_and_nowhere_else(given: Given):
    async with open_shop(given) as shop:
        page = await shop.stranger.get("/", params={"machine": "VM001"})
        assert 'data-machine="VM001"' in page.text
        assert (await shop.stranger.get("/assets/start.js")).status_code == 200
        for machine in ("VM_LONDON_01", "VM_NONE"):
            assert (await shop.stranger.get("/", params={"machine": machine})).status_code == 404
    async with open_shop(given, test_machines="off") as shop:
        assert (await shop.stranger.get("/", params={"machine": "VM001"})).status_code == 404


async def test_a_server_beside_the_usual_address_believes_nobody_for_being_near(given: Given):
    public = "http://192.168.1.7:8000"
    async with open_shop(given, host=BESIDE, base_url=public) as shop:
        refused = await shop.operator.post("/api/vending/create-session", json={"machine_id": "VM_LONDON_01"})
        opened = await shop.operator.post("/api/vending/create-session", json={"machine_id": "VM001"})
    assert refused.status_code == 401
    assert opened.json()["qr_data"]["qr_url"].startswith(f"{public}/?session=")


def test_make_hands_both_on_and_the_command_takes_them(monkeypatch: pytest.MonkeyPatch):
    wanted = ("HOST=0.0.0.0", "PUBLIC_URL=http://192.168.1.7:8000")
    said = subprocess.run(
        ["make", "-n", "run", *wanted], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout
    assert '--host "0.0.0.0"' in said
    assert '--public-url "http://192.168.1.7:8000"' in said
    assert (
        "--host"
        not in subprocess.run(
            ["make", "-n", "run"], capture_output=True, text=True, check=True, cwd=ROOT
        ).stdout
    )
    # The command says by the environment what it was told; the next test must not hear it.
    for name in ("HOST", "BASE_URL", "LOG_LEVEL"):
        monkeypatch.setenv(name, "")
    for address, at_fault in (("http://shop.test", True), ("https://shop.test", False)):
        # The production profile names what is wrong with each, and starts nothing.
        done = CliRunner().invoke(
            cli, ["run", "--host", BESIDE, "--public-url", address], env={"PROFILE": "production"}
        )
        assert done.exit_code == 2
        assert ("BASE_URL must be the public" in " ".join(done.output.split())) is at_fault
