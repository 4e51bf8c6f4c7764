"""Staff works through a day on its pages: looks at everything that was sold, and does what may be done, once."""

import re
from typing import Any

import pytest

from makeline.admin.roads import road
from makeline.cases.production.print_partner import JobStep
from makeline.commerce.accounts.appoint import appoint, sign_out, take_second_factor
from makeline.commerce.accounts.members import Member
from makeline.commerce.accounts.states import Role
from makeline.commerce.orders.states import ORDER_STATES, OrderStatus
from makeline.kernel.errors import NotAllowed
from tests.admin.browsers import Browser, at_work
from tests.admin.busy_day import BusyDay, busy_day
from tests.engines import on_sqlite
from tests.given import Given
from tests.members import signed_in
from tests.web import open_shop
from tests.web_buying import KNOWN

_ONCE = re.compile(r'name="once" value="([^"]+)"')
_LINK = re.compile(r'(?:href|src)="(/staff[^"#?]*)(?:[?#][^"]*)?"')


async def _seen(who: Browser, path: str) -> str:
    answer = await who.get(path)
    assert answer.status_code == 200, (path, answer.status_code, answer.text[-600:])
    return answer.text


async def _done(who: Browser, page: str, deed: str, **fields: str) -> str:
    """The page after the form of a deed did its work; sent twice, as by an impatient finger."""
    once = _ONCE.findall(await _seen(who, page))[0]
    seen = []
    for _ in range(2):
        answer = await who.post(f"{page}/{deed}", once=once, **fields)
        assert answer.status_code == 303, re.findall(
            r'class="(?:notice bad|problem)"[^>]*>([^<]*)', answer.text
        )
        seen.append(await _seen(who, answer.headers["location"]))
    assert "nothing was done twice" in seen[1]
    return seen[0]


@on_sqlite
async def test_every_page_shows_and_every_link_of_it_leads_somewhere(given: Given):
    async with open_shop(given, **KNOWN) as shop:
        day = await busy_day(shop)
        await given.promises_kept()
        boss = await at_work(shop, "boss", Role.ADMIN)
        found, seen = ["/staff/orders"], set[str]()
        while found:
            path = found.pop()
            # Pages of others are walked through by their own tests.
            if path in seen or path.startswith(_OF_OTHERS):
                continue
            seen.add(path)
            answer = await boss.get(path)
            assert answer.status_code == 200, (path, answer.status_code, answer.text[-400:])
            if answer.headers["content-type"].startswith("text/html"):
                found += _LINK.findall(answer.text)
        assert f"/staff/orders/{day.kiosk.number}" in seen
        assert {path.rpartition("/")[0] for path in seen} >= {
            *("/staff/payments", "/staff/anomalies", "/staff/prints", "/staff/designs", "/staff/quotes"),
            *("/staff/users", "/staff/pictures/design", "/staff/pictures/part"),
        }
        table = (await boss.get("/staff/orders.csv?storefront=webstore")).text.lstrip("\ufeff").splitlines()
        assert (len(table), table[1].split(",")[0]) == (2, day.web.number)
        wrong = await boss.get("/staff/orders?from=yesterday")
        assert (wrong.status_code, "must be a day" in wrong.text) == (422, True)


_OF_OTHERS = (
    *("/staff/machines", "/staff/account", "/staff/sign-in", "/staff/second-factor"),
    *("/staff/search", "/staff/crm", "/staff/outbox", "/staff/audit", "/staff/rates", "/staff/stock"),
    *("/staff/catalogue", "/staff/partners", "/staff/deliveries"),
)


async def test_staff_moves_orders_money_prints_and_offers_on_and_nothing_is_done_twice(given: Given):
    async with open_shop(given, **KNOWN) as shop:
        day = await busy_day(shop)
        await given.promises_kept()
        vera = await at_work(shop, "vera")
        await _part(vera, day)
        await _machine(vera, given, day)
        await _webstore(vera, day)
        await _offer(vera, given, day)
        # What only admins do is refused to her, on the page and by the verb.
        refused = await vera.post(f"/staff/users/{day.part['user_id']}/role", role="admin")
        assert refused.status_code == 403


async def _part(vera: Browser, day: BusyDay) -> None:
    page = f"/staff/orders/{day.part['order_number']}"
    due = (await day.anna.get(f"/orders/{day.part['order_id']}")).json()["amount_due"]
    wrong = await vera.post(f"{page}/payment", amount="lots", reference="17", booked_on="2026-03-02")
    assert (wrong.status_code, "must be an amount of money" in wrong.text) == (422, True)
    assert 'value="17"' in wrong.text
    paid = {"amount": f"{due:.2f}", "reference": "17", "booked_on": "2026-03-02"}
    assert "The payment is written down" in await _done(vera, page, "payment", **paid)
    assert "in production" in await _done(vera, page, "begin")
    noted = await _done(vera, page, "note", note="called him <b>twice</b>")
    assert noted.count("called him &lt;b&gt;twice&lt;/b&gt;") == 1
    cancelled = await _done(vera, page, "cancel", cancel_reason="no such alloy")
    assert "no such alloy" in cancelled and "deed-begin" not in cancelled
    returned = await _done(vera, page, "refund", refund_reason="cancelled")
    assert "refunded" in returned
    seen = (await day.anna.get(f"/orders/{day.part['order_id']}")).json()
    assert (seen["status"], seen["payment_status"]) == ("cancelled", "refunded")


