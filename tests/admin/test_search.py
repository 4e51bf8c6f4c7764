"""Search finds things by how people call them, goes at once to what was meant, and reads no table from end to end."""

import re
import sqlite3

from makeline.admin.pages.search import Wanted, is_exact, search
from makeline.admin.questions import search as questions
from makeline.commerce.accounts.states import Role
from makeline.foundation.columns import metadata
from makeline.foundation.statements import SQLITE
from tests.admin.browsers import Browser, at_work
from tests.admin.test_today import written
from tests.given import Given
from tests.members import register
from tests.web import open_shop


async def test_everything_is_found_by_its_beginning_and_what_was_meant_is_opened(given: Given):
    async with open_shop(given) as shop:
        boss = await at_work(shop, "boss", Role.ADMIN)
        vera = await at_work(shop, "vera")
        anna = await register(shop, "Anna")
        session, begun = await given.payment_begun()
        order, payment = begun.order.number, begun.payment

        async def led(text: str, who: Browser = vera) -> str:
            return (await who.get(f"/staff/search?q={text}")).headers.get("location", "")

        assert await led(order) == f"/staff/orders/{order}"
        assert await led(order.lower()) == f"/staff/orders/{order}"
        assert await led(order.removeprefix("ORDER_")) == f"/staff/orders/{order}"
        assert await led(payment.reference) == f"/staff/payments/{payment.id}"
        assert await led(session.key) == f"/staff/orders/{order}"
        assert await led("VM001") == "/staff/machines/VM001"
        assert await led("anna", boss) == await led("Anna@example.com", boss) == f"/staff/users/{anna}"
        # The page of a person is for admins, so nobody else is led there.
        assert await led("anna") == ""
        page = (await vera.get("/staff/search?q=anna")).text
        assert "Anna@example.com" in page
        assert "/staff/users/" not in page
        for text, said in (
            (order[:8], f'href="/staff/orders/{order}"'),
            (payment.reference[:8], f'href="/staff/payments/{payment.id}"'),
            (session.key[:20], session.key),
            ("iphone 15", "Phone models"),
            ("ann", "Anna@example.com"),
        ):
            answer = await vera.get(f"/staff/search?q={text}")
            assert answer.status_code == 200, text
            assert said in answer.text, text
            assert answer.text.count("<tr>") <= 1 + 2 * 8 + 4, text
        assert (await vera.get(f"/staff/search?q={order}&stay=1")).status_code == 200
        nothing = (await vera.get("/staff/search?q=zzzz%25_%5C%00")).text
        assert "Nothing begins like that." in nothing
        assert 'href="/staff/orders/' not in (await vera.get("/staff/search?q=%25")).text
        odd = await vera.get('/staff/search?q="><script>alert(1)</script>')
        assert "<script>alert" not in odd.text


async def test_whatever_is_typed_is_answered(given: Given):
    for text in ("", "a", "%", "_", "'", "١٢", "9" * 40, "ß" * 200, "\U0001f600", "2026-00001", "a\\"):
        hits = await given.database.read(lambda unit, text=text: search(unit, Wanted(text, "stripe")))
        assert [hit for hit in hits if is_exact(hit, text)] == [], text


def test_each_question_reads_an_index_or_a_small_table():
    engine = sqlite3.connect(":memory:")
    for statement in written(metadata):
        engine.execute(statement)
    for query in (*questions._ALL, questions._BY_INVOICE):
        compiled = query.compiled(SQLITE)
        plan = [
            row[3] for row in engine.execute(f"EXPLAIN QUERY PLAN {compiled.sql}", [0] * len(compiled.names))
        ]
        scans = {match.group(1) for step in plan if (match := re.match(r"SCAN (\w+)", step))}
        assert scans <= {"machines", "phone_models", "brands", "invoice_series"}, plan
    engine.close()
