"""The customer's phone: reads the code on the kiosk, uploads a photograph, designs a case."""

import re
from importlib.resources import files
from typing import Any

import httpx2

_CODE = re.compile(r"Display QR code: \S*[?&]session=(\w+)&machine=(\w+)")
PRICE = 19.99


class Phone:
    """A phone without any credential but what the kiosk's code gives it."""

    def __init__(self, address: str) -> None:
        self._web = httpx2.Client(base_url=address, timeout=30, trust_env=False)
        self.session: str | None = None

    def look(self, screen: str) -> None:
        """Do the customer's next step, given all that the kiosk has shown so far."""
        code = _CODE.search(screen)
        if code is None:
            return
        if self.session is None:
            self.session = code.group(1)
            joined = self._post("register-user", json={"machine_id": code.group(2)})
            self._web.headers["authorization"] = f"Bearer {joined['client_token']}"
        elif "Monitoring user progress" in screen:
            self._design()

    def story(self) -> dict[str, Any]:
        """What the customer is told of the case."""
        answer = self._web.get(f"/v1/sessions/{self.session}/story")
        answer.raise_for_status()
        return answer.json()

    def _design(self) -> None:
        photograph = (files("makeline.main") / "demo_photo" / "dandelion.jpg").read_bytes()
        picture = self._post("images", content=photograph, headers={"content-type": "image/jpeg"})
        wish = {
            "brand": "iphone",
            "model": "iPhone 15 Pro",
            "template": "classic",
            "images": [picture["image"]],
            "text": "Make a wish",
            "font": "Inter",
            "colors": {"background": "#FFFFFF", "text": "#000000"},
        }
        body = {
            "session_id": self.session,
            "order_data": wish,
            "payment_amount": PRICE,
            "currency": "GBP",
        }
        self._post("order-summary", json=body)

    def _post(self, step: str, **request: Any) -> dict[str, Any]:
        answer = self._web.post(f"/api/vending/session/{self.session}/{step}", **request)
        if answer.status_code != 200:
            raise RuntimeError(f"the phone's {step}: {answer.status_code} {answer.text}")
        return answer.json()
