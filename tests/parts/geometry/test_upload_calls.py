"""Large files: announced, sent straight to the storage, confirmed; whatever goes wrong in between leaves nothing."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from makeline.adapters.object_store.storage import open_storage
from makeline.parts.geometry.limits import FileLimits
from makeline.parts.geometry.reader import ReaderBusy
from tests.given import Given
from tests.members import somebody
from tests.parts.geometry.arrivals import STL, upload_of
from tests.parts.geometry.sending import announce, announced, confirm, send, sent
from tests.servers.s3 import Bucket
from tests.web import open_shop

STEP = b"ISO-10303-21;" + b" " * 100


async def test_an_announced_file_is_sent_confirmed_and_answered_as_an_upload_is(given: Given):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        upload = await sent(shop, anna, description="left", sha256=hashlib.sha256(STL).hexdigest())
        file = (await confirm(anna, upload)).json()
        other = (await anna.post("/files", json=upload_of(b"solid other"))).json()
        assert set(file) == set(other)
        assert (file["state"], file["preview_generated"], file["description"]) == ("ready", True, "left")
        assert file["geometry"] == other["geometry"]
        assert file["sha256"] == hashlib.sha256(STL).hexdigest()
        assert (await anna.get(f"/files/{file['id']}/download")).content == STL
        assert (await confirm(anna, upload)).json() == file
        assert len((await anna.get("/files")).json()) == 2
    # Nothing is left where its sender could write.
    assert not [name for name in given.storage.kept if name.startswith("incoming-")]


@pytest.fixture(params=["disk", "s3"])
async def elsewhere(request: pytest.FixtureRequest, given: Given, tmp_path: Path) -> Given:
    """A shop on a storage that is real."""
    if request.param == "disk":
        storage = open_storage(
            f"file://{tmp_path}/files", endpoint="", region="", access_key="", secret_key=""
        )
    else:
        bucket: Bucket = request.getfixturevalue("s3_bucket")
        storage = open_storage(
            f"s3://{bucket.bucket}/parts",
            endpoint=bucket.endpoint,
            region=bucket.region,
            access_key=bucket.access_key,
            secret_key=bucket.secret_key,
        )
    return replace(given, storage=storage)  # type: ignore[arg-type]


async def test_the_bytes_go_to_a_disk_through_us_and_to_a_bucket_past_us(elsewhere: Given):
    data = STL + bytes(3_000_000)
    async with open_shop(elsewhere) as shop:
        anna = await somebody(shop, "anna")
        upload = await sent(shop, anna, data)
        assert upload["url"].startswith(shop.url) == ("X-Amz-Signature" not in upload["url"])
        # Sent again before it is confirmed: the answer to the first time was lost.
        assert (await send(shop, upload, data)).status_code == 200
        file = (await confirm(anna, upload)).json()
        assert (file["state"], file["file_size"]) == ("ready", len(data))
        assert (await anna.get(f"/files/{file['id']}/download")).content == data
        storage = shop.house.storage
        assert await storage.get_part(file["filename"], 0, len(STL)) == STL


async def test_other_bytes_than_were_announced_are_refused_by_their_field(given: Given):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        upload = await announce(anna, sha256="0" * 64)
        for data, field in ((STL + b"!", "file_size"), (STL[:-1], "file_size"), (STL, "sha256")):
            answer = await shop.caller().put(upload["url"], content=data)
            assert (answer.status_code, list(answer.json()["details"])) == (422, [field])
            assert given.storage.kept == {}
            answer = await confirm(anna, upload)
            assert (answer.status_code, answer.json()["code"]) == (409, "NOT_UPLOADED")


@pytest.mark.parametrize(
    ("data", "field"), [(STL + b"!", "file_size"), (STL[:-1], "file_size"), (b"solid ebuc", "sha256")]
)
async def test_what_came_past_us_is_held_against_what_was_announced(given: Given, data: bytes, field: str):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        upload = await sent(shop, anna, sha256=hashlib.sha256(STL).hexdigest())
        (name,) = given.storage.kept
        given.storage.kept[name] = data
        answer = await confirm(anna, upload)
        assert (answer.status_code, list(answer.json()["details"])) == (422, [field])
        assert (await anna.get("/files")).json() == []
        # It may be sent again, and then it is taken in.
        assert (await send(shop, upload)).status_code == 200
        assert (await confirm(anna, upload)).status_code == 200


async def test_bytes_that_change_while_they_are_confirmed_are_never_a_file(given: Given):
    given.reader.gate.clear()
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        upload = await sent(shop, anna)
        confirming = asyncio.create_task(confirm(anna, upload))
        while not given.reader.read:
            await asyncio.sleep(0.001)
        # What its sender writes now changes nothing any more; what lies under the file's own name is held to its hash.
        (name,) = (name for name in given.storage.kept if name.startswith("part-"))
        given.storage.kept[name] = STL[::-1]
        given.reader.gate.set()
        assert (await confirming).status_code == 503
        assert (await anna.get("/files")).json() == []
        assert (await confirm(anna, upload)).status_code == 200


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        (announced(name="bracket.exe"), 422, "file_name"),
        (announced(name=""), 422, "file_name"),
        (announced(file_size=0), 422, "file_size"),
        (announced(file_size=2**63), 422, "file_size"),
        (announced(sha256="none"), 422, "sha256"),
        (announced(description="x" * 2001), 422, "description"),
    ],
)
async def test_a_file_that_cannot_come_is_refused_before_it_is_sent(given: Given, body, status, field):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        answer = await anna.post("/v1/uploads", json=body)
        assert (answer.status_code, list(answer.json()["details"])) == (status, [field])


async def test_a_file_is_taken_up_to_the_last_byte_of_the_limit(given: Given):
    given.limits = FileLimits(direct_bytes=2000, step_bytes=1000)
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        for name, limit in (("a.stl", 2000), ("a.step", 1000), ("a.stp", 1000)):
            for size, status in ((limit - 1, 200), (limit, 200), (limit + 1, 422)):
                answer = await anna.post("/v1/uploads", json=announced(name=name) | {"file_size": size})
                assert answer.status_code == status, (name, size)
        whole = STL.ljust(2000)
        assert (await confirm(anna, await sent(shop, anna, whole))).json()["file_size"] == 2000


async def test_a_file_that_was_sent_past_us_may_have_more_triangles(given: Given):
    given.limits = FileLimits(triangles=7, triangles_direct=70)
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        await anna.post("/files", json=upload_of())
        assert given.reader.most_triangles == 7
        await confirm(anna, await sent(shop, anna, b"solid large"))
        assert given.reader.most_triangles == 70


async def test_the_type_is_told_by_the_bytes_here_too(given: Given):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        answer = await confirm(anna, await sent(shop, anna, STEP))
        assert (answer.status_code, list(answer.json()["details"])) == (422, ["file_name"])


async def test_only_its_owner_confirms_and_only_its_address_takes_bytes(given: Given):
    async with open_shop(given) as shop:
        anna, boris = await somebody(shop, "anna"), await somebody(shop, "boris")
        upload, other = await announce(anna), await announce(boris)
        assert (await confirm(boris, upload)).status_code == 404
        assert (await confirm(shop.stranger, upload)).status_code == 401
        token = other["url"].partition("token=")[2]
        for bad in ("", "?token=", f"?token={token}", "?token=1:upload:x"):
            answer = await anna.put(f"/v1/uploads/{upload['id']}/bytes{bad}", content=STL)
            assert (answer.status_code, answer.json()["code"]) == (403, "UPLOAD_LINK_REFUSED")
        given.clock.tick(minutes=61)
        assert (await send(shop, upload)).status_code == 403
        assert given.storage.kept == {}


async def test_whatever_is_away_at_the_confirmation_the_upload_stays_and_is_confirmed_again(given: Given):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        broken, sound = await sent(shop, anna, b"broken"), await sent(shop, anna)
        for _ in range(2):
            answer = await confirm(anna, broken)
            assert (answer.status_code, answer.json()["reason"]) == (422, "broken")
        given.reader.refuses.append(ReaderBusy("later"))
        assert (await confirm(anna, sound)).status_code == 503
        assert (await anna.get("/files")).json() == []
        assert (await confirm(anna, sound)).status_code == 200


async def test_many_confirmations_at_once_make_one_file(given: Given):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        upload = await sent(shop, anna)
        answers = await asyncio.gather(*(confirm(anna, upload) for _ in range(8)))
        assert {answer.status_code for answer in answers} == {200}
        assert len({answer.json()["id"] for answer in answers}) == 1
        assert len((await anna.get("/files")).json()) == 1
        assert given.reader.read == ["bracket.stl"]


async def test_whoever_does_not_want_to_wait_is_told_that_it_is_being_measured(given: Given):
    given.reader.gate.clear()
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        upload = await sent(shop, anna)
        assert (await confirm(anna, upload, wait="21")).status_code == 422
        assert (await confirm(anna, upload, wait="0")).json()["state"] == "measuring"
        assert (await confirm(anna, upload, wait="0")).json()["state"] == "measuring"
        given.reader.gate.set()
        assert (await confirm(anna, upload)).json()["state"] == "ready"


async def test_a_sender_who_goes_away_leaves_nothing(given: Given, tmp_path: Path):
    storage = open_storage(f"file://{tmp_path}/files", endpoint="", region="", access_key="", secret_key="")
    data = STL + bytes(3_000_000)
    async with open_shop(replace(given, storage=storage)) as shop:  # type: ignore[arg-type]
        anna = await somebody(shop, "anna")
        upload = await announce(anna, data)

        async def half() -> AsyncIterator[bytes]:
            yield data[:2_000_000]
            while not list(tmp_path.glob("files/receiving/*")):
                await asyncio.sleep(0.001)
            raise ConnectionError("the line is cut")

        with pytest.raises(Exception, match="cut"):
            await send(shop, upload, half())
        async with asyncio.timeout(5):
            while list(tmp_path.glob("files/receiving/*")):
                await asyncio.sleep(0.01)
        assert not (tmp_path / "files" / "incoming").exists()
        assert (await confirm(anna, upload)).json()["code"] == "NOT_UPLOADED"


async def test_the_same_announcement_again_is_the_same_upload(given: Given):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        again = [
            await anna.post("/v1/uploads", json=announced(), headers={"idempotency-key": "k1"})
            for _ in range(2)
        ]
        assert again[0].json() == again[1].json()
        assert again[1].headers["idempotent-replayed"] == "true"