async def _machine(vera: Browser, given: Given, day: BusyDay) -> None:
    page = f"/staff/orders/{day.kiosk.number}"
    await given.submitted(day.kiosk, until_sent=True)
    await given.print_notice(day.kiosk.number, JobStep.FAILED)
    assert "Another print stands in the queue" in await _done(vera, page, "reprint", reprint_reason="smeared")
    job = await given.job(await given.order(day.kiosk.number))
    assert job.attempt == 2
    # Several at once, and back again.
    text = await _seen(vera, "/staff/prints")
    first = await vera.post("/staff/prints/priority", print=job.reference, priority="1", once="one")
    back = first.headers["location"]
    assert (first.status_code, back) == (303, f"/staff/prints?undo={job.reference}.{job.priority}")
    undo = re.findall(r'name="undo" value="([^"]+)"', await _seen(vera, back))
    assert undo and job.reference in text
    await vera.post("/staff/prints/priority-back", undo=undo[0], once="two")
    assert (await given.job(await given.order(day.kiosk.number))).priority == job.priority
    nothing = await vera.post("/staff/prints/priority", priority="1")
    assert (nothing.status_code, "choose some prints first" in nothing.text) == (422, True)
    at = f"/staff/prints/{job.reference}"
    assert "The print is cancelled" in await _done(vera, at, "refuse", refuse_reason="he changed his mind")
    again = await vera.post(f"{at}/refuse", refuse_reason="twice", once="another")
    assert again.status_code == 409
    assert "money went back" in await _done(vera, page, "give-back", give_back_reason="in cash")
    assert "Earlier addresses" in await _done(vera, page, "renew-link")
    assert "erased" in await _done(vera, page, "erase")
    anomalies = re.findall(r'href="(/staff/anomalies/\d+)"', await _seen(vera, "/staff/anomalies"))
    empty = await vera.post(f"{anomalies[0]}/settle", outcome="refunded", note="")
    assert (empty.status_code, "must say why" in empty.text) == (422, True)
    assert "Settled" in await _settled(vera, anomalies[0])


async def _settled(vera: Browser, page: str) -> str:
    once = _ONCE.findall(await _seen(vera, page))[0]
    answer = await vera.post(f"{page}/settle", once=once, outcome="refunded", note="in cash")
    return await _seen(vera, answer.headers["location"])


async def _webstore(vera: Browser, day: BusyDay) -> None:
    page = f"/staff/orders/{day.web.number}"
    early = await vera.post(f"{page}/ship", carrier="Royal Mail")
    assert early.status_code == 409
    await day.given.submitted(day.web, until_sent=True)
    await day.buyer.printed()
    missing = await vera.post(f"{page}/ship", carrier="")
    assert (missing.status_code, "must be 1 to 60" in missing.text) == (422, True)
    assert "on its way" in await _done(vera, page, "ship", carrier="Royal Mail", tracking="RM1")


async def _offer(vera: Browser, given: Given, day: BusyDay) -> None:
    page, line = f"/staff/quotes/{day.quote['id']}", str(day.quote["lines"][1]["id"])
    given.clock.tick(hours=30)
    # So long nobody stays signed in.
    await vera.sign_in("vera")
    assert "late" in await _seen(vera, "/staff/quotes")
    wrong = await vera.post(f"{page}/answer", line=line, unit_price="0", days="3")
    assert (wrong.status_code, "must be above zero" in wrong.text) == (422, True)
    said = {"line": line, "unit_price": "12 500,50", "days": "20", "days_max": "25", "note": "welded"}
    assert "The line is answered" in await _done(vera, page, "answer", **said)
    anna = await signed_in(day.shop, "anna")
    seen = (await anna.get(f"/v1/quotes/{day.quote['id']}")).json()
    assert (seen["state"], seen["lines"][1]["unit_price"]["amount"]) == ("open", 1_250_050)


@on_sqlite
async def test_admins_say_who_is_what_and_end_sign_ins(given: Given):
    async with open_shop(given) as shop:
        boss, vera = await at_work(shop, "boss", Role.ADMIN), await at_work(shop, "vera")
        listed = await _seen(boss, "/staff/users?begins=VER")
        (path,) = re.findall(r'href="(/staff/users/\d+)"', listed)
        assert "The role is changed" in await _done(boss, path, "role", role="customer")
        assert (await vera.get("/staff")).status_code == 303
        last = re.findall(r'href="(/staff/users/\d+)"', await _seen(boss, "/staff/users?begins=boss"))
        refused = await boss.post(f"{last[0]}/role", role="staff")
        assert (refused.status_code, "the last admin stays one" in refused.text) == (409, True)
        # The verb itself says no, whatever page would let her.
        staff = Member(1, 1, "vera", Role.STAFF)
        for verb in (appoint, sign_out, take_second_factor):
            said = (Role.ADMIN,) if verb is appoint else ()
            with pytest.raises(NotAllowed):
                await given.database.begin(lambda unit, v=verb, s=said: v(unit, staff, 1, *s), actor="test")
        await _done(boss, path, "end-sign-ins")
        assert "Signed in nowhere" in await _seen(boss, path)


@pytest.mark.parametrize(
    ("current", "been", "expected"),
    [
        (OrderStatus.PLACED, {"placed"}, ["here", "next", "far", "failed next", "cancelled next"]),
        (OrderStatus.CANCELLED, {"placed"}, ["been", "far", "far", "cancelled here"]),
        (
            OrderStatus.IN_PRODUCTION,
            {"placed", "failed"},
            ["been", "here", "next", "failed next", "cancelled next"],
        ),
    ],
)
def test_a_road_says_where_something_was_is_and_may_go(current: OrderStatus, been: set[str], expected: Any):
    usual = (OrderStatus.PLACED, OrderStatus.IN_PRODUCTION, OrderStatus.COMPLETED)
    found = road(ORDER_STATES, usual, current, been=been)
    told = [stop.stand for stop in found.main] + [f"{stop.word} {stop.stand}" for stop in found.beside]
    assert told == expected
