"""The documented calls about CAD files, as clients make them."""

import base64
import hashlib
import json
from typing import Any

import httpx2
import pytest

from makeline.commerce.accounts.states import Role
from makeline.parts.geometry.arrive import Quota
from tests.given import Given
from tests.members import somebody
from tests.parts.geometry.arrivals import STL, arrival_of, upload_of
from tests.web import OpenShop, open_shop

DOCUMENTED = {
    "id",
    "filename",
    "original_filename",
    "file_size",
    "file_type",
    "uploaded_at",
    "preview_generated",
    "preview_url",
}


async def uploaded(caller: httpx2.AsyncClient, **fields: Any) -> dict[str, Any]:
    answer = await caller.post("/files", json=upload_of(**fields))
    assert answer.status_code == 200, answer.text
    return answer.json()


async def demo_of(shop: OpenShop) -> int:
    arrival = arrival_of(STL, owner_id=None, original_name="demo_model.stl")
    return (await shop.given.intake.take_in(arrival, STL, actor="seed")).id


async def test_an_upload_answers_the_documented_fields_and_what_was_measured(given: Given):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        file = await uploaded(anna, description="left")
    assert set(file) >= DOCUMENTED
    assert (file["original_filename"], file["file_type"], file["file_size"]) == ("bracket.stl", "stl", 10)
    assert (file["preview_generated"], file["state"], file["description"]) == (True, "ready", "left")
    assert file["filename"].endswith(".stl")
    assert file["filename"] != "bracket.stl"
    assert file["geometry"]["volume_mm3"] == 1000
    assert file["geometry"]["oriented_box_mm"] == [10, 10, 10]
    assert file["geometry"]["unit"] == "mm"
    assert file["sha256"] == hashlib.sha256(STL).hexdigest()


async def test_a_form_is_as_good_as_base64(given: Given):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        answer = await anna.post("/files", files={"file": ("bracket.stl", STL)}, data={"description": "left"})
    assert (answer.status_code, answer.json()["original_filename"]) == (200, "bracket.stl")


async def test_nobody_uploads_without_an_account(given: Given):
    async with open_shop(given) as shop:
        answer = await shop.stranger.post("/files", json=upload_of())
    assert (answer.status_code, answer.json()["error"]) == (401, "UNAUTHORIZED")
    assert given.storage.kept == {}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"file_data": base64.b64encode(STL).decode()}, "file_name"),
        ({"file_name": "a.stl"}, "file_data"),
        (upload_of(name="a.exe"), "file_name"),
        (upload_of(b"ISO-10303-21;", name="a.stl"), "file_name"),
        (upload_of(b"broken"), "file_data"),
        (upload_of(name=7), "file_name"),  # type: ignore[arg-type]
        ({"file_name": "a.stl", "file_data": "%%%"}, "file_data"),
        (upload_of(description="x" * 2001), "description"),
    ],
)
async def test_a_file_that_is_none_is_refused_by_its_field_and_leaves_nothing(
    given: Given, body: dict[str, Any], field: str
):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        answer = await anna.post("/files", json=body)
        assert (await anna.get("/files")).json() == []
    assert answer.status_code == 422
    assert (answer.json()["error"], list(answer.json()["details"])) == ("VALIDATION_ERROR", [field])


async def test_a_name_is_made_fit_to_be_shown(given: Given):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        file = await uploaded(anna, name="../../etc/<b>pass\r\nwd.stl")
        assert file["original_filename"] == "_b_pass_wd.stl"
        told = (await anna.get(f"/files/{file['id']}/download")).headers
    assert told["content-disposition"].startswith('attachment; filename="_b_pass_wd.stl"')
    assert told["x-content-type-options"] == "nosniff"


async def test_files_are_listed_for_their_owner_the_newest_first(given: Given):
    async with open_shop(given) as shop:
        anna, boris = await somebody(shop, "anna"), await somebody(shop, "boris")
        ids = [(await uploaded(anna, data=STL + bytes([n])))["id"] for n in range(3)]
        answer = await anna.get("/files", params={"limit": 2})
        assert [file["id"] for file in answer.json()] == [ids[2], ids[1]]
        assert answer.headers["x-total-count"] == "3"
        following = answer.headers["link"].split(">")[0].lstrip("<")
        assert [file["id"] for file in (await anna.get(following)).json()] == [ids[0]]
        assert (await boris.get("/files")).json() == []


PATHS = ("/files/{}", "/files/{}/download", "/files/{}/preview", "/v1/files/{}/scene")


async def test_a_file_is_seen_by_its_owner_and_staff_and_is_not_there_for_others(given: Given):
    async with open_shop(given) as shop:
        anna, boris = await somebody(shop, "anna"), await somebody(shop, "boris")
        clerk = await somebody(shop, "clerk", Role.STAFF)
        file = await uploaded(anna)
        for path in PATHS:
            at = path.format(file["id"])
            assert (await anna.get(at)).status_code == 200
            assert (await clerk.get(at)).status_code == 200
            assert (await boris.get(at)).status_code == 404
            assert (await shop.stranger.get(at)).status_code == 401
        assert (await boris.delete(f"/files/{file['id']}")).status_code == 404
        assert (await boris.patch(f"/v1/files/{file['id']}", json={"unit": "in"})).status_code == 404
        assert (await shop.stranger.delete(f"/files/{file['id']}")).status_code == 401
        assert (await anna.get(f"/files/{file['id']}")).status_code == 200


