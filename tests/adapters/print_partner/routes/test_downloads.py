"""Pictures of orders: fresh links in either form, archives that hold every picture, and none of others' orders."""

import io
import tarfile
import zipfile
from typing import Any

import pytest

from tests.engines import on_sqlite
from tests.given import Given
from tests.web import OpenShop, open_shop

BATCH = "/api/chinese/images/batch-download"


def _links(number: str) -> str:
    return f"/api/chinese/order/{number}/download-links"


async def _numbers(given: Given, count: int = 2) -> list[str]:
    return [(await given.paid_sale()).outcome.order_number for _ in range(count)]


async def test_links_are_an_object_or_a_list_and_open_the_pictures(shop: OpenShop, given: Given):
    (number,) = await _numbers(given, 1)
    newer = (await shop.operator.get(_links(number))).json()
    older = (await shop.operator.get(f"/v2.1{_links(number)}")).json()
    assert newer["download_links"].keys() == {"design_file", "print_file", "preview"}
    assert older["download_links"] == older["images"] == newer["images"]
    assert [image["image_type"] for image in newer["images"]] == ["generated", "preview"]
    assert newer["images"][0].keys() == {"image_id", "download_url", "expires_at", "image_type"}
    assert newer["expiry"].endswith("Z")
    for address in newer["download_links"].values():
        assert (await shop.stranger.get(address)).status_code == 200


@on_sqlite
async def test_asking_again_renews_the_links(shop: OpenShop, given: Given):
    (number,) = await _numbers(given, 1)
    old = (await shop.operator.get(_links(number))).json()["download_links"]["print_file"]
    given.clock.tick(hours=49)
    assert (await shop.stranger.get(old)).status_code == 422
    new = (await shop.operator.get(_links(number))).json()["download_links"]["print_file"]
    assert (await shop.stranger.get(new)).status_code == 200


@on_sqlite
@pytest.mark.parametrize("form", ["zip", "tar"])
async def test_an_archive_holds_every_picture_of_every_order(shop: OpenShop, given: Given, form: str):
    numbers = await _numbers(given)
    query = [("order_ids", number) for number in numbers] + [("format", form)]
    response = await shop.operator.get(BATCH, params=query)
    assert response.status_code == 200
    assert response.headers["content-type"] == {"zip": "application/zip", "tar": "application/x-tar"}[form]
    files = _unpacked(response.content, form)
    assert sorted(files) == sorted(
        f"{number}/{use}.png" for number in numbers for use in ("print", "preview")
    )
    links = (await shop.operator.get(_links(numbers[0]))).json()["download_links"]
    assert files[f"{numbers[0]}/print.png"] == (await shop.stranger.get(links["print_file"])).content


@on_sqlite
async def test_the_form_of_a_batch_follows_what_is_asked(shop: OpenShop, given: Given):
    numbers = await _numbers(given)
    joined = ",".join(numbers)
    forms = [
        (BATCH, {"order_ids": joined}, "application/json"),
        (BATCH, {"order_ids": joined, "format": "zip"}, "application/zip"),
        (BATCH, {"order_ids": numbers[0]}, "application/zip"),
        (f"/v2.1{BATCH}", {"order_ids": numbers[0]}, "application/json"),
    ]
    for path, query, expected in forms:
        response = await shop.operator.get(path, params=query)
        assert (response.status_code, response.headers["content-type"]) == (200, expected)


@on_sqlite
async def test_an_archive_refuses_unknown_ids_before_it_begins_and_a_list_counts_them(
    shop: OpenShop, given: Given
):
    (number,) = await _numbers(given, 1)
    refused = await shop.operator.get(BATCH, params=[("order_ids", number), ("order_ids", "ORDER_456")])
    assert (refused.status_code, refused.json()["unknown_orders"]) == (404, ["ORDER_456"])
    listed = (await shop.operator.get(BATCH, params={"order_ids": f"{number},ORDER_456"})).json()
    assert (listed["successful_orders"], listed["failed_orders"]) == (1, 1)
    good, bad = listed["batch_downloads"]
    assert (good["success"], good["image_count"], len(good["download_links"])) == (True, 2, 2)
    assert (bad["order_id"], bad["success"], bad["download_links"]) == ("ORDER_456", False, [])


@on_sqlite
@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({}, "order_ids"),
        ({"order_ids": " , "}, "order_ids"),
        ({"order_ids": ",".join(f"ORDER_{number}" for number in range(101))}, "order_ids"),
        ({"order_ids": "x" * 201}, "order_ids"),
        ({"order_ids": "ORDER_1", "format": "rar"}, "format"),
    ],
)
async def test_a_batch_names_what_is_wrong(shop: OpenShop, query: dict[str, Any], field: str):
    refused = await shop.operator.get(BATCH, params=query)
    assert refused.status_code == 422
    assert [problem["field"] for problem in refused.json()["validation_errors"]] == [field]


@on_sqlite
async def test_pictures_of_others_are_unknown(given: Given):
    (number,) = await _numbers(given, 1)
    async with open_shop(given, test_machines="off") as shop:
        assert (await shop.stranger.get(_links(number))).status_code == 404
        assert (await shop.stranger.get(BATCH, params={"order_ids": number})).status_code == 404


def _unpacked(raw: bytes, form: str) -> dict[str, bytes]:
    if form == "zip":
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            assert archive.testzip() is None
            return {name: archive.read(name) for name in archive.namelist()}
    found = {}
    with tarfile.open(fileobj=io.BytesIO(raw)) as archive:
        for entry in archive.getmembers():
            file = archive.extractfile(entry)
            assert file is not None
            found[entry.name] = file.read()
    return found
