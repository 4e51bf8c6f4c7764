"""Styled pictures of designs on the web: asked by their owner, counted by his secret or account, taken into the design."""

import asyncio
from typing import Any

import httpx2

from tests.asking import MODEL
from tests.cases.designs.test_drafts import KNOWN, begun, holder
from tests.given import Given
from tests.members import somebody
from tests.web import open_shop

WISH = {"template": "retro-remix", "style": "vhs-nostalgia"}


async def asks(client: httpx2.AsyncClient, told: dict[str, Any], **changes: Any) -> httpx2.Response:
    body = {**WISH, "image": told["pictures"][0]["image"], **changes}
    return await client.post(f"/v1/designs/{told['design_id']}/styles", json=body)


async def test_a_guest_s_picture_is_restyled_and_taken_into_his_design(given: Given) -> None:
    async with open_shop(given, **KNOWN) as shop:
        told, _ = await begun(shop.stranger)
        guest, at = holder(shop, told), f"/v1/designs/{told['design_id']}"
        first = await asks(guest, told)
        assert first.status_code == 200, first.text
        assert (first.json()["state"], first.json()["image"]) == ("queued", told["pictures"][0]["image"])
        assert (await asks(guest, told)).json()["id"] == first.json()["id"]
        await given.promises_kept()
        done = (await guest.get(f"{at}/styles/{first.json()['id']}")).json()
        assert (done["over"], done["progress"]) == (True, 100)
        async with guest.stream("GET", f"{at}/styles/{done['id']}/events") as news:
            assert "event: styled" in "".join([piece async for piece in news.aiter_text()])
        taken = {"model": MODEL, "template": "retro-remix", "pictures": [{"image": done["url"]}]}
        saved = await guest.put(at, json=taken, headers={"If-Match": '"1"'})
        assert saved.status_code == 200, saved.text
        assert saved.json()["pictures"][0]["image"].startswith("styled")
        listed = (await guest.get(f"{at}/styles")).json()
        assert ([one["id"] for one in listed["styled"]], listed["left"]) == ([done["id"]], 5)
        # Nobody else's: not to be asked for, looked at or heard.
        other = shop.phone("F" * 32)
        assert (await asks(other, told)).status_code == 404
        for path in ("", f"/{done['id']}", f"/{done['id']}/events"):
            assert (await other.get(f"{at}/styles{path}")).status_code == 404
        mine, _ = await begun(shop.stranger, text="another guest's")
        theirs = holder(shop, mine)
        assert (await theirs.get(f"/v1/designs/{mine['design_id']}/styles/{done['id']}")).status_code == 404
        assert (await asks(guest, told, image="picture-nobodys.png")).status_code == 422


async def test_a_quota_is_one_for_all_designs_of_an_owner_and_fills_up_again(given: Given) -> None:
    changes: dict[str, Any] = {"styles_per_guest": 2, "styles_per_account": 3, "limit_guest_styles": 8}
    async with open_shop(given, **KNOWN, **changes) as shop:
        told, _ = await begun(shop.stranger)
        guest = holder(shop, told)
        second, _ = await begun(guest, text="the other one")
        # Two designs at once: the last picture is given once.
        assert (await asks(guest, told)).status_code == 200
        answers = await asyncio.gather(
            *(asks(guest, one, variant=2 + at) for at, one in enumerate((told, second)))
        )
        assert sorted(answer.status_code for answer in answers) == [200, 429]
        assert [a.json()["error_code"] for a in answers if a.status_code == 429] == ["STYLE_QUOTA_SPENT"]
        member = await somebody(shop, "ada")
        his, _ = await begun(member)
        for variant in (1, 2, 3):
            assert (await asks(member, his, variant=variant)).status_code == 200
        assert (await asks(member, his, variant=4)).status_code == 429
        given.clock.tick(days=31)
        # A secret that is thrown away does not help: the place is counted, too.
        statuses = [(await asks(guest, told, variant=variant)).status_code for variant in range(1, 8)]
        assert statuses.count(200) >= 2
        assert statuses[-1] == 429
