"""Somebody who speaks to the simulated partner as our client does."""

import httpx2

from makeline.adapters.print_partner.signature import NumberText, seal
from makeline.adapters.print_partner.simulator import DEMO_ACCOUNT, DEMO_KEY, DEMO_PASSWORD
from tests.adapters.print_partner.partner_stage import (
    DEVICE,
    Stage,
    order_reference,
    payment_reference,
)

SUCCESS = "操作成功"


class Caller:
    """Speaks the raw protocol."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.http = httpx2.AsyncClient(base_url=stage.simulator.base_url, trust_env=False)
        self.token = ""

    async def log_in(self) -> None:
        answer = await self.call("user/login", {"account": DEMO_ACCOUNT, "password": DEMO_PASSWORD})
        self.token = answer["data"]["token"]

    async def call(self, path, fields, *, key=DEMO_KEY, token=None, content_type="application/json"):
        sealed = seal(fields, key=key)
        headers = {"sign": sealed.sign, "req_source": "en", "Content-Type": content_type}
        headers["Authorization"] = self.token if token is None else token
        answer = await self.http.post(f"/{path}", content=sealed.body, headers=headers)
        assert answer.status_code == 200
        return answer.json()

    def payment(self, **changes):
        fields = {
            "mobile_model_id": self.stage.shell.model,
            "device_id": DEVICE,
            "third_id": payment_reference(),
            "pay_amount": NumberText("19.99"),
            "pay_type": 12,
        }
        return {**fields, **changes}

    def order(self, payment, **changes):
        fields = {
            "third_pay_id": payment,
            "third_id": order_reference(),
            "mobile_model_id": self.stage.shell.model,
            "mobile_shell_id": self.stage.shell.shell,
            "pic": "http://127.0.0.1:1/image/final.png?token=1:a:b",
            "device_id": DEVICE,
        }
        return {**fields, **changes}

    async def paid(self) -> str:
        fields = self.payment()
        assert (await self.call("order/payData", fields))["code"] == 200
        assert (await self.call("order/payStatus", {"third_id": fields["third_id"], "status": 3}))[
            "code"
        ] == 200
        return fields["third_id"]
