"""Around every request: an id, safe headers, a count, and a net under what nobody foresaw."""

import asyncio
import re

import httpx2
import pytest
from prometheus_client import generate_latest
from structlog.testing import capture_logs


def counted(route: str, status: int) -> float:
    """How many answers of this status the process counted for the route."""
    pattern = rf'makeline_requests_total{{[^}}]*route="{re.escape(route)}",status="{status}"}} ([0-9.]+)'
    found = re.search(pattern, generate_latest().decode())
    return float(found[1]) if found else 0.0


async def test_every_answer_has_a_request_id_of_its_own(shop: httpx2.AsyncClient):
    ids = [
        (await shop.get(path)).headers["x-request-id"]
        for path in ("/things/1", "/things/1", "/nowhere", "/refuse")
    ]
    assert len(set(ids)) == 4
    assert all(re.fullmatch(r"req_[0-9A-Z]{8,64}", request_id) for request_id in ids)


@pytest.mark.parametrize("given_id", ["abc", "3f2a-9bd0_X", "x" * 64])
async def test_a_request_id_that_was_given_is_taken_over(shop: httpx2.AsyncClient, given_id: str):
    answer = await shop.get("/things/1", headers={"x-request-id": given_id})
    assert answer.headers["x-request-id"] == given_id


@pytest.mark.parametrize("given_id", ["", "x" * 65, "a b", "a;b", "<script>", "é", "a\tb", "-", "..", "{}"])
async def test_a_request_id_that_could_do_harm_is_replaced(shop: httpx2.AsyncClient, given_id: str):
    answer = await shop.get("/things/1", headers={b"x-request-id": given_id.encode("latin-1")})
    assert answer.headers["x-request-id"].startswith("req_")


@pytest.mark.parametrize("path", ["/things/1", "/refuse", "/nowhere", "/stumble"])
async def test_every_answer_carries_the_safe_headers(shop: httpx2.AsyncClient, path: str):
    with capture_logs():
        answer = await shop.get(path)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"


async def test_what_nobody_foresaw_is_told_without_internals_and_leads_to_the_log(shop: httpx2.AsyncClient):
    with capture_logs() as logs:
        answer = await shop.get("/stumble", headers={"x-request-id": "req-of-mine"})
    assert answer.status_code == 500
    body = answer.json()
    assert (body["error_code"], body["request_id"]) == ("INTERNAL_ERROR", "req-of-mine")
    for internal in ("secret", "fire", "RuntimeError", "Traceback"):
        assert internal not in answer.text
    (failed,) = [entry for entry in logs if entry["event"] == "request_failed"]
    assert "fire" in str(failed["exc_info"])


async def test_an_answer_that_breaks_in_the_middle_is_cut_off_and_never_looks_whole(shop: httpx2.AsyncClient):
    with capture_logs() as logs, pytest.raises(httpx2.RemoteProtocolError):
        await shop.get("/stumble-late")
    assert "request_failed" in [entry["event"] for entry in logs]


async def test_requests_are_counted_by_the_shape_of_their_path(shop: httpx2.AsyncClient):
    before = counted("/things/{thing}", 200)
    for number in range(3):
        await shop.get(f"/things/{number}")
    assert counted("/things/{thing}", 200) == before + 3


async def test_paths_that_nobody_knows_are_counted_together(shop: httpx2.AsyncClient):
    await shop.get("/nowhere/1")
    lines = len(generate_latest().splitlines())
    for number in range(20):
        await shop.get(f"/nowhere/{number}")
    assert len(generate_latest().splitlines()) == lines


async def test_methods_that_nobody_knows_do_not_fill_the_metrics(shop: httpx2.AsyncClient):
    await shop.request("AAAA", "/nowhere")
    lines = len(generate_latest().splitlines())
    for letter in "BCDEFGHIJ":
        await shop.request(letter * 4, "/nowhere")
    assert len(generate_latest().splitlines()) == lines


async def test_a_stumble_is_counted_as_one(shop: httpx2.AsyncClient):
    before = counted("/stumble", 500)
    with capture_logs():
        await shop.get("/stumble")
    assert counted("/stumble", 500) == before + 1


async def test_whoever_goes_away_before_his_request_has_come_is_counted_and_is_no_fault_of_ours(
    shop: httpx2.AsyncClient,
):
    before, url = counted("/weigh", 499), shop.base_url
    with capture_logs() as logs:
        _, writer = await asyncio.open_connection(url.host, url.port)
        writer.write(b"POST /weigh HTTP/1.1\r\nhost: here\r\ncontent-length: 100\r\n\r\nhalf")
        await writer.drain()
        await shop.get("/things/1")
        writer.close()
        while counted("/weigh", 499) == before:
            await asyncio.sleep(0.01)
    assert logs == []
