"""Documents hang on CAD files of their owner, and stay when the file goes."""

from base64 import b64encode
from typing import Any

import httpx2

from makeline.commerce.accounts.states import Role
from tests.engines import on_sqlite
from tests.given import Given
from tests.members import somebody
from tests.parts.geometry.arrivals import STL, arrival_of, upload_of
from tests.web import open_shop

PDF = b"%PDF-1.7 a drawing"


def paper(**more: Any) -> dict[str, Any]:
    return {"file_name": "drawing.pdf", "file_data": b64encode(PDF).decode(), **more}


async def document_of(caller: httpx2.AsyncClient, **more: Any) -> int:
    answer = await caller.post("/documents", json=paper(**more))
    assert answer.status_code == 200, answer.text
    return answer.json()["id"]


async def file_of(caller: httpx2.AsyncClient) -> int:
    return (await caller.post("/files", json=upload_of())).json()["id"]


async def holder_of(caller: httpx2.AsyncClient, document_id: int) -> int | None:
    return (await caller.get(f"/documents/{document_id}")).json()["file_id"]


async def hanging_on(caller: httpx2.AsyncClient, file_id: int) -> list[int]:
    return [entry["id"] for entry in (await caller.get(f"/v1/files/{file_id}/documents")).json()]


async def test_a_document_comes_with_its_file_and_is_listed_there(given: Given):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        file, other = await file_of(anna), await file_of(anna)
        first, second = await document_of(anna, file_id=file), await document_of(anna, file_id=file)
        loose = await document_of(anna)
        form = {"files": {"file": ("a.pdf", PDF)}, "data": {"file_id": str(other)}}
        third = (await anna.post("/documents", **form)).json()
        assert third["file_id"] == other
        assert await hanging_on(anna, file) == [second, first]
        page = await anna.get(f"/v1/files/{file}/documents?limit=1")
        assert page.headers["x-total-count"] == "2"
        following = page.headers["link"].split(">")[0].lstrip("<")
        assert [entry["id"] for entry in (await anna.get(following)).json()] == [first]
        every = (await anna.get("/documents")).json()
        assert [(entry["id"], entry["file_id"]) for entry in every] == [
            (third["id"], other), (loose, None), (second, file), (first, file),
        ]  # fmt: skip
        staff = await somebody(shop, "staff", Role.STAFF)
        assert await hanging_on(staff, file) == [second, first]
        filed = (await staff.get("/admin/documents")).json()
        assert [entry["file_id"] for entry in filed] == [other, None, file, file]


async def test_a_document_moves_between_files_and_off_them(given: Given):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        one, two = await file_of(anna), await file_of(anna)
        document = await document_of(anna)
        where = f"/v1/documents/{document}"
        for body, expected in (
            ({"file_id": one}, one), ({"file_id": one}, one), ({}, one), ({"file_id": two}, two),
            ({"file_id": None}, None), ({"file_id": None}, None),
        ):  # fmt: skip
            answer = await anna.patch(where, json=body)
            assert (answer.status_code, answer.json()["file_id"]) == (200, expected)
            assert await holder_of(anna, document) == expected
            assert [await hanging_on(anna, file) for file in (one, two)] == [
                [document] if file == expected else [] for file in (one, two)
            ]


async def test_nobody_hangs_a_document_on_what_is_not_its_owners(given: Given):
    async with open_shop(given) as shop:
        anna, boris = await somebody(shop, "anna"), await somebody(shop, "boris")
        staff = await somebody(shop, "staff", Role.STAFF)
        foreign, own = await file_of(boris), await file_of(anna)
        demo = await given.intake.take_in(arrival_of(STL, owner_id=None), STL, actor="seed")
        document = await document_of(anna)
        kept = len(given.storage.kept)
        for file_id in (foreign, demo.id, 2**53 - 1):
            sent = await anna.post("/documents", json=paper(file_id=file_id))
            moved = await anna.patch(f"/v1/documents/{document}", json={"file_id": file_id})
            # Staff sees both and still mixes nobody's papers with another one's parts.
            by_staff = await staff.patch(f"/v1/documents/{document}", json={"file_id": file_id})
            for answer in (sent, moved, by_staff):
                assert (answer.status_code, answer.json()["error"]) == (404, "NOT_FOUND"), answer.text
                assert list(answer.json()["details"]) == ["file_id"]
        assert (await anna.get("/documents")).headers["x-total-count"] == "1"
        assert len(given.storage.kept) == kept
        assert (await boris.patch(f"/v1/documents/{document}", json={"file_id": foreign})).status_code == 404
        assert (await boris.get(f"/v1/files/{own}/documents")).status_code == 404
        helped = await staff.patch(f"/v1/documents/{document}", json={"file_id": own})
        assert helped.json()["file_id"] == own
        assert await hanging_on(anna, demo.id) == []


@on_sqlite
async def test_what_is_no_id_is_refused_by_its_name(given: Given):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        document = await document_of(anna)
        for file_id in (0, -1, 2**53, 10**30, "seven", 1.5, [1], {"id": 1}):
            for answer in (
                await anna.post("/documents", json=paper(file_id=file_id)),
                await anna.patch(f"/v1/documents/{document}", json={"file_id": file_id}),
            ):
                assert (answer.status_code, list(answer.json()["details"])) == (422, ["file_id"]), answer.text


async def test_documents_stay_when_their_file_goes_and_files_when_their_documents_go(given: Given):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        file, other = await file_of(anna), await file_of(anna)
        stays = await document_of(anna, file_id=file)
        goes = await document_of(anna, file_id=other)
        await anna.delete(f"/files/{file}")
        await anna.delete(f"/documents/{goes}")
        assert await holder_of(anna, stays) is None
        assert (await anna.get(f"/documents/{stays}/download")).content == PDF
        assert await hanging_on(anna, other) == []
        assert (await anna.get(f"/v1/files/{other}/documents")).headers["x-total-count"] == "0"
        assert (await anna.patch(f"/v1/documents/{stays}", json={"file_id": file})).status_code == 404
        assert (await anna.patch(f"/v1/documents/{stays}", json={"file_id": other})).status_code == 200
        assert await hanging_on(anna, other) == [stays]
