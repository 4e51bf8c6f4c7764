"""Money at the gateway for what we do not have: after a restore nobody has to find it by himself."""

from dataclasses import replace

from makeline.commerce.payments.gateway import MoneyStanding
from makeline.commerce.payments.unknown import find_unknown_payments
from makeline.foundation.anomalies import open_anomalies
from makeline.foundation.database import Database
from tests.commerce.payments.web_sales import WebSales
from tests.commerce.selling import Till
from tests.fakes import StandingClock


async def test_money_at_the_gateway_for_a_page_that_we_do_not_have_is_put_before_staff_once(
    database: Database,
):
    assert isinstance(database.clock, StandingClock)
    sales = WebSales(Till(database), database.clock)
    _, page = await sales.taken()
    ours = sales.gateway.reports[page]
    for name, standing in (("lost", MoneyStanding.TAKEN), ("given up", MoneyStanding.EXPIRED)):
        sales.gateway.reports[name] = replace(ours, page_reference=name, standing=standing)
    begin, now = database.begin, database.clock()
    for _ in range(2):
        (unknown,) = await find_unknown_payments(begin, sales.gateway, since=now)
        assert unknown.page_reference == "lost"
    found = await database.read(open_anomalies)
    assert [one.kind for one in found] == ["payment_without_order"]
