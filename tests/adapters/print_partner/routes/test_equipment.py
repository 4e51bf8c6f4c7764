"""A machine as its operator sees it: real figures, and counts that are taken whole or not at all."""

from typing import Any

import pytest

from makeline.cases.production.print_partner import JobStep
from makeline.main.invariants import violations
from tests.engines import on_sqlite
from tests.given import Given
from tests.web import OpenShop, open_shop

INFO = "/api/chinese/equipment/VM_LONDON_01/info"
STOCK = "/api/chinese/equipment/VM_LONDON_01/stock"
LIST = "/api/chinese/models/stock-status"


async def test_a_machine_tells_what_is_true_of_it(shop: OpenShop, given: Given):
    before = (await shop.operator.get(INFO)).json()
    number = (await given.paid_sale()).outcome.order_number
    after = (await shop.operator.get(INFO)).json()
    assert (before["current_queue"], after["current_queue"]) == (0, 1)
    assert (after["equipment_id"], after["status"], after["equipment_info"]["is_active"]) == (
        "VM_LONDON_01",
        "online",
        True,
    )
    (order,) = after["recent_orders"]
    assert order.pop("created_at").endswith("Z")
    assert order == {"id": number, "status": "pending", "payment_status": "paid", "total_amount": 19.99}
    assert after["capabilities"]["max_print_size"].endswith("mm")
    assert after["capabilities"]["estimated_print_time"] == "15-30 minutes"
    assert "mock" not in str(after).lower()


async def test_how_long_a_machine_prints_is_measured_there(shop: OpenShop, given: Given):
    _, job = await given.sent_print()
    await given.print_notice(job.reference, JobStep.PRINTING)
    given.clock.tick(seconds=7 * 60)
    await given.print_notice(job.reference, JobStep.PRINTED)
    told = (await shop.operator.get(INFO)).json()["capabilities"]["estimated_print_time"]
    assert told == "7-7 minutes"


async def test_a_count_of_models_and_materials_is_kept_and_told(shop: OpenShop, given: Given):
    body = {
        "phone_models": {"iphone_15_pro": 32, "samsung_s24": 28},
        "materials": {"clear_tpu": 150},
        "updated_by": "automated_system",
    }
    first = (await shop.operator.post(STOCK, json=body)).json()
    second = (await shop.operator.post(STOCK, json={"materials": {"clear_tpu": 0, "glue": 3}})).json()
    assert first["updated"] == [
        {"model_id": "iphone_15_pro", "old": 100, "new": 32},
        {"model_id": "samsung_s24", "old": 100, "new": 28},
        {"material": "clear_tpu", "old": 0, "new": 150},
    ]
    assert second["updated"][0] == {"material": "clear_tpu", "old": 150, "new": 0}
    info = (await shop.operator.get(INFO)).json()
    loaded = {"Hard Plastic": 100, "Silicone": 100, "TPU": 100}
    assert info["materials"] == {"clear_tpu": 0, "glue": 3, **loaded}
    assert sorted(info["capabilities"]["supported_materials"]) == ["Hard Plastic", "Silicone", "TPU", "glue"]
    assert info["last_maintenance"].endswith("Z")
    rows = {row["id"]: row["stock"] for row in (await shop.operator.get(LIST)).json()["models"]}
    assert rows["iphone-iphone-15-pro"] == 632
    assert await given.database.read(violations) == []


async def test_a_count_over_several_shells_leaves_the_sum_that_was_counted(shop: OpenShop, given: Given):
    shells = await given.shells_of()
    for shell in shells:
        await given.blanks(5, shell=shell)
    for counted in (7, 2, 0, 40):
        body = {"stock_updates": [{"model_id": "CN_IPHONE_006", "stock": counted}]}
        assert (await shop.operator.post(STOCK, json=body)).status_code == 200
        rows = {row["id"]: row["stock"] for row in (await shop.operator.get(LIST)).json()["models"]}
        assert rows["iphone-iphone-15-pro"] == 600 + counted


@on_sqlite
@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "stock_updates"),
        ({"phone_models": {"nokia_3310": 1, "iphone_15_pro": 7}}, "phone_models.nokia_3310"),
        ({"phone_models": {"iphone_15_pro": 7, "CN_IPHONE_006": 8}}, "phone_models.CN_IPHONE_006"),
        ({"stock_updates": [{"model_id": "CN_IPHONE_006", "stock": -1}]}, "stock_updates.0.stock"),
        ({"materials": {"glue": 1.5}}, "materials.glue"),
    ],
)
async def test_a_count_with_a_fault_changes_nothing(shop: OpenShop, body: dict[str, Any], field: str):
    before = (await shop.operator.get(LIST)).json()["models"]
    refused = await shop.operator.post(STOCK, json=body)
    assert refused.status_code == 422
    assert [problem["field"] for problem in refused.json()["validation_errors"]] == [field]
    assert (await shop.operator.get(LIST)).json()["models"] == before
    assert (await shop.operator.get(INFO)).json()["last_maintenance"] is None


@on_sqlite
async def test_only_the_operator_sees_and_counts(given: Given):
    async with open_shop(given) as shop:
        assert (await shop.stranger.get(INFO)).status_code == 401
        assert (await shop.stranger.post(STOCK, json={"materials": {"glue": 1}})).status_code == 401
        for caller in (shop.stranger, shop.operator):
            assert (await caller.get("/api/chinese/equipment/PRINTER_001/info")).status_code == 404
