"""The portal as a page: what stands on it, and who may move something there."""

import httpx2
import pytest

from makeline.crm.records import Entity
from tests.adapters.bitrix24.portals import contact, deal, lead, open_line


async def test_everything_is_shown_and_nothing_of_it_is_obeyed():
    async with open_line() as line, httpx2.AsyncClient(base_url=line.portal.url) as browser:
        await line.new([contact(full_name="<script>alert(1)</script> Bo")])
        await line.new([deal(title='"><img src=x>', contact=1)])
        await line.new([lead()])
        answer = await browser.get("/")
        assert "<script>alert" not in answer.text
        assert "<img" not in answer.text
        assert "20.00 RUB" in answer.text
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        for name, kind in (("board.css", "text/css"), ("board.js", "text/javascript")):
            asset = await browser.get(f"/{name}")
            assert (asset.status_code, asset.headers["content-type"].partition(";")[0]) == (200, kind)
        assert (await browser.get("/board.py")).status_code == 404


async def test_a_card_is_moved_from_the_page_itself_and_from_no_other():
    async with open_line() as line, httpx2.AsyncClient(base_url=line.portal.url) as browser:
        await line.new([deal()])
        (item,) = line.items(Entity.DEAL)
        wanted = {"kind": "2", "id": str(item["id"]), "stage": "EXECUTING"}
        for headers in ({"origin": "http://evil.example"}, {"sec-fetch-site": "cross-site"}):
            assert (await browser.post("/move", data=wanted, headers=headers)).status_code == 403
        assert item["stageId"] == "NEW"
        changes = (await browser.get("/changes")).json()["changes"]
        answer = await browser.post("/move", data=wanted, headers={"origin": line.portal.url})
        assert (answer.status_code, answer.headers["location"]) == (303, f"/#card-2-{item['id']}")
        assert item["stageId"] == "EXECUTING"
        assert (await browser.get("/changes")).json()["changes"] > changes


@pytest.mark.parametrize(
    "wanted", [{}, {"kind": "2", "id": "9", "stage": "WON"}, {"kind": "x", "id": "1", "stage": "WON"}]
)
async def test_what_makes_no_sense_moves_nothing(wanted: dict[str, str]):
    async with open_line() as line, httpx2.AsyncClient(base_url=line.portal.url) as browser:
        assert (await browser.post("/move", data=wanted)).status_code == 422
