"""People who tell a running shop what no log may repeat; each visit answers with what that was."""

import re
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import httpx2

from makeline.adapters.bitrix24.simulator.settings import CODE
from makeline.adapters.stripe.simulator.pages import PAYS
from makeline.adapters.stripe.simulator.settings import KEY, WEBHOOK_SECRET

# Sent by the portal with its events.
PORTAL_TOKEN = "application-token-of-the-portal"
_CSRF = re.compile(r'name="csrf" value="([0-9a-f]{64})"')
_LETTER = re.compile(r"/account/letters/([\w.~-]+)")
_MACHINE = "VM001"
# A machine that has much else to do.
_PATIENCE = 300.0


@dataclass
class Visitor:
    """Who calls the shop at ``base``, whose data are in ``folder``, and makes the simulated neighbours at ``stripe`` and
    ``crm`` fail; ``launcher`` is the command beside it."""

    base: str
    stripe: str
    crm: str
    folder: Path
    launcher: Path

    def client(self, **headers: str) -> httpx2.Client:
        return httpx2.Client(base_url=self.base, timeout=30, trust_env=False, headers=headers)

    def command(self, *words: str, typed: str = "") -> str:
        argv = [self.launcher, *words, "--data-dir", self.folder]
        return subprocess.run(argv, input=typed, capture_output=True, text=True, check=True).stdout

    def spoil(self, neighbour: str, **switches: Any) -> None:
        """What fails is told of at more length than what does not."""
        with self.client() as hand:
            assert hand.post(f"{neighbour}/control", json=switches).status_code < 300

    def until(self, ask: Callable[[], Any], what: str) -> Any:
        deadline = time.monotonic() + _PATIENCE
        while not (told := ask()):
            assert time.monotonic() < deadline, what
            time.sleep(0.3)
        return told


def buys_on_the_web(visitor: Visitor) -> list[str]:
    """A case, sent to somebody at home, paid on the gateway's page, and looked at again."""
    photograph = (files("makeline.main") / "demo_photo" / "dandelion.jpg").read_bytes()
    name, mail, street, postcode = "Wilhelmina Quartz", "quartz@web.test", "17 Obsidian Row", "ZE1 0QQ"
    with visitor.client() as guest:
        picture = _told(guest.post("/designs/images", content=photograph))
        wish = {
            "model": "iPhone 15 Pro",
            "template": "classic",
            "text": "For Hildegard",
            "font": "Pacifico",
            "colors": {"background": "#FFFFFF", "text": "#FFFFFF"},
            "pictures": [{"image": picture["url"]}],
        }
        begun = _told(guest.post("/v1/designs", json=wish))
        guest.headers["authorization"] = f"Bearer {begun['design_token']}"
        _told(guest.post(f"/v1/designs/{begun['design_id']}/approve", json={"version": begun["version"]}))
        body = {
            "design_id": begun["design_id"],
            "customer_name": name,
            "customer_email": mail,
            "address": {
                "recipient": name,
                "line1": street,
                "city": "London",
                "postcode": postcode,
                "country": "GB",
            },
        }
        wrong = guest.post("/v1/shop/orders", json={**body, "customer_email": f"{mail} and more"})
        assert wrong.status_code == 422, wrong.text
        visitor.spoil(visitor.stripe, lose_answers=1)
        order = _told(guest.post("/v1/shop/orders", json=body))
        while order["checkout_url"] is None:
            time.sleep(0.5)
            at = f"/v1/shop/orders/{order['order_token']}"
            order |= _told(guest.post(f"{at}/checkout"))
        token = order["order_token"]
        paid = guest.post(order["checkout_url"], data={"way": f"card:{PAYS}"})
        assert paid.status_code == 303, paid.text
        at = f"/v1/shop/orders/{token}"
        visitor.until(lambda: _told(guest.get(at))["phase"] == "made", "the case is made")
        for path in (f"/w/{token}", f"/w/{token}/back", f"/w/{token}0", f"{at}0"):
            guest.get(path)
    known = [name, mail, street, postcode, "Hildegard", token, begun["design_token"], KEY, WEBHOOK_SECRET]
    return [*known, picture["url"].partition("token=")[2], PAYS, PAYS.replace(" ", "")]


def orders_parts(visitor: Visitor) -> list[str]:
    """An account, wrong and right sign-ins, a file, an order with a delivery, another password by a letter."""
    name, mail, phone = "Theophilus Granite", "granite@parts.test", "+442079460177"
    passwords = ["seven wrong horses", "a right and proper horse", "a horse of another colour"]
    street = "3 Feldspar Yard"
    with visitor.client() as customer:
        new = {"username": "theophilus", "email": mail, "full_name": name, "phone": phone}
        _told(customer.post("/register", json={**new, "password": passwords[1]}))
        again = customer.post("/register", json={**new, "password": passwords[1]})
        assert again.status_code >= 400
        wrong = customer.post("/login", json={"username": "theophilus", "password": passwords[0]})
        assert wrong.status_code == 401
        token = _told(customer.post("/login", json={"username": "theophilus", "password": passwords[1]}))
        customer.headers["authorization"] = f"Bearer {token['access_token']}"
        part = (files("makeline.main") / "demo_parts" / "knob.stl").read_bytes()
        file = _told(customer.post("/files", files={"file": ("knob.stl", part)}))
        # Where the processor belongs to others, measuring takes longer than an upload waits for it.
        at = f"/files/{file['id']}"
        visitor.until(lambda: _told(customer.get(at))["geometry"], "the file is measured")
        wish = {
            "file_id": file["id"],
            "service_id": "cnc-milling",
            "material_id": "alum_D16",
            "material_form": "sheet",
            "quantity": 3,
        }
        price = _told(customer.post("/calculate-price", json=wish))
        delivery = {"kind": "address", "recipient": name, "phone": phone, "street": street, "city": "Leeds"}
        _told(
            customer.post("/orders", json={**wish, "total_price": price["total_price"], "delivery": delivery})
        )
        assert customer.post("/v1/account/password-resets", json={"login": mail}).status_code == 200
        letters = visitor.until(lambda: _letters(visitor.folder, mail), "letters with links")
        for link in letters:
            customer.get(f"/account/letters/{link}")
            customer.put("/v1/account/password-resets", json={"token": link, "new_password": passwords[2]})
        gone = customer.get("/profile", headers={"authorization": f"Bearer {token['access_token'][:-2]}"})
        assert gone.status_code == 401
    return [name, mail, phone, street, *passwords, token["access_token"], *letters]


