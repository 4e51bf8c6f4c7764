"""As an application of a portal: let in by a code, renewed before and after its time, by one process at a time."""

import asyncio
import logging
import stat
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pytest

from makeline.adapters.bitrix24.account import AppAccount
from makeline.adapters.bitrix24.client import Client, Command
from makeline.adapters.bitrix24.pace import Pace
from makeline.adapters.bitrix24.simulator.server import Portal
from makeline.adapters.bitrix24.simulator.sign_in import CLIENT_ID, CLIENT_SECRET, LIFE
from makeline.adapters.bitrix24.token_file import TokenFile
from makeline.crm.gateway import CrmAway, CrmMisconfigured
from tests.adapters.bitrix24.portals import Line, VirtualTime, open_line

ADD = {"entityTypeId": 1, "fields": {"title": "A", "name": "B"}}


def account_at(portal: Portal, place: Path, time: VirtualTime, secret: str = CLIENT_SECRET) -> AppAccount:
    return AppAccount(
        portal.url,
        client_id=CLIENT_ID,
        client_secret=secret,
        oauth=portal.url,
        tokens=TokenFile(place / "crm-tokens"),
        clock=time,
    )


async def code_of(portal: Portal) -> str:
    async with httpx2.AsyncClient(base_url=portal.url) as browser:
        shown = await browser.get(
            "/oauth/authorize/", params={"client_id": CLIENT_ID, "response_type": "code"}
        )
        return shown.text.split()[-1]


@asynccontextmanager
async def let_in(place: Path) -> AsyncGenerator[tuple[Line, Client]]:
    async with open_line() as line:
        account = account_at(line.portal, place, line.time)
        await account.let_in(await code_of(line.portal))
        client = Client(account, Pace(clock=line.time, sleep=line.time.sleep))
        yield line, client
        await client.close()


async def test_an_application_calls_and_its_token_is_renewed_before_it_ends(tmp_path: Path):
    async with let_in(tmp_path) as (line, client):
        assert (await client.call("crm.item.add", ADD))["item"]["title"] == "A"
        (answer,) = await client.batch([Command("a", "crm.item.add", ADD)])
        assert answer["item"]["id"] > 0
        await line.time.sleep(LIFE - 30)
        await client.call("scope", {})
        assert line.portal.door.sign_in.renewals == 1
        place = tmp_path / "crm-tokens"
        assert stat.S_IMODE(place.stat().st_mode) == 0o600


async def test_a_token_that_ended_early_is_renewed_once_and_the_call_is_made_once(tmp_path: Path):
    async with let_in(tmp_path) as (line, client):
        line.portal.door.sign_in.end_all()
        other = Client(account_at(line.portal, tmp_path, line.time), Pace(clock=line.time))
        await asyncio.gather(*[one.call("crm.item.add", ADD) for one in (client, other, client)])
        await other.close()
        # Whoever came later took what the first had got.
        assert line.portal.door.sign_in.renewals == 1
        assert len(line.portal.shelf.items[1]) == 3


async def test_who_is_not_let_in_any_more_says_so_and_shows_no_secret(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    with caplog.at_level(logging.DEBUG):
        async with let_in(tmp_path) as (line, client):
            line.portal.door.sign_in._refresh.clear()
            line.portal.door.sign_in.end_all()
            with pytest.raises(CrmMisconfigured, match=r"invalid_grant.*makeline crm sign-in") as found:
                await client.call("scope", {})
            stranger = account_at(line.portal, tmp_path, line.time, secret="wrong")
            with pytest.raises(CrmMisconfigured, match="invalid_client"):
                await stranger.let_in("code")
            granted = TokenFile(tmp_path / "crm-tokens").read()
        assert granted is not None
        said = str(found.value) + "".join(
            record.getMessage() for record in caplog.records if "uvicorn" not in record.name
        )
        for secret in (granted.access, granted.refresh, CLIENT_SECRET):
            assert secret not in said


async def test_nobody_has_let_us_in_or_the_portal_is_away(tmp_path: Path):
    async with open_line() as line:
        account = account_at(line.portal, tmp_path, line.time)
        client = Client(account, Pace(clock=line.time))
        with pytest.raises(CrmMisconfigured, match="sign-in"):
            await client.call("scope", {})
        # A file that was cut off is none.
        (tmp_path / "crm-tokens").write_text('{"access": "a"')
        with pytest.raises(CrmMisconfigured, match="sign-in"):
            await client.call("scope", {})
        await client.close()
        code = await code_of(line.portal)
    with pytest.raises(CrmAway) as found:
        await account.let_in(code)
    assert code not in str(found.value)


async def test_tokens_of_another_portal_are_sent_nowhere(tmp_path: Path):
    async with open_line() as line:
        line.portal.door.sign_in.origin = "https://elsewhere.example"
        account = account_at(line.portal, tmp_path, line.time)
        with pytest.raises(CrmMisconfigured, match=r"elsewhere\.example"):
            await account.let_in(await code_of(line.portal))
        assert TokenFile(tmp_path / "crm-tokens").read() is None
