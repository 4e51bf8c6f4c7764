"""What a new partner tries first: is he connected, how often may he call, are his session ids right?"""

import json
from pathlib import Path
from typing import Any

import pytest

from makeline.cases.machines.partners import choose_version, demo_partner
from makeline.kernel.errors import Invalid
from tests.engines import on_sqlite
from tests.given import Given
from tests.web import OpenShop, open_shop

TEST = "/api/chinese/test-connection"
CHECK = "/api/chinese/debug/session-validation"
SAMPLES = Path(__file__).parents[3] / "samples" / "session_ids.json"
ROWS = json.loads(SAMPLES.read_text("utf-8"))["rows"]


@on_sqlite
async def test_the_connection_test_tells_what_both_documents_promise(shop: OpenShop):
    answer = (await shop.operator.get(TEST)).json()
    assert answer["status"] == "success"
    assert answer["api_version"] == "2.2.0"
    assert answer["client_ip"] == "127.0.0.1"
    assert answer["security_level"] == "relaxed_chinese_partner"
    assert answer["available_machine_ids"] == [
        "VM_TEST_MANUFACTURER",
        "10HKNTDOH2BA",
        "CN_DEBUG_01",
        "VM001",
        "VM002",
    ]
    assert answer["session_format"] == "MACHINE_ID_YYYYMMDD_HHMMSS_RANDOM"
    assert answer["timestamp"].endswith("Z")


@on_sqlite
async def test_every_listed_path_is_served(shop: OpenShop):
    paths = (await shop.operator.get(TEST)).json()["endpoints"]
    described = (await shop.operator.get("/openapi.json")).json()["paths"]
    assert len(paths) == 12
    assert set(paths.values()) <= described.keys()


@on_sqlite
async def test_everybody_is_told_his_own_limit(given: Given):
    async with open_shop(given, limit_partner=300, limit_address=35) as shop:
        known = await shop.operator.get(TEST)
        unknown = await shop.stranger.get(TEST)
    for response, limit in ((known, 300), (unknown, 35)):
        assert response.json()["debug_info"]["rate_limit"] == f"{limit} requests/minute"
        assert response.headers["ratelimit-limit"] == str(limit)


@on_sqlite
async def test_where_test_machines_are_closed_a_stranger_needs_a_key(given: Given):
    async with open_shop(given, test_machines="off") as shop:
        answer = (await shop.stranger.get(TEST)).json()
    assert answer["debug_info"]["authentication"] == "required"
    assert answer["security_level"] == "standard"


@on_sqlite
@pytest.mark.parametrize(
    ("path", "header", "version"),
    [
        (TEST, None, "2.2.0"),
        (f"/v2.1{TEST}", None, "2.1.0"),
        (f"/v2.2{TEST}", "2.1", "2.2.0"),
        (TEST, "2.1.0", "2.1.0"),
        (TEST, "9", "2.2.0"),
    ],
)
async def test_the_base_address_names_the_version_before_the_header(
    shop: OpenShop, path: str, header: str | None, version: str
):
    headers = {"X-API-Version": header} if header else {}
    response = await shop.operator.get(path, headers=headers)
    assert response.json()["api_version"] == version


async def test_a_partner_is_answered_in_the_version_he_is_known_to_read(shop: OpenShop, given: Given):
    def choose(unit: Any) -> None:
        partner_id = demo_partner(unit)
        assert partner_id is not None
        choose_version(unit, partner_id, "2.1")

    await given.database.begin(choose, actor="staff")
    assert (await shop.operator.get(TEST)).json()["api_version"] == "2.1.0"
    assert (await shop.operator.get(f"/v2.2{TEST}")).json()["api_version"] == "2.2.0"
    with pytest.raises(Invalid):
        await given.database.begin(lambda unit: choose_version(unit, 1, "3.0"), actor="staff")


@on_sqlite
async def test_all_paths_stand_below_each_version_and_below_nothing_else(shop: OpenShop):
    assert (await shop.operator.get("/v2.1/health")).status_code == 200
    refused = await shop.operator.get("/v2.2/api/chinese/payment/none/status")
    assert (refused.status_code, refused.json()["error_code"]) == (404, "NOT_FOUND")
    assert (await shop.operator.get(f"/v2.3{TEST}")).status_code == 404


@on_sqlite
async def test_every_session_id_gets_its_verdict_and_its_parts(shop: OpenShop):
    for row in ROWS:
        text = row["session_id"]
        if not text or "/" in text:
            continue
        response = await shop.operator.get(f"{CHECK}/{_quoted(text)}")
        answer = response.json()
        assert answer["is_valid"] is row["valid"], row
        assert answer["validation_result"]["is_valid"] is row["valid"]
        assert answer["session_id"] == text
        assert answer["validation_details"]["length"] == len(text)
        if row["valid"]:
            parts = [row["machine_id"], row["date"], row["time"], row["random"]]
            assert answer["validation_details"]["parts"] == parts
            assert list(answer["validation_result"]["format_details"].values()) == parts
            assert answer["suggestions"] == ["Session ID format is valid!"]
        else:
            assert row["reason"] in answer["suggestions"][0]


@on_sqlite
async def test_a_stranger_is_told_that_he_is_no_partner(shop: OpenShop):
    text = "10HKNTDOH2BA_20250729_143022_A1B2C3"
    known = (await shop.operator.get(f"{CHECK}/{text}")).json()
    unknown = (await shop.stranger.get(f"{CHECK}/{text}")).json()
    assert (known["is_chinese_partner"], unknown["is_chinese_partner"]) == (True, False)
    assert unknown["client_ip"] == "203.0.113.9"


def _quoted(text: str) -> str:
    return "".join(
        letter if letter.isalnum() and letter.isascii() else "".join(f"%{b:02X}" for b in letter.encode())
        for letter in text
    )