def wants_a_call(visitor: Visitor) -> list[str]:
    """Somebody without an account; the portal of sales people hears of him, and tells of it with and without its token."""
    name, phone, about = "Cornelius Basalt", "+442079460188", "a very private invention"
    call = {"name": name, "phone": phone, "additional": about, "agreement": True}
    visitor.spoil(visitor.crm, html=1, lose_answers=1)
    with visitor.client() as guest:
        _told(guest.post("/v1/call-requests", json=call))
        guest.post("/v1/call-requests", json={**call, "agreement": False})
        event = {"event": "ONCRMLEADUPDATE", "data[FIELDS][ID]": 1, "ts": "1766047124"}
        for token in (PORTAL_TOKEN, f"{PORTAL_TOKEN} of somebody else"):
            guest.post("/bitrix/webhook", data={**event, "auth[application_token]": token})
            guest.post("/bitrix/webhook", json={}, headers={"x-application-token": token})
    return [name, phone, about, CODE, PORTAL_TOKEN]


def works_here(visitor: Visitor) -> list[str]:
    """Staff sign in on their pages and over the API, look for people, and wait until the CRM has everything."""
    password, mail = "a password of an admin", "boss@staff.test"
    visitor.command("create-admin", "boss", "--password-stdin", "--email", mail, typed=f"{password}\n")
    with visitor.client(**{"sec-fetch-site": "same-origin"}) as boss:
        shown = _CSRF.search(boss.get("/staff/sign-in").text)
        assert shown
        form = {"csrf": shown[1], "username": "boss", "next": ""}
        for wrong in ("a password of nobody", password):
            answer = boss.post(
                "/staff/sign-in", data={**form, "password": wrong}, headers={"origin": visitor.base}
            )
        assert answer.status_code == 303, answer.text
        cookies = [cookie.value for cookie in boss.cookies.jar if cookie.value and len(cookie.value) > 20]
        for wanted in ("granite@parts.test", "quartz@web.test", "+442079460177"):
            assert boss.get("/staff/search", params={"q": wanted}).status_code in (200, 303)
        token = _told(boss.post("/login", json={"username": "boss", "password": password}))["access_token"]
        signed_in = {"authorization": f"Bearer {token}"}

        def all_there() -> bool:
            told = _told(boss.get("/sync/status", headers=signed_in))
            return told["queue_size"] == 0 and told["linked"] >= 3

        visitor.until(all_there, "the CRM has everything")
    return [password, mail, "a password of nobody", token, *cookies]


def tells_of_payments(visitor: Visitor) -> list[str]:
    """The print partner's notices: with his key, with a wrong one, with a card's number where nobody asked for it."""
    said = visitor.command("partner", "key", "demo", "--scope", "all")
    found = re.search(r"mk_\w+", said)
    assert found, said
    key, wrong, card = found[0], "mk_AAAAAAAA_" + "C" * 32, "5105105105105100"
    with visitor.client() as kiosk:
        opened = _told(kiosk.post("/api/vending/create-session", json={"machine_id": _MACHINE}))
    notice = {"third_id": "PYEN260304000001", "status": 3, "pay_amount": 19.99, "card_number": card}
    for shown in (key, wrong):
        with visitor.client(authorization=f"Bearer {shown}", origin="http://elsewhere.test") as partner:
            for path in ("payData", "payStatus", "orderStatus"):
                partner.post(f"/api/chinese/order/{path}", json=notice)
            partner.post("/api/chinese/order/payStatus", content=f'{{"third_id": "{card}')
            partner.get(f"/api/vending/session/{opened['session_id']}/status", params={"token": shown})
    return [key, wrong, card]


VISITS: tuple[Callable[[Visitor], list[str]], ...] = (
    buys_on_the_web,
    orders_parts,
    wants_a_call,
    tells_of_payments,
    works_here,
)


def _letters(folder: Path, to: str) -> list[str]:
    texts = [path.read_text("utf-8") for path in (folder / "mailbox").glob("*.eml")]
    return [link for text in texts if to in text for link in _LETTER.findall(text.replace("=\n", ""))]


def _told(answer: httpx2.Response) -> Any:
    assert answer.status_code == 200, f"{answer.request.url}: {answer.status_code} {answer.text[:500]}"
    return answer.json()
