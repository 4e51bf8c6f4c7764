"""``makeline crm …`` against a portal on a socket."""

import asyncio
from pathlib import Path

import httpx2
import pytest
from typer.testing import CliRunner

from makeline.adapters.bitrix24.simulator.server import Portal, running
from makeline.adapters.bitrix24.simulator.settings import CODE, PortalSettings
from makeline.adapters.bitrix24.simulator.sign_in import CLIENT_ID, CLIENT_SECRET
from makeline.main.cli import cli


async def run(folder: Path, *words: str, told: str = "") -> tuple[int, str]:
    line = ["crm", *words, "--data-dir", str(folder)]
    done = await asyncio.to_thread(CliRunner().invoke, cli, line, input=f"{told}\n")
    assert CODE not in done.output
    return done.exit_code, done.output


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that all of these share: what they change in it is none of the others' business."""
    place = tmp_path_factory.mktemp("crm")
    assert CliRunner().invoke(cli, ["migrate", "--data-dir", str(place)]).exit_code == 0
    return place


def connect(monkeypatch: pytest.MonkeyPatch, portal: Portal, **settings: str) -> None:
    monkeypatch.setenv("CRM_WEBHOOK_URL", portal.webhook_url)
    monkeypatch.setenv("LOG_LEVEL", "error")
    for name, value in settings.items():
        monkeypatch.setenv(name, value)


async def test_a_portal_is_set_up_once(folder: Path, monkeypatch: pytest.MonkeyPatch):
    async with running(PortalSettings()) as portal:
        connect(monkeypatch, portal)
        portal.shelf.own_fields.clear()
        code, said = await run(folder, "check")
        assert (code, "no field UF_CRM_MAKELINE_ORDER" in said) == (1, True), said
        code, said = await run(folder, "setup", "--pipeline", "Makeline", "--dry-run")
        assert (code, "missing: funnel Makeline" in said, "Nothing was made." in said) == (0, True, True), (
            said
        )
        assert portal.shelf.effects == []
        code, said = await run(folder, "setup", "--pipeline", "Makeline")
        assert (code, "CRM_FUNNEL=4" in said) == (0, True), said
        assert len(portal.shelf.effects) == 6
        code, said = await run(folder, "setup", "--pipeline", "Makeline")
        assert (code, "Nothing is missing." in said, len(portal.shelf.effects)) == (0, True, 6), said
        connect(monkeypatch, portal, CRM_FUNNEL="4")
        code, said = await run(folder, "check")
        assert (code, "4: stages and fields are there" in said) == (0, True), said


async def test_without_a_portal_or_rights_it_says_so_in_one_sentence(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    async with running(PortalSettings()) as portal:
        connect(monkeypatch, portal)
        portal.door.turn({"denied": True})
        code, said = await run(folder, "setup")
        assert (code, "ACCESS_DENIED" in said) == (1, True), said
        monkeypatch.setenv("CRM", "off")
        code, said = await run(folder, "check")
        assert (code, said.strip()) == (1, "No CRM is connected: set CRM_WEBHOOK_URL.")


async def test_stages_are_shown_and_changed_with_a_reason(folder: Path, monkeypatch: pytest.MonkeyPatch):
    async with running(PortalSettings()) as portal:
        connect(monkeypatch, portal)
        portal.shelf.statuses["DEAL_STAGE"]["PACKING"] = ""
        code, said = await run(folder, "stages")
        assert code == 0
        assert ("PACKING" in said, "nothing" in said) == (True, True)
        words = ("map", "deal", "working", "EXECUTING", "FINAL_INVOICE", "PACKING")
        assert (await run(folder, *words))[0] == 2
        code, said = await run(folder, *words, "--dry-run")
        assert (code, "0 of 0 open ones looked at" in said, "Nothing was changed" in said) == (0, True, True)
        code, said = await run(folder, *words, "--note", "we pack ourselves")
        assert (code, "It counts from now on." in said) == (0, True), said
        assert "nothing" not in (await run(folder, "stages"))[1]
        code, said = await run(folder, "map", "lead", "working", "CALLED", "--note", "x")
        assert (code, "the CRM has no stage CALLED" in said) == (1, True), said


async def test_an_application_is_let_in_by_the_code_of_an_administrator(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    async with running(PortalSettings()) as portal:
        assert (await run(folder, "sign-in"))[0] == 1
        for name, value in {
            "CRM_PORTAL": portal.url,
            "CRM_CLIENT_ID": CLIENT_ID,
            "CRM_CLIENT_SECRET": CLIENT_SECRET,
            "CRM_OAUTH_URL": portal.url,
            "LOG_LEVEL": "error",
        }.items():
            monkeypatch.setenv(name, value)
        code, said = await run(folder, "check")
        assert (code, "makeline crm sign-in" in said) == (1, True), said
        async with httpx2.AsyncClient(base_url=portal.url) as browser:
            shown = await browser.get("/oauth/authorize/", params={"client_id": CLIENT_ID})
        code, said = await run(folder, "sign-in", told=shown.text.split()[-1])
        assert (code, "We are let in." in said) == (0, True), said
        assert (await run(folder, "check"))[0] == 0
        code, said = await run(folder, "sign-in", told="a code of yesterday")
        assert (code, "invalid_grant" in said) == (1, True), said
