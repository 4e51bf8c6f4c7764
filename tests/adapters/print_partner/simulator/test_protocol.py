"""The simulated partner behaves on the wire as the real one does."""

import pytest

from makeline.adapters.print_partner.signature import NumberText, sign_fields
from makeline.adapters.print_partner.simulator import DEMO_ACCOUNT, DEMO_KEY, DEMO_PASSWORD
from tests.adapters.print_partner.partner_stage import (
    DEVICE,
)

SUCCESS = "操作成功"


async def test_login_answers_account_and_token(caller):
    answer = await caller.call("user/login", {"account": DEMO_ACCOUNT, "password": DEMO_PASSWORD})
    assert (answer["msg"], answer["code"]) == (SUCCESS, 200)
    assert answer["data"]["id"].startswith("MEA")
    assert set(answer["data"]) == {"id", "account", "token"}


async def test_every_listing_has_its_documented_fields(caller):
    brands = (await caller.call("brand/list", {}))["data"]
    stock = (await caller.call("stock/list", {"device_id": DEVICE, "brand_id": brands[0]["id"]}))["data"]
    shops = (await caller.call("shop/list", {"page": 1, "rows": 10}))["data"]
    goods = (await caller.call("goods/list", {"shop_id": shops["list"][0]["id"]}))["data"]
    assert set(brands[0]) == {"id", "name", "e_name"}
    assert set(stock[0]) == {
        "mobile_model_name",
        "mobile_model_id",
        "mobile_shell_id",
        "width",
        "height",
        "stock",
    }
    assert isinstance(stock[0]["width"], str)
    assert stock[0]["stock"] == 100
    assert shops["total"] == 1
    assert set(goods[0]) == {
        "id",
        "shop_id",
        "mobile_shell_id",
        "mobile_shell_name",
        "mobile_shell_sku",
        "mobile_model_id",
        "mobile_model_name",
        "brand_id",
        "brand_ename",
        "shell_classify_id",
        "shell_classify_ename",
    }


async def test_a_sale_has_its_documented_answers(caller):
    fields = caller.payment()
    payment = (await caller.call("order/payData", fields))["data"]
    assert payment["third_id"] == fields["third_id"]
    assert payment["id"].startswith("MSPY10")
    assert "data" not in await caller.call("order/payStatus", {"third_id": fields["third_id"], "status": 3})
    assert (await caller.call("order/getPayStatus", [fields["third_id"], "PYEN000000000000"]))["data"] == [
        {"third_id": fields["third_id"], "status": 3}
    ]
    told = caller.order(fields["third_id"])
    order = (await caller.call("order/orderData", told))["data"]
    assert order["id"].startswith("MSOR10")
    assert order["third_id"] == told["third_id"]
    assert order["status"] == 4
    assert len(order["queue_no"]) == 4
    for key in (told["third_id"], order["id"]):
        answer = await caller.call("order/getOrderStatus", [key])
        assert answer["data"] == [{"third_id": told["third_id"], "status": 4}]
    (row,) = (await caller.call("order/printList", {"device_id": DEVICE}))["data"]
    assert set(row) == {"mobile_model_name", "id", "third_id", "pic", "queue_no", "status"}


async def test_queue_numbers_neither_rise_nor_repeat(caller):
    numbers = []
    for _ in range(6):
        order = await caller.call("order/orderData", caller.order(await caller.paid()))
        numbers.append(order["data"]["queue_no"])
    assert len(set(numbers)) == 6
    assert numbers != sorted(numbers)


@pytest.mark.parametrize(
    ("path", "fields", "options", "code", "msg"),
    [
        ("brand/list", {}, {"key": "WRONG"}, 500, "Data signature failed"),
        ("brand/list", {}, {"token": "gone"}, 401, None),
        ("user/login", {"account": "x", "password": "y"}, {}, 500, "The merchant account does not exist"),
        ("user/login", {"account": DEMO_ACCOUNT, "password": "y"}, {}, 500, None),
        ("no/such", {}, {}, 404, None),
        ("brand/list", {}, {"content_type": "text/plain"}, 415, None),
        ("brand/list", [], {}, 400, None),
        ("stock/list", {"device_id": DEVICE}, {}, 400, None),
        ("stock/list", {"device_id": "NOBODYS", "brand_id": "BR1"}, {}, 500, "No permission to access the current device"),
        ("order/payStatus", {"third_id": "PYEN000000000000", "status": 3}, {}, 500, "Payment information does not exist"),
        ("order/payStatus", {"third_id": "PYEN000000000000", "status": 6}, {}, 400, None),
        ("order/payStatus", {"third_id": "PYEN000000000000", "status": "3"}, {}, 400, None),
        ("order/getPayStatus", {}, {}, 400, None),
    ],
)  # fmt: skip
async def test_a_call_that_is_wrong_is_refused_in_the_envelope(caller, path, fields, options, code, msg):
    answer = await caller.call(path, fields, **options)
    assert answer["code"] == code
    assert "data" not in answer
    assert msg is None or answer["msg"] == msg
    refusal = (await caller.stage.ledger())["refusals"][-1]
    assert (refusal["path"], refusal["code"]) == (path, code)


