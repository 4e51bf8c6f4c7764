"""S1: every path × {nobody, another partner, a key for other calls, an expired key, a revoked key}: nothing leaks.

The list of paths is the application's own. Whoever adds one adds a row here, and says who may call it.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from makeline.cases.machines.scopes import EVERY_SCOPE, Scope
from tests.adapters.print_partner.routes.bodies import confirm_body, summary_body
from tests.asking import MACHINE
from tests.engines import on_sqlite
from tests.faults.conftest import Figures
from tests.faults.what_is_public import PUBLIC
from tests.faults.who_people_are import PEOPLE
from tests.given import Given
from tests.people import OTHER, key_of, other_partner, revoked_key_of
from tests.web import OpenShop, open_shop

pytestmark = on_sqlite

AT = "/api/vending/session/{session_id}"
ABROAD = {"x-forwarded-for": "203.0.113.50"}


@dataclass(frozen=True)
class Subject:
    """A sale of the demo partner at a real machine: its payment has begun, or it is paid."""

    session_id: str
    third_id: str
    order_id: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """One path. ``scope`` empty: open to anyone who knows the id. ``silent``: the documented success for everybody,
    which tells nothing of the thing to whom it does not belong."""

    scope: str = ""
    body: Callable[[Subject], Any] | None = None
    silent: bool = False
    paid: bool = False
    query: str = ""
    nobody: int = 401
    good: tuple[int, ...] = (200,)


def _machine(_: Subject) -> Any:
    return {"machine_id": "VM_LONDON_01"}


def _print_command(it: Subject) -> Any:
    customer = {"name": "A", "email": "a@example.com", "phone": "+44 1234 567"}
    return {
        "order_id": it.order_id,
        "image_urls": ["https://pictures.example/1.png"],
        "phone_model": "iphone_15_pro",
        "customer_info": customer,
    }


def _style(_: Subject) -> Any:
    return {"image": "picture-1.png", "template": "retro-remix", "style": "vhs-nostalgia"}


ROWS: Mapping[tuple[str, str], Row] = {
    ("POST", "/api/vending/create-session"): Row(Scope.SESSIONS, _machine, good=(200, 429)),
    ("GET", f"{AT}/status"): Row(),
    ("GET", f"{AT}/order-info"): Row(),
    ("POST", f"{AT}/validate"): Row(),
    ("POST", f"{AT}/register-user"): Row(body=lambda _: {}),
    ("POST", f"{AT}/order-summary"): Row(
        Scope.SESSIONS, lambda it: summary_body(it.session_id), good=(409, 422)
    ),
    ("POST", f"{AT}/images"): Row(Scope.IMAGES, lambda _: {}, good=(200, 409)),
    ("POST", f"{AT}/init-payment"): Row(Scope.PAY, lambda _: {}),
    ("POST", f"{AT}/confirm-payment"): Row(Scope.PAY, lambda it: confirm_body(it.session_id)),
    ("POST", "/v1/sessions/{session_id}/terminal"): Row(Scope.PAY, lambda _: {"action": "pays"}),
    ("DELETE", AT): Row(Scope.SESSIONS, good=(409,)),
    ("POST", "/api/chinese/order/payStatus"): Row(
        Scope.PAY, lambda it: {"third_id": it.third_id, "status": 3}, silent=True
    ),
    ("POST", "/api/chinese/order-status-update"): Row(
        Scope.PRINT, lambda it: {"order_id": it.order_id, "status": "printed"}, paid=True, nobody=404
    ),
    ("GET", "/api/chinese/models/stock-status"): Row(Scope.STOCK, silent=True),
    ("GET", "/api/chinese/equipment/{equipment_id}/info"): Row(Scope.STOCK),
    ("POST", "/api/chinese/equipment/{equipment_id}/stock"): Row(
        Scope.STOCK, lambda _: {"materials": {"glue": 3}}
    ),
    # Nobody learns which ids exist.
    ("GET", "/api/chinese/payment/{third_id}/status"): Row(Scope.PAY, nobody=404),
    ("GET", "/api/chinese/test-connection"): Row(),
    ("GET", "/api/chinese/debug/session-validation/{session_id}"): Row(),
    # Nobody learns which orders exist.
    ("POST", "/api/chinese/print/trigger"): Row(
        Scope.PRINT, lambda it: {"order_id": it.order_id, "print_data": {}}, paid=True, nobody=404
    ),
    ("POST", "/api/chinese/send-print-command"): Row(Scope.PRINT, _print_command, paid=True, nobody=404),
    ("GET", "/api/chinese/print/{order_id}/status"): Row(Scope.PRINT, paid=True, nobody=404),
    ("GET", "/api/chinese/order/orderData"): Row(
        Scope.PRINT, query="?order_id={order_id}", paid=True, nobody=404
    ),
    ("GET", "/api/chinese/order/{order_id}/download-links"): Row(Scope.IMAGES, paid=True, nobody=404),
    ("GET", "/api/chinese/images/batch-download"): Row(
        Scope.IMAGES, query="?order_ids={order_id}", paid=True, nobody=404
    ),
    ("GET", "/v1/machines"): Row(Scope.STOCK, silent=True),
    ("GET", "/v1/machines/{machine_id}"): Row(Scope.STOCK),
    ("GET", "/v1/machines/{machine_id}/queue"): Row(Scope.PRINT, paid=True),
    ("GET", "/v1/machines/{machine_id}/events"): Row(Scope.PRINT),
    ("POST", "/v1/machines/{machine_id}/heartbeat"): Row(Scope.STOCK, lambda _: {"state": "idle"}),
    ("GET", "/v1/sessions/{session_id}/story"): Row(Scope.SESSIONS),
    ("GET", "/v1/sessions/{session_id}/visit"): Row(Scope.SESSIONS),
    ("GET", "/v1/sessions/{session_id}/design/verdict"): Row(Scope.SESSIONS),
    ("GET", "/v1/sessions/{session_id}/design/overlay.png"): Row(Scope.SESSIONS),
    ("GET", "/v1/sessions/{session_id}/promise"): Row(),
    ("POST", "/v1/sessions/{session_id}/styles"): Row(Scope.IMAGES, _style, good=(409, 422)),
    ("GET", "/v1/sessions/{session_id}/styles"): Row(Scope.IMAGES),
    ("DELETE", "/v1/sessions/{session_id}/pictures"): Row(Scope.IMAGES, good=(409,)),
    ("GET", "/v1/sessions/{session_id}/styles/{job_id}"): Row(Scope.IMAGES, good=(404,)),
    ("GET", "/v1/sessions/{session_id}/styles/{job_id}/events"): Row(Scope.IMAGES, good=(404,)),
    ("POST", "/v1/sessions/{session_id}/styles/{job_id}/take"): Row(Scope.IMAGES, good=(404, 409)),
}


Ask = Callable[[dict[str, str]], Awaitable[httpx2.Response]]


async def _subject(given: Given, *, paid: bool) -> Subject:
    session, begun = await given.payment_begun()
    if paid:
        await given.confirmed(session.key)
    order = begun.order.number
    # What an answer to somebody else must never hold.
    words = (order, begun.payment.reference, str(begun.payment.provider_reference))
    return Subject(session.key, begun.payment.reference, order, words)


def _asker(shop: OpenShop, method: str, path: str, row: Row, subject: Subject) -> Ask:
    filled = (path + row.query).format(
        session_id=subject.session_id,
        order_id=subject.order_id,
        machine_id=MACHINE,
        equipment_id=MACHINE,
        third_id=subject.third_id,
        job_id=1,
    )
    body = row.body(subject) if row.body else None

    async def ask(headers: dict[str, str]) -> httpx2.Response:
        client = shop.caller({**ABROAD, **headers})
        answer = await client.send(client.build_request(method, filled, json=body), stream=True)
        # A stream that was opened has no end; that it opened is all that is asked.
        if not answer.headers.get("content-type", "").startswith("text/event-stream"):
            await answer.aread()
        await answer.aclose()
        return answer

    return ask


async def test_every_path_of_the_application_has_a_row(given: Given):
    async with open_shop(given) as shop:
        described = (await shop.stranger.get("/openapi.json")).json()["paths"]
    there = {(method.upper(), path) for path, methods in described.items() for method in methods}
    assert there - ROWS.keys() - PUBLIC.keys() - PEOPLE.keys() == set(), "add a row: who may call it?"
    assert (ROWS.keys() | PUBLIC.keys() | PEOPLE.keys()) - there == set(), "a row without its path"


@pytest.mark.parametrize(
    ("where", "row"), ROWS.items(), ids=lambda value: " ".join(value) if isinstance(value, tuple) else ""
)
async def test_a_path_opens_for_its_own_partner_and_for_nobody_else(
    given: Given, where: tuple[str, str], row: Row, figures: Figures
):
    await other_partner(given.database)
    subject = await _subject(given, paid=row.paid)
    keys = {
        "other partner": await key_of(given.database, OTHER),
        "wrong scope": await key_of(given.database, scopes=EVERY_SCOPE - {row.scope}),
        "expired": await key_of(given.database, lifetime=timedelta(seconds=1)),
        "revoked": await revoked_key_of(given.database),
        "right": await key_of(
            given.database, scopes=frozenset({Scope(row.scope)}) if row.scope else EVERY_SCOPE
        ),
    }
    given.clock.tick(seconds=1)
    before = await given.session_now(subject.session_id), await given.order(subject.order_id)
    async with open_shop(given) as shop:
        ask = _asker(shop, *where, row, subject)
        answers = {"nobody": await ask({})}
        for who, key in keys.items():
            if who == "right" and row.scope:
                assert (
                    await given.session_now(subject.session_id),
                    await given.order(subject.order_id),
                ) == before
            answers[who] = await ask({"authorization": f"Bearer {key.text}"})
    found = {who: answer.status_code for who, answer in answers.items()}
    open_to_all = row.silent or not row.scope
    assert found.pop("right") in row.good, answers["right"].text
    assert found == {
        "nobody": 200 if open_to_all else row.nobody,
        "other partner": 200 if open_to_all else 404,
        "wrong scope": 403 if row.scope else 200,
        "expired": 401,
        "revoked": 401,
    }
    if row.scope:
        assert answers["wrong scope"].json()["scope"] == row.scope
        for who in found:
            leaked = [
                word
                for word in subject.words
                if word in answers[who].text and not _sent(where[1] + row.query, row, subject, word)
            ]
            assert not leaked, (who, answers[who].text)
    assert {who: answers[who].json()["reason"] for who in ("expired", "revoked")} == {
        "expired": "key_expired",
        "revoked": "key_revoked",
    }
    figures(f"S1 partners: {len(found)} callers, 0 leaks", each="paths")


def _sent(path: str, row: Row, subject: Subject, word: str) -> bool:
    """Whether the caller said it himself: an answer may repeat what it was asked."""
    asked = word == subject.order_id and "{order_id}" in path
    return asked or word in str(row.body and row.body(subject))
