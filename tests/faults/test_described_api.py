"""R25: whatever is called as the API description allows, or as it forbids, is answered as it says."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from schemathesis import APIOperation, Case, Response
from sqlalchemy import func, select

from makeline.adapters.drawing.picture_header import check_header
from makeline.cases.designs.renderer import CleanPicture
from makeline.cases.kiosk.models import kiosk_sessions
from makeline.cases.production.models import print_jobs
from makeline.cases.stock.models import stock_movements
from makeline.commerce.files.links import Audience
from makeline.commerce.orders.models import orders
from makeline.commerce.payments.models import ledger_entries, payments
from makeline.foundation.statements import Query
from tests.adapters.drawing.sample_pictures import photo, written
from tests.asking import MODEL
from tests.cases.machines.beats import beat
from tests.engines import on_sqlite
from tests.fakes import PlainRenderer
from tests.faults.conftest import Figures
from tests.faults.floor import WIDE, load, put_up
from tests.faults.fuzzing import Fuzz, Guest, Tried, World
from tests.faults.test_who_may_call_what import ABROAD, ROWS
from tests.given import Given
from tests.people import OTHER, key_of, other_partner
from tests.web import OpenShop, open_shop

pytestmark = [on_sqlite, pytest.mark.timeout(3600)]

# Their success may be about nothing: links to no order, a notice that is nobody's business.
_BATCH = ("GET", "/api/chinese/images/batch-download")
_NOTICE = ("POST", "/api/chinese/order-status-update")
# Passwords and CAD files take their time: with fewer calls only partners, kiosks and their customers are heard.
_ENOUGH_FOR_ALL = 1000
_STANDING: Query[tuple[Any, ...]] = Query(
    select(
        *(
            select(func.group_concat(value)).select_from(table).scalar_subquery()
            for table, value in (
                (kiosk_sessions, kiosk_sessions.c.status),
                (kiosk_sessions, kiosk_sessions.c.design_id),
                (orders, orders.c.status),
                (payments, payments.c.status),
                (print_jobs, print_jobs.c.status),
                (stock_movements, stock_movements.c.id),
                (ledger_entries, ledger_entries.c.id),
            )
        )
    ),
    tuple,
)


class PickyRenderer(PlainRenderer):
    """Looks at least at the first bytes, as the real one does."""

    async def read_picture(self, raw: bytes) -> CleanPicture:
        check_header(raw)
        return await super().read_picture(raw)


async def test_every_call_of_a_partner_and_his_customers_is_answered_as_described(
    given: Given, fuzzing: tuple[int, int], figures: Figures
):
    cases, number = fuzzing
    tried = Tried(number)
    await _furnish(given)
    async with open_shop(replace(given, renderer=PickyRenderer())) as shop:
        key = await key_of(given.database)
        session = await given.session(WIDE)
        guests = [
            Guest("partner", {"authorization": f"Bearer {key.text}"}),
            Guest("partner", {"authorization": f"Bearer {key.text}"}),
            Guest("phone", {**ABROAD, "authorization": f"Bearer {await given.secret(session.key)}"}),
        ]
        await _fuzz(shop, guests, tried, lambda *_: None, cases=cases)
    assert not tried.wrong, "\n".join(f"{what}\n   {how}" for what, how in tried.wrong.items())
    assert tried.answers[200] > cases / 10, tried.answers
    figures(f"R25 known callers: {tried}", **_again(cases, number))


async def test_every_call_of_somebody_else_is_answered_as_described_and_moves_nothing(
    given: Given, fuzzing: tuple[int, int], figures: Figures
):
    cases, number = fuzzing
    tried = Tried(number)
    await _furnish(given)
    await other_partner(given.database)
    other = await key_of(given.database, OTHER)
    guests = [
        Guest("nobody", ABROAD),
        Guest("other partner", {**ABROAD, "authorization": f"Bearer {other.text}"}),
        Guest("somebody with an invented key", {**ABROAD, "authorization": "Bearer mk_ABCDEFGH_" + "7" * 32}),
    ]
    things = await _things(given)
    before = await given.rows(_STANDING)
    async with open_shop(given) as shop:
        await _fuzz(shop, guests, tried, _judge, cases=cases, things=things)
    assert not tried.wrong, "\n".join(f"{what}\n   {how}" for what, how in tried.wrong.items())
    assert await given.rows(_STANDING) == before
    figures(f"R25 strangers: {tried}, nothing moved", **_again(cases, number))


def _again(cases: int, seed: int) -> dict[str, Any]:
    return {"seed": seed, "command": f"make fuzz FUZZ={2 * cases} SEED={seed}"}


async def _furnish(given: Given) -> None:
    await given.database.begin(lambda unit: put_up(unit, room=100_000), actor="test")
    await given.database.begin(lambda unit: load(unit, blanks=100_000), actor="test")


async def _fuzz(
    shop: OpenShop,
    guests: list[Guest],
    tried: Tried,
    judge: Any,
    *,
    cases: int,
    things: dict[str, list[Any]] | None = None,
) -> None:
    loop = asyncio.get_running_loop()

    def grow() -> dict[str, list[Any]]:
        if things is not None:
            return {}
        return asyncio.run_coroutine_threadsafe(
            _things(replace(shop.given, renderer=PlainRenderer())), loop
        ).result()

    described = (await shop.operator.get("/openapi.json")).json()
    if cases < _ENOUGH_FOR_ALL:
        described["paths"] = {path: told for path, told in described["paths"].items() if _is_a_kiosks(path)}
    world = World({**_words(), **(things or {})}, grow)
    fuzz = Fuzz(shop.url, guests, world, judge, tried)
    await asyncio.to_thread(fuzz.run, described, cases=cases)


def _is_a_kiosks(path: str) -> bool:
    return path.startswith(("/api/", "/image/", "/o/", "/v1/machines", "/v1/sessions", "/v1/partner/"))


def _words() -> dict[str, list[Any]]:
    """What may be said of anything."""
    return {
        "machine_id": [WIDE],
        "equipment_id": [WIDE],
        "brand": ["iphone"],
        "model": [MODEL],
        "template": ["classic", "retro-remix", "nothing"],
        "payment_amount": [19.99, 19.99, 21.99, 1],
        "currency": ["GBP", "USD"],
        "images": [[]],
        "file": [written(photo((60, 40)), "PNG"), written(photo((60, 40)), "JPEG")],
        "priority": [1, 5],
        "status": [1, 3, 16, "printing", "completed", "nothing"],
        "format": ["zip", "tar"],
        "lang": ["ru"],
    }


async def _things(given: Given) -> dict[str, list[Any]]:
    """A sale at every point of its way."""
    # Whatever was said of the machine meanwhile: one that has stopped opens no session.
    await beat(given, "idle", machine=WIDE)
    fresh = await given.session(WIDE)
    pictured = await given.session(WIDE)
    name = await given.picture(pictured.key)
    closed = await given.closed((await given.session(WIDE)).key)
    to_pay = await given.session_to_pay(WIDE)
    paying, begun = await given.payment_begun(WIDE)
    sold, paid = await given.payment_begun(WIDE)
    await given.confirmed(sold.key, transaction=f"T{sold.key[-8:]}")
    link = given.links.link(name, Audience.CUSTOMER, given.clock.now)
    return {
        "session_id": [each.key for each in (fresh, pictured, closed, to_pay, to_pay, paying, sold)],
        "over": [closed.key],
        "order_id": [begun.order.number, paid.order.number, paid.order.number],
        "order_ids": [paid.order.number, f"{begun.order.number},{paid.order.number}"],
        "third_id": [begun.payment.reference, paid.payment.reference],
        "filename": [name],
        "token": [link.url.partition("token=")[2]],
    }


def _judge(operation: APIOperation, guest: Guest, case: Case, answer: Response) -> str | None:
    """A thing of somebody else is not there; and nobody is told a word that he did not say himself."""
    where = (operation.method.upper(), operation.path)
    row = ROWS.get(where)
    if row is None or not row.scope:
        return None
    if answer.status_code < 300 and not row.silent and not _is_about_nothing(where, answer):
        return f"{guest.name} was let in: {answer.status_code}"
    if "download_url" in answer.text:
        return f"{guest.name} was given a picture"
    return None


def _is_about_nothing(where: tuple[str, str], answer: Response) -> bool:
    if where == _BATCH:
        return answer.json()["successful_orders"] == 0
    if where == _NOTICE:
        said = answer.json()
        return not any(one.get("status") for one in (said, *said.get("results", ())))
    return False
