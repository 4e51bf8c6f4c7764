"""Holes of uploaded files, tried as somebody outside would."""

import asyncio
import base64
import json
import tracemalloc
import zipfile
from io import BytesIO

import httpx2
import pytest
from starlette.requests import Request

from makeline.adapters.cad.meshes.package import Package
from makeline.adapters.cad.meshes.three_mf import read_3mf
from makeline.foundation.spool import Spool
from makeline.foundation.web.received_file import receive_file
from makeline.parts.geometry.facts import Fault, UnusableFile
from tests.adapters.cad.hostile import good_files
from tests.engines import on_sqlite
from tests.given import Given
from tests.members import somebody
from tests.parts.geometry.arrivals import upload_of
from tests.web import open_shop

MISSING = 9_000_000
PAGE = b"<!doctype html><script>alert(document.domain)</script>"


async def _things(anna: httpx2.AsyncClient) -> dict[str, int]:
    file = (await anna.post("/files", json=upload_of())).json()
    body = {"file_name": "a.txt", "file_data": base64.b64encode(b"hers").decode()}
    return {"files": file["id"], "documents": (await anna.post("/documents", json=body)).json()["id"]}


@on_sqlite
async def test_what_belongs_to_somebody_else_answers_like_what_is_not_there(given: Given):
    async with open_shop(given) as shop:
        anna, boris = await somebody(shop, "anna"), await somebody(shop, "boris")
        for noun, there in (await _things(anna)).items():
            ways = [("GET", ""), ("GET", "/download"), ("DELETE", "")]
            if noun == "files":
                ways += [("GET", "/preview")]
                for number in (there, MISSING):
                    patched = await boris.patch(f"/v1/files/{number}", json={"unit": "in"})
                    assert patched.status_code == 404
            for method, rest in ways:
                hers, nobodys = [
                    await boris.request(method, f"/{noun}/{number}{rest}") for number in (there, MISSING)
                ]
                assert (hers.status_code, hers.content) == (nobodys.status_code, nobodys.content)
                assert hers.status_code == 404
            assert (await anna.get(f"/{noun}/{there}/download")).status_code == 200
            assert (await boris.get(f"/{noun}")).json() == []


@on_sqlite
async def test_nobody_prices_the_file_of_another(given: Given):
    async with open_shop(given) as shop:
        anna, boris = await somebody(shop, "anna"), await somebody(shop, "boris")
        file_id = (await _things(anna))["files"]
        answers = {}
        for who, caller in (("anna", anna), ("boris", boris), ("guest", shop.stranger)):
            for number in (file_id, MISSING):
                answer = await caller.post("/calculate-price", json={"file_id": number, "quantity": 1})
                answers[who, number] = answer
        assert answers["anna", file_id].status_code != 404
        for who in ("boris", "guest"):
            hers, nobodys = answers[who, file_id], answers[who, MISSING]
            assert hers.status_code == nobodys.status_code == 404
            assert hers.content == nobodys.content


@on_sqlite
async def test_a_page_that_calls_itself_a_paper_is_saved_and_never_shown(given: Given):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        for name in ("page.html", "page.svg", "page.xml"):
            body = {"file_name": name, "file_data": base64.b64encode(_as(name)).decode()}
            document = (await anna.post("/documents", json=body)).json()
            answer = await anna.get(f"/documents/{document['id']}/download")
            assert answer.headers["content-type"] == "application/octet-stream"
            assert answer.headers["content-disposition"].startswith("attachment;")
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert "sandbox" in answer.headers["content-security-policy"]


def _as(name: str) -> bytes:
    return {"page.svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'}.get(
        name, PAGE if name.endswith("html") else b'<?xml version="1.0"?><a/>'
    )


async def test_a_large_upload_takes_little_memory_however_large_it_is():
    size = 12 * 1024 * 1024
    body = json.dumps({"file_name": "a.stl", "file_data": base64.b64encode(bytes(size)).decode()}).encode()
    pieces = [body[at : at + 65_536] for at in range(0, len(body), 65_536)]
    scope = {"type": "http", "method": "POST", "headers": [(b"content-length", b"%d" % len(body))]}

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}

    tracemalloc.start()
    received = await receive_file(Request(scope, receive), field="file_data", largest=size, spool=Spool())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(received.content) == size
    assert peak < size / 4


@on_sqlite
async def test_others_are_served_while_a_large_file_comes_in(given: Given):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        sent = asyncio.Event()

        async def slowly():
            yield b'{"file_name": "a.stl", "file_data": "'
            for _ in range(40):
                yield b"AAAA" * 16_384
                sent.set()
                await asyncio.sleep(0.005)
            yield b'"}'

        upload = asyncio.create_task(
            anna.post("/files", content=slowly(), headers={"content-type": "application/json"})
        )
        await sent.wait()
        answered = 0
        while not upload.done():
            assert (await shop.stranger.get("/services")).status_code == 200
            answered += 1
        assert answered > 5
        assert (await upload).status_code in {200, 422}


def _archive(members: int, *, model: bytes | None = None, encrypted: bool = False) -> bytes:
    with zipfile.ZipFile(BytesIO(good_files()["e.3mf"])) as sound:
        text = model or sound.read("3D/3dmodel.model")
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("3D/3dmodel.model", text)
        for number in range(members - 1):
            archive.writestr(f"Metadata/{number}.txt", "")
    data = bytearray(buffer.getvalue())
    if encrypted:
        at = data.find(b"PK\x01\x02")
        data[at + 8] |= 1
    return bytes(data)


def _fault(data: bytes) -> Fault | None:
    try:
        read_3mf(data, most=1000)
    except UnusableFile as unusable:
        return unusable.fault
    return None


@pytest.mark.parametrize(("members", "fault"), [(999, None), (1000, None), (1001, Fault.TOO_LARGE)])
def test_an_archive_is_taken_up_to_its_limits_and_no_further(members: int, fault: Fault | None):
    assert _fault(_archive(members)) is fault


def test_a_member_may_unpack_to_a_hundred_times_its_size_and_no_more():
    for times, taken in ((99, True), (101, False)):
        data = _packed(times)
        if taken:
            assert len(Package(data).read("a")) == 1024 * times
        else:
            with pytest.raises(UnusableFile) as refused:
                Package(data).read("a")
            assert refused.value.fault is Fault.TOO_LARGE


def _packed(times: int) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        # Below a kilobyte the packed size counts as one.
        archive.writestr("a", bytes(1024 * times))
    return buffer.getvalue()


def test_a_locked_archive_and_a_list_that_leads_outside_are_not_followed():
    assert _fault(_archive(1, encrypted=True)) is Fault.BROKEN
    buffer = BytesIO()
    kind = "http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel"
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(
            "_rels/.rels",
            f'<Relationships><Relationship Type="{kind}" Target="http://elsewhere.test/x" TargetMode="External"/></Relationships>',
        )
    assert _fault(buffer.getvalue()) is Fault.BROKEN
