"""What is announced holds a place, and what nobody confirms is forgotten with its bytes."""

from makeline.parts.geometry.arrive import Quota
from makeline.parts.geometry.sweep import sweep_uploads
from tests.given import Given
from tests.members import signed_in, somebody
from tests.parts.geometry.arrivals import STL, upload_of
from tests.parts.geometry.sending import announce, announced, confirm, sent
from tests.web import open_shop


async def test_what_is_announced_takes_its_place_in_the_quota_until_it_is_swept(given: Given):
    given.quota = Quota(files=2, size_bytes=3 * len(STL))
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        first = await sent(shop, anna)
        await announce(anna)
        for attempt in (anna.post("/v1/uploads", json=announced()), anna.post("/files", json=upload_of())):
            answer = await attempt
            assert (answer.status_code, answer.json()["code"]) == (413, "QUOTA_FULL")
        # Its own place is its own.
        assert (await confirm(anna, first)).status_code == 200
        given.clock.tick(minutes=119)
        assert await sweep_uploads(given.database.begin, given.storage) == 0
        given.clock.tick(minutes=2)
        assert await sweep_uploads(given.database.begin, given.storage) == 1


async def test_what_nobody_confirms_is_swept_with_its_bytes_and_a_confirmed_one_is_remembered_a_day(
    given: Given,
):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        lost, kept = await sent(shop, anna), await sent(shop, anna, b"solid kept")
        file = (await confirm(anna, kept)).json()
        given.clock.tick(hours=2, seconds=1)
        assert await sweep_uploads(given.database.begin, given.storage) == 1
        assert {name.partition("-")[0] for name in given.storage.kept} == {"part", "view"}
        anna = await signed_in(shop, "anna")
        assert (await confirm(anna, lost)).status_code == 404
        assert (await confirm(anna, kept)).json()["id"] == file["id"]
        given.clock.tick(hours=24)
        assert await sweep_uploads(given.database.begin, given.storage) == 1
        anna = await signed_in(shop, "anna")
        assert (await confirm(anna, kept)).status_code == 404
        assert (await anna.get(f"/files/{file['id']}")).status_code == 200
