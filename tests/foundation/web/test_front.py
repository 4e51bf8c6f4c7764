"""The front desk finds every path, and says in the path's own dialect what it cannot do."""

import httpx2
import pytest


async def test_a_value_of_the_path_arrives_decoded(shop: httpx2.AsyncClient):
    assert (await shop.get("/things/a%20b%C3%A9")).json() == {"thing": "a bé"}


async def test_a_literal_path_goes_before_one_with_a_value(shop: httpx2.AsyncClient):
    assert (await shop.get("/things/special")).json() == {"special": True}
    assert (await shop.get("/things/specials")).json() == {"thing": "specials"}


async def test_a_slash_in_a_value_is_another_path(shop: httpx2.AsyncClient):
    assert (await shop.get("/things/a%2Fb")).status_code == 404
    assert (await shop.get("/things/a/b")).status_code == 404


async def test_methods_of_one_path_are_kept_apart(shop: httpx2.AsyncClient):
    assert (await shop.delete("/things/1")).status_code == 200
    answer = await shop.post("/things/1")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "DELETE, GET, HEAD, OPTIONS"
    assert answer.json()["error_code"] == "METHOD_NOT_ALLOWED"
    assert "T12:00:00Z" in answer.json()["timestamp"]


async def test_every_path_tells_which_methods_it_knows(shop: httpx2.AsyncClient):
    for headers in ({}, {"origin": "https://elsewhere.example.com"}, {"origin": "null"}):
        answer = await shop.options("/things/1", headers=headers)
        assert (answer.status_code, answer.headers["allow"]) == (200, "DELETE, GET, HEAD, OPTIONS")
        assert "access-control-allow-origin" not in answer.headers
        assert answer.headers["vary"] == "Origin"


async def test_only_pages_of_listed_origins_may_read_answers(shop: httpx2.AsyncClient):
    ours = {"origin": "https://shop.example.com"}
    asked = await shop.options("/things/1", headers=ours)
    assert asked.headers["access-control-allow-origin"] == "https://shop.example.com"
    assert "DELETE" in asked.headers["access-control-allow-methods"]
    assert "Authorization" in asked.headers["access-control-allow-headers"]
    for answer in (asked, await shop.get("/things/1", headers=ours), await shop.get("/refuse", headers=ours)):
        assert answer.headers["access-control-allow-origin"] == "https://shop.example.com"
        assert "access-control-allow-credentials" not in answer.headers
    for origin in (
        "https://shop.example.com.evil.test",
        "http://shop.example.com",
        "https://SHOP.example.com",
    ):
        answer = await shop.get("/things/1", headers={"origin": origin})
        assert "access-control-allow-origin" not in answer.headers


async def test_a_refusal_carries_its_extras_and_its_patience(shop: httpx2.AsyncClient):
    answer = await shop.get("/refuse")
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "30"
    assert answer.json() == {
        "detail": "come back on Monday",
        "error_code": "SOLD_OUT",
        "timestamp": "2026-03-04T12:00:00Z",
        "retry_after": 30,
        "place": "shelf 7",
    }


@pytest.mark.parametrize("path", ["/things/1", "/things/special"])
async def test_what_can_be_got_can_be_asked_for_its_head(shop: httpx2.AsyncClient, path: str):
    got, head = await shop.get(path), await shop.head(path)
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["content-length"] == got.headers["content-length"]


async def test_the_description_tells_of_every_path_its_values_and_its_refusals(shop: httpx2.AsyncClient):
    description = (await shop.get("/openapi.json")).json()
    order = description["paths"]["/order"]["post"]
    assert set(order["responses"]) >= {"200", "404", "429"}
    assert "`SOLD_OUT`" in order["responses"]["429"]["description"]
    reference = order["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    assert reference.removeprefix("#/components/schemas/") in description["components"]["schemas"]
    thing = description["paths"]["/things/{thing}"]
    assert set(thing) == {"get", "delete"}
    assert [(hole["name"], hole["in"], hole["required"]) for hole in thing["get"]["parameters"]] == [
        ("thing", "path", True),
        ("colour", "query", False),
    ]
    ids = [operation["operationId"] for path in description["paths"].values() for operation in path.values()]
    assert len(set(ids)) == len(ids)