async def test_a_demo_file_is_everybodys_to_look_at_and_nobodys_to_change(given: Given):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        demo = await demo_of(shop)
        (listed,) = (await shop.stranger.get("/files/demo")).json()
        assert (listed["id"], listed["is_demo"], listed["original_filename"]) == (
            demo,
            True,
            "demo_model.stl",
        )
        for path in PATHS:
            assert (await shop.stranger.get(path.format(demo))).status_code == 200
        assert (await anna.delete(f"/files/{demo}")).status_code == 403
        assert (await anna.patch(f"/v1/files/{demo}", json={"unit": "in"})).status_code == 404


async def test_what_is_downloaded_are_the_bytes_that_were_sent_also_in_parts(given: Given):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        at = f"/files/{(await uploaded(anna))['id']}/download"
        assert (await anna.get(at)).content == STL
        part = await anna.get(at, headers={"range": "bytes=6-"})
        assert (part.status_code, part.content) == (206, b"cube")
        assert part.headers["content-range"] == "bytes 6-9/10"


async def test_every_view_is_a_picture_and_is_not_sent_twice(given: Given):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        at = f"/files/{(await uploaded(anna))['id']}/preview"
        first = await anna.get(at)
        assert (first.headers["content-type"], first.content) == ("image/png", b"isometric of bracket.stl")
        assert (await anna.get(at, params={"view": "top"})).content == b"top of bracket.stl"
        assert (await anna.get(at, params={"view": "inside"})).status_code == 422
        again = await anna.get(at, headers={"if-none-match": first.headers["etag"]})
        assert again.status_code == 304


async def test_the_owner_says_which_unit_it_was_drawn_in_and_the_figures_follow(given: Given):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        file = await uploaded(anna)
        changed = (await anna.patch(f"/v1/files/{file['id']}", json={"unit": "in"})).json()
        assert changed["geometry"]["box_mm"] == [254, 254, 254]
        assert changed["geometry"]["volume_mm3"] == pytest.approx(254**3)
        assert (await anna.patch(f"/v1/files/{file['id']}", json={"unit": "parsec"})).status_code == 422
        assert (await anna.get(f"/files/{file['id']}")).json()["geometry"]["unit"] == "in"
        guests = (await shop.stranger.post("/v1/guest-files", json=upload_of())).json()
        at, token = f"/v1/files/{guests['id']}", {"file_token": guests["file_token"]}
        assert (await shop.stranger.patch(at, json={"unit": "cm"})).status_code == 401
        assert (
            await shop.stranger.patch(at, json={"unit": "cm"}, params={"file_token": "x"})
        ).status_code == 404
        own = (await shop.stranger.patch(at, json={"unit": "cm"}, params=token)).json()
        assert own["geometry"]["box_mm"] == [100, 100, 100]


async def test_a_deleted_file_is_gone_at_once(given: Given):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        file = await uploaded(anna)
        answer = await anna.delete(f"/files/{file['id']}")
        assert (answer.status_code, answer.json()) == (200, {"message": "File deleted successfully"})
        assert (await anna.get(f"/files/{file['id']}")).status_code == 404
        assert (await anna.get("/files")).json() == []


async def test_a_file_that_takes_long_is_promised_and_its_preview_waits_for_it(given: Given):
    given.reader.gate.clear()
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        shop.house.intake.patience = 0.01
        file = await uploaded(anna)
        assert (file["state"], file["preview_generated"], file["geometry"]) == ("measuring", False, None)
        given.reader.gate.set()
        assert (await anna.get(f"/files/{file['id']}/preview")).status_code == 200
        assert (await anna.get(f"/files/{file['id']}")).json()["state"] == "ready"


async def test_an_account_that_is_full_takes_no_more(given: Given):
    given.quota = Quota(files=1, size_bytes=1000)
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        await uploaded(anna)
        answer = await anna.post("/files", json=upload_of())
    assert (answer.status_code, answer.json()["code"]) == (413, "QUOTA_FULL")


async def test_what_an_account_has_no_room_for_is_refused_before_it_is_whole(given: Given):
    given.quota = Quota(files=9, size_bytes=100_000)
    # Whoever reads to its end finds that it has none.
    body = b'{"file_name": "a.stl", "file_data": "' + b"QUJD" * 40_000
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        answer = await anna.post("/files", content=body)
        assert (answer.status_code, answer.json()["code"]) == (413, "QUOTA_FULL")
        answer = await anna.post("/files", content=body[:1000])
        assert (answer.status_code, answer.json()["error"]) == (422, "VALIDATION_ERROR")
        assert (await anna.get("/files")).json() == []


async def test_a_body_that_is_too_large_is_refused_before_it_is_read(given: Given):
    async with open_shop(given, largest_upload_megabytes=1) as shop:
        anna = await somebody(shop, "anna")
        answer = await anna.post("/files", content=json.dumps(upload_of(b"x" * 2_000_000)).encode())
    assert (answer.status_code, answer.json()["error"]) == (413, "PAYLOAD_TOO_LARGE")
