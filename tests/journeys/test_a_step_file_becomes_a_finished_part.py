"""From a STEP file to the finished part and its paper, with the whole shop running."""

import base64
import email
import io
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from email import policy
from importlib.resources import files
from pathlib import Path
from typing import Any

import httpx2
import pypdf
import pytest
from rich.console import Console

from makeline.commerce.accounts.change_role import change_role
from makeline.commerce.accounts.queries import users_page
from makeline.commerce.accounts.states import Role
from makeline.main.invariants import violations
from makeline.main.parts_demo import order_a_part
from makeline.parts.quotes.replay import replay_all
from tests.journeys.conftest import POSTGRESQL_AND_S3, SQLITE_AND_DISK, Open
from tests.journeys.street import PATIENCE, Street, answer

PASSWORD = "correct horse battery"
WISH = {
    "service_id": "cnc-milling",
    "material_id": "alum_D16",
    "material_form": "sheet",
    "quantity": 10,
    "cover_id": ["1"],
    "special_instructions": "Break all edges",
}


@asynccontextmanager
async def person(shop: Street, name: str, role: Role = Role.CUSTOMER) -> AsyncGenerator[httpx2.AsyncClient]:
    """Somebody with an account, signed in."""
    here = shop.kiosk.base_url
    async with httpx2.AsyncClient(base_url=here, timeout=PATIENCE, trust_env=False) as client:
        body = {"username": name, "email": f"{name}@example.com", "password": PASSWORD}
        user_id = (await answer(client.post("/register", json=body)))["user_id"]
        await shop.house.database.begin(lambda unit: change_role(unit, user_id, role), actor="test")
        signed_in = await answer(client.post("/login", json={"username": name, "password": PASSWORD}))
        client.headers["authorization"] = f"Bearer {signed_in['access_token']}"
        yield client


def letters(mailbox: Path) -> list[Any]:
    """Every letter that was sent, oldest first."""
    found = sorted(mailbox.glob("*.eml")) if mailbox.is_dir() else []
    return [email.message_from_bytes(letter.read_bytes(), policy=policy.default) for letter in found]


async def confirm_address(shop: Street, mailbox: Path) -> None:
    """The customer follows the link in the first letter to her."""

    async def to_anna() -> list[Any]:
        return [letter for letter in letters(mailbox) if letter["To"] == "anna@example.com"]

    first, *_ = await shop.until(to_anna, bool)
    found = re.search(r"/account/letters/\S+", first.get_content())
    assert found is not None
    assert (await shop.kiosk.post(found[0])).status_code == 200


@pytest.mark.parametrize("street", [POSTGRESQL_AND_S3], indirect=True)
async def test_a_step_file_becomes_a_finished_part_with_its_invoice(street: Open, tmp_path: Path):
    async with street() as shop:
        async with person(shop, "anna") as anna, person(shop, "clerk", Role.STAFF) as clerk:
            await confirm_address(shop, tmp_path / "mailbox")
            data = (files("makeline.main") / "demo_parts" / "bracket.step").read_bytes()
            upload = {"file_name": "bracket.step", "file_data": base64.b64encode(data).decode()}
            file = await answer(anna.post("/files", json=upload))
            assert file["geometry"]["watertight"]

            wish = {**WISH, "file_id": file["id"]}
            price = await answer(anna.post("/calculate-price", json=wish))
            assert price["basis"] == "file"
            agreed = {**wish, "total_price": price["total_price"]}
            order = await answer(anna.post("/orders", json=agreed))
            here = f"/orders/{order['order_id']}"
            assert (order["status"], order["total_price"]) == ("pending", price["total_price"])

            paper = await shop.until(lambda: anna.get(f"{here}/invoice"), lambda got: got.status_code == 200)
            assert paper.headers["content-type"] == "application/pdf"
            text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(paper.content)).pages)
            assert f"{price['total_price']:,.2f}"[-6:].replace(".", ",") in text.replace(".", ",")

            await answer(clerk.put(f"/admin{here}", json={"status": "processing"}))
            payment = {
                "amount": order["amount_due"],
                "reference": "PP 1",
                "date": order["created_at"][:10],
            }
            await answer(clerk.post(f"/v1{here}/payments", json=payment))
            await answer(clerk.put(f"/admin{here}", json={"status": "completed"}))

            seen = await answer(anna.get(here))
            assert (seen["status"], seen["payment_status"], seen["amount_open"]) == ("completed", "paid", 0)
            await must_have_been_told(shop, tmp_path / "mailbox", order["order_number"])
        assert await shop.house.database.read(violations) == []
        assert [again.differences async for again in replay_all(shop.house.database.read)] == [()]


async def must_have_been_told(shop: Street, mailbox: Path, number: str) -> None:
    """A letter for every step, and one with the invoice."""

    async def subjects() -> list[str]:
        return [str(letter["Subject"]) for letter in letters(mailbox)]

    for what in ("we have your order", "we are making your order", "your order is complete"):
        await shop.until(subjects, lambda told, what=what: f"{number}: {what}" in told)


@pytest.mark.parametrize("street", [SQLITE_AND_DISK], indirect=True)
async def test_the_demo_of_parts_orders_one_and_completes_it(street: Open):
    said = io.StringIO()
    async with street() as shop:
        code = await order_a_part(shop.house.settings, Console(file=said, width=160))
        assert code == 0, said.getvalue()
        assert await shop.house.database.read(violations) == []
        everybody, _ = await shop.house.database.read(lambda unit: users_page(unit, limit=10, before_id=None))
    steps = re.findall(r"^ +[\d.]+ s  \(\+ *\d+ ms\)  (.+)$", said.getvalue(), re.MULTILINE)
    assert len(steps) == 11, said.getvalue()
    assert re.search(r"^order +ORDER_\d{8}", said.getvalue(), re.MULTILINE)
    # Nobody of the demo may see what belongs to others afterwards.
    assert {user.role for user in everybody} == {Role.CUSTOMER}
