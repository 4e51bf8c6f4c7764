"""``/image/{filename}`` over the wire: for holders of a valid link to that very file, and for nobody else."""

import asyncio
from dataclasses import replace
from urllib.parse import quote

import httpx2
import pytest

from makeline.commerce.files.links import Audience, Links
from tests.engines import on_sqlite
from tests.given import Given
from tests.web import LINK_KEY, OpenShop, open_shop

OTHER_KEY = "another-key-of-32-characters-and-more"
TYPES = {
    "missing": "Field required",
    "token_malformed": "The token is malformed",
    "token_expired": "The token has expired",
    "token_invalid": "The token is not valid for this file",
}

pytestmark = on_sqlite


def _refused(response: httpx2.Response, kind: str) -> None:
    assert response.status_code == 422, response.text
    assert response.json() == {
        "detail": [{"type": kind, "loc": ["query", "token"], "msg": TYPES[kind], "input": None}]
    }


async def _picture(shop: OpenShop) -> str:
    return await shop.given.picture((await shop.given.session()).key)


def _token(shop: OpenShop, name: str, audience: Audience = Audience.MANUFACTURER, key: str = LINK_KEY) -> str:
    link = Links(shop.url, [key.encode()]).link(name, audience, shop.given.clock.now)
    return link.url.partition("?token=")[2]


async def _get(shop: OpenShop, name: str, token: str | None) -> httpx2.Response:
    return await shop.stranger.get(f"/image/{name}", params={} if token is None else {"token": token})


async def test_a_link_opens_its_picture_with_safe_headers(shop: OpenShop):
    name = await _picture(shop)
    response = await _get(shop, name, _token(shop, name))
    assert (response.status_code, response.content) == (200, b"a picture of a dog")
    assert response.headers["content-type"] == "image/png"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["cache-control"].startswith("private")
    assert name in response.headers["content-disposition"]


async def test_a_printer_may_fetch_one_picture_as_often_as_it_likes(shop: OpenShop):
    name = await _picture(shop)
    token = _token(shop, name)
    responses = await asyncio.gather(*(_get(shop, name, token) for _ in range(30)))
    assert {response.status_code for response in responses} == {200}


async def test_without_a_token_the_documented_complaint(shop: OpenShop):
    name = await _picture(shop)
    _refused(await _get(shop, name, None), "missing")
    _refused(await _get(shop, name, ""), "missing")
    _refused(await shop.operator.get(f"/image/{name}"), "missing")


async def test_a_token_that_is_none_is_malformed(shop: OpenShop):
    name = await _picture(shop)
    expiry, audience, digest = _token(shop, name).split(":")
    for token in (
        "nonsense",
        "::",
        f"{expiry}:{audience}",
        f"{expiry}:{audience}:{digest}:more",
        f"{expiry}:{audience}:{digest[:-1]}",
        f"{expiry}:{audience}:{digest.upper()}",
        f"{expiry}:{audience}:{'g' * 64}",
        f"{expiry}:everybody:{digest}",
        f"-1:{audience}:{digest}",
        f"+{expiry}:{audience}:{digest}",
        f"0{expiry}:{audience}:{digest}",
        f"{expiry}.0:{audience}:{digest}",
        f"1e9:{audience}:{digest}",
        f"{'9' * 13}:{audience}:{digest}",
        f"{expiry} :{audience}:{digest}",
        "\u0661\u0662:end_user:" + digest,
        f"{expiry}:{audience}:{digest}\x00",
    ):
        _refused(await _get(shop, name, token), "token_malformed")


async def test_a_forged_token_is_not_valid_whatever_was_changed(shop: OpenShop):
    name, other = await _picture(shop), await shop.given.picture((await shop.given.session()).key, b"a cat")
    expiry, audience, digest = _token(shop, name).split(":")
    flipped = digest[:-1] + ("0" if digest[-1] != "0" else "1")
    for token in (
        f"{expiry}:{audience}:{flipped}",
        f"{expiry}:{audience}:{'0' * 64}",
        f"{int(expiry) + 1}:{audience}:{digest}",
        f"{expiry}:end_user:{digest}",
        _token(shop, other),
        _token(shop, name, key=OTHER_KEY),
        _token(shop, name + "x"),
        _token(shop, name.upper()),
    ):
        _refused(await _get(shop, name, token), "token_invalid")


@pytest.mark.parametrize(("audience", "hours"), [(Audience.CUSTOMER, 1), (Audience.MANUFACTURER, 48)])
async def test_a_link_lives_as_long_as_its_reader_needs_it(shop: OpenShop, audience, hours):
    name = await _picture(shop)
    token = _token(shop, name, audience)
    shop.given.clock.tick(hours=hours, seconds=-1)
    assert (await _get(shop, name, token)).status_code == 200
    shop.given.clock.tick(seconds=1)
    _refused(await _get(shop, name, token), "token_expired")


async def test_an_old_token_with_a_forged_signature_is_forged_and_not_merely_old(shop: OpenShop):
    name = await _picture(shop)
    token = _token(shop, name, key=OTHER_KEY)
    shop.given.clock.tick(hours=100)
    _refused(await _get(shop, name, token), "token_invalid")


async def test_the_token_is_looked_at_before_the_file(shop: OpenShop):
    missing = "picture-0000.png"
    _refused(await _get(shop, missing, None), "missing")
    _refused(await _get(shop, missing, _token(shop, missing, key=OTHER_KEY)), "token_invalid")
    response = await _get(shop, missing, _token(shop, missing))
    assert response.status_code == 404
    assert [problem["input"] for problem in response.json()["detail"]] == [None]


async def test_bytes_that_are_gone_are_not_found(shop: OpenShop):
    name = await _picture(shop)
    shop.given.storage.kept.clear()
    assert (await _get(shop, name, _token(shop, name))).status_code == 404


NAMES = (
    "..",
    ".",
    "../../etc/passwd",
    "/etc/passwd",
    "a/../b.png",
    "a\\b.png",
    "a\x00b.png",
    "x" * 5000,
    "%2e%2e",
    "é.png",
)


async def test_no_name_leads_anywhere_but_to_stored_pictures(shop: OpenShop):
    for name in NAMES:
        for token in ("", f"?token={_token(shop, name)}"):
            # Spoken by hand: a client would tidy the path before it sends it.
            status, body = await _spoken(shop, f"/image/{quote(name, safe='.')}{token}")
            assert status in (404, 422), (name[:20], status)
            assert b'"input":null' in body


async def _spoken(shop: OpenShop, target: str) -> tuple[int, bytes]:
    host, port = shop.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    answer = await asyncio.wait_for(reader.read(), 5)
    writer.close()
    await writer.wait_closed()
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), body


async def test_keys_can_be_changed_while_links_are_out_in_the_world(given: Given):
    async with open_shop(given, link_keys=f"{OTHER_KEY},{LINK_KEY}") as shop:
        name = await _picture(shop)
        for key in (OTHER_KEY, LINK_KEY):
            assert (await _get(shop, name, _token(shop, name, key=key))).status_code == 200
    async with open_shop(given, link_keys=OTHER_KEY) as shop:
        _refused(await _get(shop, name, _token(shop, name, key=LINK_KEY)), "token_invalid")


async def test_a_full_memory_of_pictures_still_serves_each_one_right(given: Given):
    async with open_shop(replace(given)) as shop:
        session = await given.session()
        raws = [f"{number}".encode() * 1000 for number in range(8)]
        names = [await given.picture(session.key, raw) for raw in raws]
        for _ in range(2):
            for name, raw in zip(names, raws, strict=True):
                assert (await _get(shop, name, _token(shop, name))).content == raw
