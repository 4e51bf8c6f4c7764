"""A portal gets what it lacks once, and nothing that is there is touched; over a real socket."""

from typing import Any

import pytest

from makeline.adapters.bitrix24.checkup import Grade, check_portal
from makeline.adapters.bitrix24.setup import make_lacking, make_pipeline, plan_pipeline, plan_setup
from makeline.crm.gateway import CrmMisconfigured
from makeline.crm.records import DealFacts, Entity
from makeline.crm.stage_table import USUAL_STAGES
from tests.adapters.bitrix24.portals import Line, deal, open_line

OURS = DealFacts("ORDER_00000007", "http://shop.test/admin/orders/7", "2026-03-11", "1.25", "standard-1 2")


def bare(line: Line) -> None:
    """As a portal is before anybody has set it up: no fields of ours, and somebody has taken a stage away."""
    line.portal.shelf.own_fields.clear()
    del line.portal.shelf.statuses["DEAL_STAGE_3"]["C3:EXECUTING"]


async def test_what_is_missing_is_made_once_and_a_second_run_makes_nothing():
    async with open_line(funnel=3) as line:
        bare(line)
        plan = await plan_setup(line.client, 3, USUAL_STAGES)
        assert [lack.words for lack in plan.lacks] == [
            "stage C3:EXECUTING of a deal", "field UF_CRM_MAKELINE_ORDER", "field UF_CRM_MAKELINE_URL",
            "field UF_CRM_MAKELINE_READY_DATE", "field UF_CRM_MAKELINE_HOURS", "field UF_CRM_MAKELINE_RATE_CARD",
        ]  # fmt: skip
        # Nothing is sent, and nothing is made, before that.
        with pytest.raises(CrmMisconfigured, match=r"no stage C3:EXECUTING .* run makeline crm setup"):
            await line.new([deal()])
        assert line.portal.shelf.effects == []
        await make_lacking(line.client, plan.lacks)
        assert (await plan_setup(line.client, 3, USUAL_STAGES)).lacks == []
        assert len(line.portal.shelf.effects) == 6
        await line.crm.probe()


async def test_a_funnel_is_found_by_its_name_or_made_with_all_that_belongs_to_it():
    async with open_line() as line:
        assert (await plan_pipeline(line.client, "Parts", USUAL_STAGES)).funnel == 3
        assert (await plan_pipeline(line.client, "Makeline", USUAL_STAGES)).funnel is None
        made = await make_pipeline(line.client, "Makeline")
        assert (await plan_pipeline(line.client, "Makeline", USUAL_STAGES)) == (made, [])
        with pytest.raises(CrmMisconfigured, match="no funnel 9"):
            await plan_setup(line.client, 9, USUAL_STAGES)


async def test_a_deal_carries_what_sales_people_want_to_see_at_a_glance():
    async with open_line() as line:
        await line.new([deal(facts=OURS)])
        (item,) = line.items(Entity.DEAL)
        assert {name: value for name, value in item.items() if name.startswith("UF_CRM_")} == {
            "UF_CRM_MAKELINE_ORDER": OURS.number,
            "UF_CRM_MAKELINE_URL": OURS.url,
            "UF_CRM_MAKELINE_READY_DATE": OURS.ready_on,
            "UF_CRM_MAKELINE_HOURS": OURS.hours,
            "UF_CRM_MAKELINE_RATE_CARD": OURS.rate_card,
        }


@pytest.mark.parametrize(
    ("method", "answer", "what", "grade"),
    [
        ("scope", ["user"], "rights", Grade.BAD),
        ("profile", {"NAME": "Bo", "ADMIN": False}, "made by", Grade.NOTE),
        ("crm.settings.mode.get", 2, "mode", Grade.NOTE),
        ("crm.requisite.preset.list", [], "requisites", Grade.NOTE),
        ("crm.category.list", {"categories": []}, "funnel", Grade.BAD),
    ],
)
async def test_a_portal_is_looked_at_and_nothing_is_changed(
    method: str, answer: Any, what: str, grade: Grade
):
    async with open_line() as line:
        well = await check_portal(line.client, 0, USUAL_STAGES)
        assert Grade.BAD not in {finding.grade for finding in well}
        table = {**line.portal.door.methods.table, method: lambda _: answer}
        line.portal.door.methods.table = table
        found = {finding.what: finding for finding in await check_portal(line.client, 0, USUAL_STAGES)}
        assert found[what].grade is grade
        assert line.portal.shelf.effects == []
