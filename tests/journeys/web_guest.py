"""A guest of the webstore on a street: ``guest = await designed(shop, photograph)``, ``await guest.orders()``."""

from collections import Counter
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default as modern
from pathlib import Path
from typing import Any

import httpx2

from tests.journeys.street import Street, answer
from tests.web_buying import ADDRESS


@dataclass
class Guest:
    """Somebody with an approved design, who may order it as often as he likes."""

    street: Street
    design_id: str
    headers: dict[str, str]

    async def asks(self, **headers: str) -> httpx2.Response:
        """The case, sent to him, whatever is answered."""
        body = {"design_id": self.design_id, "customer_email": "ada@example.com", "address": ADDRESS}
        return await self.street.kiosk.post("/v1/shop/orders", json=body, headers=self.headers | headers)

    async def orders(self, **headers: str) -> dict[str, Any]:
        """The order and where it is paid."""
        return await answer(self.asks(**headers))


async def designed(street: Street, photograph: bytes) -> Guest:
    """The photograph goes up, becomes a design, and is approved."""
    picture = await answer(street.kiosk.post("/designs/images", content=photograph))
    wish = {"model": "iPhone 15 Pro", "template": "classic", "pictures": [{"image": picture["url"]}]}
    design = await answer(street.kiosk.post("/v1/designs", json=wish))
    own = {"authorization": f"Bearer {design['design_token']}"}
    at = f"/v1/designs/{design['design_id']}/approve"
    await answer(street.kiosk.post(at, json={"version": 1}, headers=own))
    return Guest(street, design["design_id"], own)


def letters(folder: Path) -> Counter[tuple[str, str]]:
    """Every letter that was written: which order it is about, and what it says of it."""
    subjects = [
        str(message_from_bytes(path.read_bytes(), policy=modern)["Subject"]) for path in folder.glob("*.eml")
    ]
    return Counter((number, said) for number, _, said in (subject.partition(": ") for subject in subjects))
