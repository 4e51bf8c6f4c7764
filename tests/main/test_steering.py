"""Whoever is away is not leaned on: what needs him is hidden or refused, and comes back by itself."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest

from makeline.adapters.gemini.image_model import GeminiStylist
from makeline.adapters.gemini.simulator.app import KEY
from makeline.adapters.gemini.simulator.server import running
from makeline.adapters.object_store.storage import open_storage
from makeline.cases.styles.catalogue import style_called
from makeline.cases.styles.offered import StylesAway, must_offer_styles
from makeline.cases.styles.stylist import CutPhoto, StyleOrder, StylistAway
from makeline.commerce.payments.gateway import GatewayAway
from makeline.main.stylists import Stylists
from makeline.main.watch import watching
from tests.adapters.stripe.stripes import open_stripe
from tests.given import MACHINE, Given
from tests.web import OpenShop, open_shop

_PATIENCE = 40.0
# Nobody looks at the photograph of an order that is not made.
_ORDER = StyleOrder(
    CutPhoto(b"jpeg", 69, 145, 1.0), style_called("retro-remix", "80s-neon"), "", 7, (1390, 2905)
)
Look = Callable[[], Awaitable[Any]]


async def _until(look: Look, wanted: object) -> None:
    async with asyncio.timeout(_PATIENCE):
        while (seen := await look()) != wanted:
            assert not isinstance(seen, Exception)
            await asyncio.sleep(0.05)


async def _opened(shop: OpenShop) -> httpx2.Response:
    return await shop.operator.post("/api/vending/create-session", json={"machine_id": MACHINE})


async def _outages(shop: OpenShop) -> list[str]:
    told = (await shop.stranger.get("/v1/shop/outages")).json()
    return [item["what"] for item in told["items"]]


async def _neighbours(shop: OpenShop) -> dict[str, str]:
    told = (await shop.operator.get("/health")).json()["neighbours"]
    assert all(one["since"].endswith("Z") for one in told.values())
    return {name: one["state"] for name, one in told.items()}


async def test_nothing_new_is_sold_while_the_storage_is_away(given: Given, tmp_path: Path):
    root, elsewhere = tmp_path / "files", tmp_path / "elsewhere"
    kept = given.storage
    given.storage = open_storage(f"file://{root}", endpoint="", region="", access_key="", secret_key="")  # ty: ignore[invalid-assignment]
    async with open_shop(given) as shop:
        begun = (await _opened(shop)).json()["session_id"]
        root.rename(elsewhere)
        root.write_text("a file where the folder was: the disk is gone")
        assert (await shop.operator.get("/health")).json()["services"]["image_storage"] == "unavailable"
        await _until(lambda: _outages(shop), ["sales"])
        refused = await _opened(shop)
        assert (refused.status_code, refused.json()["error_code"]) == (503, "STORAGE_AWAY")
        assert refused.headers["retry-after"] == "10"
        # Who has begun goes on.
        assert (await shop.operator.get(f"/api/vending/session/{begun}/status")).status_code == 200
        assert await _neighbours(shop) == {"storage": "away"}
        root.unlink()
        elsewhere.rename(root)
        await _until(lambda: _outages(shop), [])
        assert (await _opened(shop)).status_code == 200
        assert await _neighbours(shop) == {"storage": "there"}
    given.storage = kept


async def test_styles_are_not_offered_while_nobody_can_make_them(given: Given):
    async with running() as simulated, open_shop(given) as shop:
        stylist = GeminiStylist(KEY, models=["gemini-3-pro-image"], base_url=simulated.url, seconds=5.0)
        alone = Stylists("simulated", given.stylists, stylist, None, (stylist.close,))
        maker = replace(shop.house, stylists=alone)

        async def offered() -> tuple[bool, bool]:
            web = (await shop.stranger.get("/v1/shop/styles")).json()["items"]
            kiosk = (await shop.stranger.get("/v1/styles")).json()["styles"]
            return bool(web), bool(kiosk)

        # The worker's process: the shop's own has heard nothing.
        async with watching(maker):
            assert await offered() == (True, True)
            simulated.gemini.switches = replace(simulated.gemini.switches, plan=("gone",) * 100)
            for _ in range(2):
                with pytest.raises(StylistAway):
                    await maker.stylists.first.restyle(_ORDER)
            await _until(offered, (False, False))
            assert await _outages(shop) == ["styles"]
            with pytest.raises(StylesAway):
                await shop.house.database.read(must_offer_styles)
            simulated.gemini.switches = replace(simulated.gemini.switches, plan=())
            await _until(offered, (True, True))
        await alone.close()


async def test_who_wants_to_pay_on_the_web_hears_at_once_that_it_cannot_be(given: Given):
    async with open_stripe() as line:
        given.gateway = line.gateway  # ty: ignore[invalid-assignment]
        async with open_shop(given) as shop:
            assert await _outages(shop) == []
            await line.control(away=True)
            with pytest.raises(GatewayAway):
                await shop.house.gateway.read("cs_test_nobody")
            await _until(lambda: _outages(shop), ["payments"])
            assert await _neighbours(shop) == {"payments": "away"}
            await line.control(away=False)
            await _until(lambda: _outages(shop), [])
