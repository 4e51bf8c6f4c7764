"""What sales people see of an order at a glance, and how the house says that its CRM lacks something."""

from datetime import date

import pytest

from makeline.crm.facts import working_day
from makeline.crm.line import wake_line
from makeline.crm.look import look_at_portal
from makeline.crm.records import Entity
from tests.crm.test_mirror import open_office, processed
from tests.engines import on_sqlite
from tests.given import Given
from tests.members import somebody
from tests.parts.geometry.arrivals import upload_of
from tests.parts.ordering.buying import FROM_FILE, ORDER


@pytest.mark.parametrize(
    ("first", "days", "last"),
    [
        ("2026-03-04", 0, "2026-03-04"),
        ("2026-03-04", 1, "2026-03-05"),
        ("2026-03-06", 1, "2026-03-09"),
        ("2026-03-07", 1, "2026-03-09"),
        ("2026-03-04", 7, "2026-03-13"),
        ("2026-03-04", 260, "2027-03-03"),
    ],
)
def test_days_without_weekends_are_counted(first: str, days: int, last: str):
    assert working_day(date.fromisoformat(first), days).isoformat() == last


async def test_an_order_for_parts_tells_sales_when_it_is_ready_and_what_it_was_priced_by(given: Given):
    async with open_office(given) as (shop, line, boss):
        anna = await somebody(shop, "anna")
        order = (await anna.post("/orders", json=ORDER)).json()
        await processed(given, boss)
        (deal,) = line.items(Entity.DEAL)
        assert deal["UF_CRM_MAKELINE_ORDER"] == f"ORDER_{order['order_id']:08d}"
        assert deal["UF_CRM_MAKELINE_URL"].endswith(f"/admin/orders/{order['order_id']}")
        assert deal["UF_CRM_MAKELINE_RATE_CARD"] == "standard-1 1"
        assert date.fromisoformat(deal["UF_CRM_MAKELINE_READY_DATE"]) > date(2026, 3, 4)
        assert float(deal["UF_CRM_MAKELINE_HOURS"]) > 0


@on_sqlite
async def test_sales_read_what_is_wished_and_find_its_files_and_no_file_is_sent(given: Given):
    async with open_office(given) as (shop, line, boss):
        anna = await somebody(shop, "anna")
        file_id = (await anna.post("/files", json=upload_of(file_name="[b]cube.stl"))).json()["id"]
        wanted = {**FROM_FILE, "file_id": file_id, "special_instructions": "<b>Handle with care</b>"}
        assert (await anna.post("/orders", json=wanted)).status_code == 200
        await processed(given, boss)
        (deal,) = line.items(Entity.DEAL)
        assert "wishes: &lt;b&gt;Handle with care" in deal["comments"]
        assert f"/files/{file_id}\n" in deal["comments"]
        assert deal["comments"].count("/preview") == 1
        assert "[b]" not in deal["comments"]


@on_sqlite
async def test_a_portal_that_lacks_something_is_told_of_before_anything_is_sent(given: Given):
    async with open_office(given) as (shop, line, boss):
        assert (await shop.stranger.get("/health")).json()["checks"]["crm"] == "simulated"
        del line.portal.shelf.own_fields["UF_CRM_MAKELINE_HOURS"]
        await look_at_portal(given.database.begin, line.crm)
        body = (await boss.get("/health")).json()
        assert body["checks"]["crm"] == body["details"]["crm"]["state"] == "misconfigured"
        assert "UF_CRM_MAKELINE_HOURS" in body["details"]["crm"]["trouble"]
        assert (await boss.get("/sync/status")).json()["trouble"] == body["details"]["crm"]["trouble"]
        line.portal.shelf.own_fields["UF_CRM_MAKELINE_HOURS"] = "double"
        assert (await processed(given, boss))["processed"] == 0
        # Whoever has put it right need not wait for the next try.
        await given.database.begin(wake_line, actor="olga")
        await processed(given, boss)
        assert (await boss.get("/health")).json()["checks"]["crm"] == "simulated"
        # Where the CRM is away nobody has done anything wrong.
        line.portal.door.turn({"away": True})
        await look_at_portal(given.database.begin, line.crm)
        assert (await boss.get("/health")).json()["checks"]["crm"] == "simulated"