@pytest.mark.parametrize(
    ("changes", "code", "msg"),
    [
        ({"device_id": "OFFLINE77"}, 500, "The device is offline."),
        ({"device_id": "FORBIDDEN9"}, 500, "No permission to access the current device"),
        ({"device_id": "FLAKY5"}, 500, "device is unavailable"),
        ({"mobile_model_id": "CN_IPHONE_001"}, 500, None),
        ({"third_id": "PYEN1"}, 400, None),
        ({"third_id": "MSPY10261121000001"}, 400, None),
        ({"pay_amount": 0}, 400, None),
        ({"pay_amount": NumberText("10000.01")}, 400, None),
        ({"pay_amount": NumberText("1.999")}, 400, None),
        ({"pay_amount": "19.99"}, 400, None),
        ({"pay_type": 99}, 400, None),
        ({"pay_type": "5"}, 400, None),
    ],
)
async def test_a_payment_the_partner_cannot_take_is_refused(caller, changes, code, msg):
    answer = await caller.call("order/payData", caller.payment(**changes))
    assert answer["code"] == code
    assert msg is None or answer["msg"] == msg


@pytest.mark.parametrize(
    ("changes", "msg"),
    [
        ({"third_pay_id": "MSPY10261121000001"}, "Payment information does not exist"),
        ({"third_pay_id": "PYEN000000000000"}, "Payment information does not exist"),
        ({"mobile_shell_id": "MS0"}, None),
        ({"mobile_model_id": "MM0"}, None),
        ({"device_id": "TEST_DEVICE_002"}, None),
        ({"pic": ""}, None),
        ({"pic": "blob:http://x/1?token=1"}, None),
        ({"pic": "ftp://x/1.png?token=1"}, None),
        ({"pic": "http://x/1.png"}, None),
        ({"pic": "http://x/1.png?token=1&token=1"}, None),
        ({"pic": "http://x/" + "y" * 1000 + "?token=1"}, None),
        ({"third_id": "Q001"}, None),
    ],
)
async def test_an_order_the_partner_cannot_print_is_refused(caller, changes, msg):
    answer = await caller.call("order/orderData", caller.order(await caller.paid(), **changes))
    assert answer["code"] in {400, 500}
    assert msg is None or answer["msg"] == msg
    assert (await caller.stage.ledger())["orders"] == []


async def test_the_real_id_of_a_paid_payment_at_the_partner_is_refused_too(caller):
    fields = caller.payment()
    partner_id = (await caller.call("order/payData", fields))["data"]["id"]
    await caller.call("order/payStatus", {"third_id": fields["third_id"], "status": 3})
    answer = await caller.call("order/orderData", caller.order(partner_id))
    assert answer["msg"] == "Payment information does not exist"


async def test_paid_is_final(caller):
    payment = await caller.paid()
    for status in (1, 2, 4, 5):
        assert (await caller.call("order/payStatus", {"third_id": payment, "status": status}))["code"] == 200
    assert (await caller.call("order/getPayStatus", [payment]))["data"] == [
        {"third_id": payment, "status": 3}
    ]


async def test_an_upload_signs_its_type(caller):
    headers = {
        "Authorization": caller.token,
        "sign": sign_fields({"type": "23"}, key=DEMO_KEY),
        "req_source": "en",
    }
    answer = await caller.http.post(
        "/file/upload", files={"file": b"abc"}, data={"type": "23"}, headers=headers
    )
    body = answer.json()
    assert body["code"] == 200
    assert (await caller.http.get(body["data"])).content == b"abc"
    wrong = await caller.http.post(
        "/file/upload", files={"file": b"abc"}, data={"type": "22"}, headers=headers
    )
    assert wrong.json()["msg"] == "Data signature failed"


async def test_reading_is_a_post_as_well(caller):
    answer = await caller.http.get("/brand/list")
    assert (answer.status_code, answer.json()["code"]) == (200, 405)


async def test_a_token_ends(caller):
    caller.stage.turn(token_seconds=0)
    await caller.log_in()
    assert (await caller.call("brand/list", {}))["code"] == 401


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[" * 50_000, b"x" * 1_100_000])
async def test_a_body_that_cannot_be_read_is_refused_in_the_envelope(caller, body):
    headers = {"Authorization": caller.token, "Content-Type": "application/json", "sign": "x"}
    answer = await caller.http.post("/brand/list", content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (200, 400)


async def test_an_upload_without_its_file_is_refused(caller):
    headers = {"Authorization": caller.token, "sign": sign_fields({"type": "23"}, key=DEMO_KEY)}
    answer = await caller.http.post("/file/upload", data={"type": "23"}, headers=headers)
    assert answer.json()["code"] == 400
    broken = {**headers, "Content-Type": "multipart/form-data"}
    assert (await caller.http.post("/file/upload", content=b"x", headers=broken)).json()["code"] == 400
