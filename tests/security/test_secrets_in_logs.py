"""S8: a server that talks as much as it can writes down no secret, no card and no address of a customer."""

import json
import sys
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import httpx2
import pytest

from makeline.adapters.print_partner.simulator.settings import DEMO_KEY, DEMO_PASSWORD
from tests.figures import Figures
from tests.security.told_in_confidence import PORTAL_TOKEN, VISITS, Visitor
from tests.servers.process import Process

LAUNCHER = Path(sys.executable).with_name("makeline")
MACHINE = "VM001"
CARD, AUTHORISATION, MAIL, PHONE = "4929123412341234", "AUTH998877", "jane@customer.test", "+44770090012"
LINK_KEY = "a-key-for-links-that-no-log-may-show"


@pytest.mark.timeout(300)
def test_what_a_server_writes_holds_no_secret_of_a_sale(
    tmp_path: Path, free_port: Callable[[], int], figures: Figures
):
    port = free_port()
    env = {
        "LOG_LEVEL": "debug",
        "LINK_KEYS": LINK_KEY,
        "PARTNER_SIMULATOR_PORT": str(free_port()),
        "PARTNER_SIMULATOR_PROFILE": "none",
        "PARTNER_PAUSE_SECONDS": "0",
        # The parts to try with are no part of a sale.
        "DEMO_FILES": "off",
    }
    log = tmp_path / "server.log"
    argv = [LAUNCHER, "run", "--port", str(port), "--data-dir", tmp_path / "data"]
    with Process.fork(argv, log=log, env=env) as server:
        server.wait_for_http(f"http://127.0.0.1:{port}/ready", patience=120)
        secrets = _buy(f"http://127.0.0.1:{port}")
    written = log.read_text()
    assert '"level"' in written
    looked_for = (*secrets, CARD, AUTHORISATION, MAIL, PHONE, LINK_KEY, DEMO_KEY, DEMO_PASSWORD)
    found = [secret for secret in looked_for if secret in written]
    assert not found, [line for line in written.splitlines() if any(secret in line for secret in found)][:5]
    lines = written.count("\n")
    figures(
        f"S8 a sale: {len(looked_for)} secrets looked for in {lines} lines of a log that says everything, 0 hits"
    )


@pytest.mark.timeout(900)
def test_nor_does_what_it_writes_of_anybody_else(
    tmp_path: Path, free_port: Callable[[], int], rounds: Callable[[int, int], int], figures: Figures
):
    if not rounds(0, 1):
        pytest.skip("only with --night; by day a sale at a kiosk stands for all")
    port, stripe, crm = (free_port() for _ in range(3))
    env = {
        "LOG_LEVEL": "debug",
        "LINK_KEYS": LINK_KEY,
        "CRM_APPLICATION_TOKENS": PORTAL_TOKEN,
        "PARTNER_SIMULATOR_PROFILE": "none",
        "PARTNER_PAUSE_SECONDS": "0",
        "DEMO_FILES": "off",
        "STRIPE_SIMULATOR_PORT": str(stripe),
        "CRM_SIMULATOR_PORT": str(crm),
        **{name: str(free_port()) for name in ("PARTNER_SIMULATOR_PORT", "MAILBOX_PORT")},
    }
    log, folder = tmp_path / "server.log", tmp_path / "data"
    with Process.fork(
        [LAUNCHER, "run", "--port", str(port), "--data-dir", folder], log=log, env=env
    ) as server:
        visitor = Visitor(*(f"http://127.0.0.1:{one}" for one in (port, stripe, crm)), folder, LAUNCHER)
        server.wait_for_http(f"{visitor.base}/ready", patience=120)
        told = {visit.__name__: visit(visitor) for visit in VISITS}
    written = log.read_text()
    assert '"event": "print_partner.call"' in written
    found = {(who, secret) for who, secrets in told.items() for secret in secrets if secret in written}
    found |= {("the house", secret) for secret in (LINK_KEY, DEMO_KEY, DEMO_PASSWORD) if secret in written}
    lines = [line for line in written.splitlines() if any(secret in line for _, secret in found)]
    assert not found, (found, lines[:5])
    secrets = sum(map(len, told.values())) + 3
    figures(
        f"S8 everybody else: {secrets} secrets of {len(told)} kinds of callers looked for in {written.count(chr(10))} "
        "lines of a log that says everything, 0 hits"
    )


def _buy(url: str) -> list[str]:
    """A sale with everything that must not be written down, some of it in places where it does not belong."""
    photograph = (files("makeline.main") / "demo_photo" / "dandelion.jpg").read_bytes()
    with httpx2.Client(base_url=url, timeout=20, trust_env=False) as kiosk:
        created = kiosk.post("/api/vending/create-session", json={"machine_id": MACHINE}).json()
        at = f"/api/vending/session/{created['session_id']}"
        phone = {"sec-fetch-site": "same-origin"}
        joined = kiosk.post(
            f"{at}/register-user", json={"user_agent": MAIL, "email": MAIL}, headers=phone
        ).json()
        phone["authorization"] = f"Bearer {joined['client_token']}"
        picture = kiosk.post(f"{at}/images", content=photograph, headers=phone).json()
        order = {
            "brand": "iphone",
            "model": "iPhone 15 Pro",
            "template": "classic",
            "images": [picture["image"]],
        }
        body = {"order_data": order, "payment_amount": 19.99, "customer": {"phone": PHONE}}
        assert kiosk.post(f"{at}/order-summary", json=body, headers=phone).status_code == 200
        kiosk.get(picture["url"].removeprefix(url))
        kiosk.get(picture["url"].removeprefix(url) + "0")
        paid = {
            "payment_method": "card",
            "payment_amount": 19.99,
            "transaction_id": "TXN_LOGS",
            "payment_data": {"card_number": CARD, "authorization_code": AUTHORISATION, "email": MAIL},
        }
        assert kiosk.post(f"{at}/confirm-payment", json=paid).status_code == 200
        kiosk.post(f"{at}/confirm-payment", content=json.dumps(paid)[:-1])
        wrong_key = "mk_AAAAAAAA_" + "B" * 32
        kiosk.get(f"{at}/status", headers={"authorization": f"Bearer {wrong_key}"})
    return [joined["client_token"], picture["url"].partition("token=")[2], wrong_key]
