"""The documents' examples are real: their ids answer as the documents say, and can be restored after use."""

from makeline.main.invariants import violations
from makeline.main.sandbox import EXAMPLES, restore_sandbox
from tests.given import Given
from tests.web import open_shop


async def test_the_examples_answer_and_come_back_after_use(given: Given):
    async with open_shop(given) as shop:
        assert await restore_sandbox(shop.house) == len(EXAMPLES)
        assert await restore_sandbox(shop.house) == 0
        for example in EXAMPLES:
            status = (await shop.operator.get(f"/api/chinese/print/{example.order}/status")).json()
            assert (status["status"], status["progress"]) == ("printing", 50)
            assert status["equipment_id"] == example.machine
            links = (await shop.operator.get(f"/api/chinese/order/{example.order}/download-links")).json()
            assert (await shop.stranger.get(links["images"][0]["download_url"])).status_code == 200
        for reference, amount, order in (
            ("CHINESE_PAYMENT_ID_12345", 2199, "550e8400-e29b-41d4-a716-446655440000"),
            ("TEST_PAYMENT_E90225F45081", 1999, "ORDER_CHINESE_TEST_001"),
        ):
            paid = (await shop.operator.get(f"/api/chinese/payment/{reference}/status")).json()
            assert (paid["amount"], paid["order_id"], paid["status"]) == (amount, order, 3)
        used = {"order_id": "ORDER_CHINESE_TEST_001", "status": "completed"}
        assert (await shop.operator.post("/api/chinese/order-status-update", json=used)).status_code == 200
        assert await restore_sandbox(shop.house) == 1
        again = (await shop.operator.get("/api/chinese/payment/TEST_PAYMENT_E90225F45081/status")).json()
        assert again["order_id"] == "ORDER_CHINESE_TEST_001"
        assert await given.database.read(violations) == []
