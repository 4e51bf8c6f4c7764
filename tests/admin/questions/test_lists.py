"""Staff finds every order, payment, print, offer and person by where it stands, and each with all that belongs to it."""

from datetime import timedelta
from functools import partial

from makeline.admin.questions.anomalies import anomalies_by_kind, anomalies_page
from makeline.admin.questions.money import (
    balances,
    ledger_in_all,
    ledger_page,
    payment_file,
    payments_by_status,
    payments_page,
    uneven_bookings,
)
from makeline.admin.questions.order_file import order_file
from makeline.admin.questions.orders import orders_by_status, orders_in_all, orders_page
from makeline.admin.questions.people import beginning, people_by_role, people_page, person_file
from makeline.admin.questions.prints import (
    designs_in_all,
    designs_page,
    orders_for,
    print_file,
    prints_by_status,
    prints_in_all,
    prints_page,
    proof_of_design,
)
from makeline.admin.questions.quotes import quotes_by_state, quotes_page
from makeline.commerce.payments.models import Account
from tests.admin.busy_day import busy_day
from tests.given import Given
from tests.web import open_shop
from tests.web_buying import KNOWN


async def test_staff_finds_what_was_sold_by_storefront_state_and_day_and_reads_everything_about_it(
    given: Given,
):
    async with open_shop(given, **KNOWN) as shop:
        day = await busy_day(shop)
        await given.promises_kept()
    read = given.database.read

    async def orders(limit: int = 50, before_id: int | None = None, **wish):
        rows = await read(partial(orders_page, wish=wish, limit=limit, before_id=before_id))
        return [row.number for row in rows]

    every = [day.part["order_number"], day.web.number, day.kiosk.number]
    assert await orders() == every
    assert await orders(limit=1, before_id=day.web.id) == [day.kiosk.number]
    assert await orders(storefront="webstore") == [day.web.number]
    assert await orders(storefront="cases", payment_status="paid", status="placed") == [day.kiosk.number]
    assert await orders(storefront="cases", status="completed") == []
    now = given.clock()
    assert await orders(since=now + timedelta(days=1)) == []
    assert await orders(since=now - timedelta(days=1), until=now + timedelta(seconds=1)) == every
    assert await read(lambda unit: orders_by_status(unit, {"status": "failed"})) == {"placed": 3}
    assert await read(lambda unit: orders_in_all(unit, {"storefront": "parts"})) == 1
    part, web, kiosk = await read(lambda unit: orders_page(unit, {}, limit=9, before_id=None))
    assert (part.username, part.file_id is not None, part.design_id) == ("anna", True, None)
    assert (web.customer_email, web.journey, web.machine) == ("ada@example.com", "waiting", "VM_LONDON_01")
    assert (kiosk.machine, kiosk.customer_name, kiosk.quantity) == ("VM_LONDON_01", None, 1)

    paid = await read(lambda unit: order_file(unit, day.web.number))
    assert paid.web is not None and paid.case is not None and paid.part is None
    assert [job.attempt for job in paid.case.jobs] == [1]
    assert {entry.noun for entry in paid.story} >= {
        "order",
        "order payment",
        "payment",
        "print job",
        "letter",
    }
    assert [entry.cause for entry in paid.story if entry.noun == "letter"] == [
        f"{day.web.number}: we have your order"
    ]
    doubted = await read(lambda unit: order_file(unit, day.kiosk.number))
    assert [one.kind for one in doubted.anomalies] == ["refund_due"]
    assert doubted.visit is not None and doubted.received == 1999
    made = await read(lambda unit: order_file(unit, day.part["order_number"]))
    assert made.customer is not None and made.parts[0].file is not None
    assert [one.state for one in made.invoices] == ["rendered"]
    assert (made.received, made.notes) == (0, [])
    assert made.mirrored is not None and made.mirrored.status == "pending"

    await _money(given, day)
    await _pictures(given, day)
    await _people(given, day)


async def _money(given: Given, day) -> None:
    read = given.database.read
    paid = await read(lambda unit: payments_page(unit, {"status": "paid"}, limit=9, before_id=None))
    assert [row.order_number for row in paid] == [day.kiosk.number]
    of_web = {"storefront": "webstore", "provider": given.gateway.name}
    assert await read(lambda unit: payments_by_status(unit, of_web)) == {"authorised": 1}
    rows = await read(lambda unit: ledger_page(unit, {"account": "received"}, limit=9, before_id=None))
    assert [(row.minor, row.order_number) for row in rows] == [(1999, day.kiosk.number)]
    assert await read(lambda unit: ledger_in_all(unit, {"currency": "RUB"})) == 2
    standing = await read(balances)
    assert standing["GBP"][Account.RECEIVED].minor == 1999
    assert all(sum(money.minor for money in accounts.values()) == 0 for accounts in standing.values())
    assert await read(uneven_bookings) == []
    one = await read(lambda unit: payment_file(unit, paid[0].id))
    assert [row.account for row in one.ledger] == ["received", "sales"]
    assert [entry.to_state for entry in one.story][-1] == "paid"
    open_ones = await read(
        lambda unit: anomalies_page(unit, {"open": True, "kind": "refund_due"}, limit=9, before_id=None)
    )
    assert [row.subject for row in open_ones] == [day.kiosk.number]
    assert await read(lambda unit: anomalies_by_kind(unit, {"settled": True})) == {}


async def _pictures(given: Given, day) -> None:
    read = given.database.read
    wish = {"machine": "VM_LONDON_01", "latest": True, "storefront": "cases"}
    (row,) = await read(lambda unit: prints_page(unit, wish, limit=9, before_id=None))
    assert (row.order_number, row.content, row.picture_gone_at) == (day.kiosk.number, None, None)
    assert await read(lambda unit: prints_in_all(unit, {"held": True})) == 0
    assert sum((await read(lambda unit: prints_by_status(unit, {}))).values()) == 2
    found = await read(lambda unit: print_file(unit, row.reference))
    assert found.order.number == day.kiosk.number and found.story
    assert (await read(lambda unit: proof_of_design(unit, row.design_id))).name == found.design.proof_name
    drawn = await read(lambda unit: designs_page(unit, {}, limit=9, before_id=None))
    ordered = await read(lambda unit: orders_for(unit, drawn))
    assert sorted(ordered.items()) == sorted(
        zip([one.id for one in drawn], [day.web.number, day.kiosk.number], strict=True)
    )
    assert await read(lambda unit: designs_in_all(unit, {"template": "classic"})) == 2


async def _people(given: Given, day) -> None:
    read = given.database.read
    (anna,) = await read(lambda unit: people_page(unit, {"like": beginning("AN")}, limit=9, before_id=None))
    assert anna.username == "anna"
    assert await read(lambda unit: people_page(unit, {"like": beginning("%")}, limit=9, before_id=None)) == []
    assert await read(lambda unit: people_by_role(unit, {"role": "admin"})) == {"customer": 1}
    person = await read(lambda unit: person_file(unit, anna.id))
    assert [order.number for order in person.orders] == [day.part["order_number"]]
    assert (person.files_in_all, person.documents_in_all, len(person.sign_ins)) == (1, 0, 1)
    (offer,) = await read(lambda unit: quotes_page(unit, {"state": "in_review"}, limit=9, before_id=None))
    assert (offer.id, offer.lines, offer.in_review) == (day.quote["id"], 2, 1)
    assert offer.due_at is not None and offer.total_minor > 0
    assert await read(lambda unit: quotes_by_state(unit, {"user_id": anna.id})) == {"in_review": 1}
