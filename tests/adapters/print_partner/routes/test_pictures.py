"""Uploads over the wire: a form or raw bytes, one picture, within its limits."""

import asyncio
import os
from typing import Any

import pytest

from makeline.cases.designs.renderer import LARGEST_PICTURE_BYTES
from tests.adapters.print_partner.routes.bodies import SESSIONS, bad_fields, refused
from tests.engines import on_sqlite
from tests.web import OpenShop

DOG = b"a picture of a dog"

pytestmark = on_sqlite


async def _path(shop: OpenShop) -> str:
    return f"{SESSIONS}/{(await shop.given.session()).key}/images"


async def test_a_form_and_raw_bytes_are_the_same_picture(shop: OpenShop):
    path = await _path(shop)
    raw = await shop.operator.post(path, content=DOG, headers={"content-type": "image/jpeg"})
    form = await shop.operator.post(path, files={"file": ("dog.jpg", DOG, "image/jpeg")})
    assert raw.status_code == form.status_code == 200
    assert raw.json()["image"] == form.json()["image"]


async def test_neither_name_nor_claimed_type_of_an_upload_matters(shop: OpenShop):
    path = await _path(shop)
    answers = [
        await shop.operator.post(path, files={"file": (name, DOG, kind)})
        for name, kind in (("../../x.php", "text/x-php"), ("x", "image/png"), ("a" * 300, "application/json"))
    ]
    assert len({answer.json()["image"] for answer in answers}) == 1
    assert "x.php" not in answers[0].text


async def test_a_form_without_a_picture_is_refused_and_the_field_named(shop: OpenShop):
    path = await _path(shop)
    forms: tuple[dict[str, Any], ...] = (
        {"files": {"picture": ("dog.jpg", DOG, "image/jpeg")}},
        {"files": {"file": ("dog.jpg", b"", "image/jpeg")}},
        {"files": {"other": ("x", b"x")}, "data": {"file": "only text"}},
    )
    for form in forms:
        assert bad_fields(await shop.operator.post(path, **form)) == ["file"]
    two = [("file", ("one.jpg", DOG, "image/jpeg")), ("file", ("two.jpg", DOG, "image/jpeg"))]
    assert bad_fields(await shop.operator.post(path, files=two)) == ["file"]
    empty = await shop.operator.post(path, content=b"", headers={"content-type": "image/png"})
    assert bad_fields(empty) == ["file"]


@pytest.mark.parametrize(
    "kind", ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=x"]
)
async def test_a_form_that_is_none_is_refused(shop: OpenShop, kind):
    response = await shop.operator.post(
        await _path(shop), content=b"--y\r\nnonsense", headers={"content-type": kind}
    )
    assert bad_fields(response) == ["file"]


async def test_what_is_no_picture_is_refused_in_words(shop: OpenShop):
    response = await shop.operator.post(await _path(shop), content=b"not a picture at all")
    refused(response, 422, "PICTURE_UNREADABLE")
    assert shop.given.storage.kept == {}


async def test_a_picture_above_twenty_five_megabytes_is_refused_and_nothing_stored(shop: OpenShop):
    path = await _path(shop)
    large = os.urandom(1024) * (LARGEST_PICTURE_BYTES // 1024) + b"x"
    refused(await shop.operator.post(path, content=large), 413, "PICTURE_TOO_LARGE")
    form = await shop.operator.post(path, files={"file": ("dog.jpg", large, "image/jpeg")})
    refused(form, 413, "PICTURE_TOO_LARGE")
    assert shop.given.storage.kept == {}


async def test_a_picture_of_exactly_twenty_five_megabytes_is_taken(shop: OpenShop):
    exact = bytes(LARGEST_PICTURE_BYTES)
    assert (await shop.operator.post(await _path(shop), content=exact)).status_code == 200


async def test_an_announced_giant_is_refused_before_it_is_sent(shop: OpenShop):
    path = await _path(shop)
    host, port = shop.url.removeprefix("http://").split(":")
    for kind in ("image/jpeg", "multipart/form-data; boundary=x"):
        reader, writer = await asyncio.open_connection(host, int(port))
        head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\nContent-Length: 99999999\r\n\r\n"
        writer.write(head.encode())
        async with asyncio.timeout(5):
            assert (await reader.readline()).split()[1] == b"413"
        writer.close()
        await writer.wait_closed()


async def test_an_endless_stream_is_cut_off_at_the_limit(shop: OpenShop):
    sent = 0

    async def endless():
        nonlocal sent
        while sent < 4 * LARGEST_PICTURE_BYTES:
            sent += 1024 * 1024
            yield bytes(1024 * 1024)

    response = await shop.operator.post(await _path(shop), content=endless())
    refused(response, 413, "PICTURE_TOO_LARGE")


async def test_a_form_of_unknown_length_is_refused(shop: OpenShop):
    async def pieces():
        yield (
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
            + DOG
            + b"\r\n--x--\r\n"
        )

    response = await shop.operator.post(
        await _path(shop), content=pieces(), headers={"content-type": "multipart/form-data; boundary=x"}
    )
    assert response.status_code in (200, 413)


async def test_the_ninth_picture_is_refused(shop: OpenShop):
    path = await _path(shop)
    for number in range(8):
        assert (await shop.operator.post(path, content=f"dog {number}".encode())).status_code == 200
    assert bad_fields(await shop.operator.post(path, content=b"dog 9")) == ["file"]


async def test_a_browser_page_of_ours_may_upload_with_the_phones_secret(shop: OpenShop):
    session = await shop.given.session()
    token = await shop.given.secret(session.key)
    page = shop.caller(
        {"authorization": f"Bearer {token}", "origin": shop.url, "sec-fetch-site": "same-origin"}
    )
    assert (await page.post(f"{SESSIONS}/{session.key}/images", content=DOG)).status_code == 200
