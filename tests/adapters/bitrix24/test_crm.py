"""Records go to a portal once, whatever happens on the way; over a real socket."""

import logging
from dataclasses import replace

import pytest

from makeline.adapters.bitrix24.simulator.settings import CODE
from makeline.crm.gateway import CrmAway, CrmBusy, CrmGone, CrmMisconfigured, CrmRefused, Push, Pushed
from makeline.crm.records import BankAccount, Company, Entity, Step
from tests.adapters.bitrix24.portals import US, contact, deal, lead, open_line


def ids(outcomes: list) -> list[int]:
    assert all(isinstance(outcome, Pushed) for outcome in outcomes), outcomes
    return [outcome.remote_id for outcome in outcomes]


async def test_a_record_is_made_with_our_mark_and_then_changed():
    async with open_line() as line:
        (made,) = ids(await line.new([contact()]))
        (item,) = line.items(Entity.CONTACT)
        assert (item["originatorId"], item["originId"]) == (US, "user:1")
        assert (item["name"], item["secondName"], item["lastName"]) == ("Anna", "Maria", "Example")
        assert [(way["typeId"], way["value"]) for way in item["fm"]] == [
            ("PHONE", "+442079460001"), ("EMAIL", "anna1@example.com"),
        ]  # fmt: skip
        moved = contact(email="new@example.com", full_name="Anna")
        assert ids(await line.push(Push(moved, made))) == [made]
        (item,) = line.items(Entity.CONTACT)
        assert [way["value"] for way in item["fm"]] == ["+442079460001", "new@example.com"]
        assert (item["name"], item["lastName"]) == ("Anna", "")


async def test_an_order_arrives_with_its_rows_and_its_sum():
    async with open_line() as line:
        (made,) = ids(await line.new([deal(comments="[b]<i>bold")]))
        (item,) = line.items(Entity.DEAL)
        assert (item["opportunity"], item["stageId"], item["currencyId"]) == ("20.00", "NEW", "RUB")
        assert item["comments"] == "&#91;b&#93;&lt;i&gt;bold"
        assert [row["productName"] for row in line.portal.shelf.rows[str(made)]] == ["Bracket"]


async def test_another_funnel_has_stages_of_its_own():
    async with open_line(funnel=3) as line:
        await line.new([deal(step=Step.WORKING)])
        (item,) = line.items(Entity.DEAL)
        assert (item["stageId"], str(item["categoryId"])) == ("C3:EXECUTING", "3")
        line.portal.door.methods.move(2, item["id"], {"stageId": "C3:APOLOGY"})
        (seen,) = await line.crm.read(Entity.DEAL, [item["id"]])
        assert (seen.step, seen.ours) == (Step.LOST, 1)
    async with open_line(funnel=9) as line:
        with pytest.raises(CrmMisconfigured, match="no stage C9:NEW"):
            await line.new([deal()])


async def test_what_was_made_while_the_answer_was_lost_is_not_made_again():
    async with open_line() as line:
        line.portal.door.turn({"lose_answers": 1})
        records = [lead(number) for number in range(1, 61)]
        with pytest.raises(CrmAway):
            await line.new(records)
        assert len(line.items(Entity.LEAD)) == 50
        assert len(set(ids(await line.new(records)))) == 60
        assert len(line.items(Entity.LEAD)) == 60


async def test_somebody_known_to_sales_is_taken_over_and_nothing_of_theirs_is_lost():
    async with open_line() as line:
        methods = line.portal.door.methods
        known = methods.table["crm.item.add"](
            {
                "entityTypeId": 3,
                "fields": {"name": "Annie", "fm": {"n0": {"typeId": "EMAIL", "value": "Anna1@example.com"}}},
            }
        )["item"]["id"]
        assert ids(await line.new([contact()])) == [known]
        (item,) = line.items(Entity.CONTACT)
        assert (item["name"], item["lastName"], item["originId"]) == ("Annie", "Example", "user:1")
        # The same person twice with us: the second is made, nobody is taken over from us.
        assert ids(await line.new([contact(2, email="anna1@example.com")])) != [known]


async def test_two_who_fit_are_both_left_alone():
    async with open_line() as line:
        add = line.portal.door.methods.table["crm.item.add"]
        for name in ("A", "B"):
            ways = {"n0": {"typeId": "PHONE", "value": "+442079460001"}}
            add({"entityTypeId": 3, "fields": {"name": name, "fm": ways}})
        (made,) = ids(await line.new([contact()]))
        assert made not in {1, 3}
        assert [item["originId"] for item in line.items(Entity.CONTACT)] == [None, None, "user:1"]


async def test_a_firm_has_one_set_of_requisites():
    firm = Company(5, "Firm", "7707083893", "770701001")
    async with open_line() as line:
        (made,) = ids(await line.new([firm]))
        assert ids(await line.push(Push(firm, made))) == [made]
        (row,) = line.portal.shelf.requisites.values()
        assert (row["RQ_INN"], row["ENTITY_ID"]) == ("7707083893", str(made))


async def test_a_firm_has_one_bank_and_one_legal_address_and_its_deals_are_tied_to_them():
    bank = BankAccount("Bank", "044525999", "40702810300000000042", "30101810600000000999")
    firm = Company(5, "Firm", "7707083893", "770701001", bank, "Moscow, Lenina 1")
    async with open_line() as line:
        shelf = line.portal.shelf
        (made,) = ids(await line.new([firm]))
        (requisite,) = shelf.requisites.values()
        (there,) = shelf.banks.values()
        assert (there["RQ_BIK"], there["RQ_ACC_NUM"]) == (bank.bik, bank.account)
        (address,) = shelf.addresses
        assert (str(address["TYPE_ID"]), str(address["ENTITY_TYPE_ID"]), address["ADDRESS_1"]) == (
            "6", "8", "Moscow, Lenina 1",
        )  # fmt: skip
        moved = replace(firm, bank=replace(bank, bik="044525225"), legal_address="Tula, Mira 2")
        ids(await line.push(Push(moved, made)))
        assert [row["RQ_BIK"] for row in shelf.banks.values()] == ["044525225"]
        assert [row["ADDRESS_1"] for row in shelf.addresses] == ["Tula, Mira 2"]
        first, second = ids(await line.new([deal(1, company=made), deal(2)]))
        assert shelf.links == {f"2:{first}": [requisite["ID"], there["ID"]]}
        assert second


async def test_one_bad_record_keeps_no_other_back():
    async with open_line(refuse_title="cursed") as line:
        first, bad, last = await line.new([lead(1), lead(2, title="cursed"), lead(3)])
        assert isinstance(bad, CrmRefused)
        assert "CRM_FIELD_ERROR_VALUE_NOT_VALID" in bad.reason
        assert isinstance(first, Pushed)
        assert isinstance(last, Pushed)


async def test_a_deleted_record_is_gone_and_not_made_again():
    async with open_line() as line:
        (made,) = ids(await line.new([lead()]))
        line.portal.door.methods.delete(1, made)
        (outcome,) = await line.push(Push(lead(title="other"), made))
        assert isinstance(outcome, CrmGone)
        assert line.items(Entity.LEAD) == []


@pytest.mark.parametrize(
    ("switch", "trouble"),
    [({"html": 1}, CrmAway), ({"away": True}, CrmAway), ({"denied": True}, CrmMisconfigured)],
)
async def test_bad_answers_are_sorted_by_what_can_be_done(switch: dict, trouble: type):
    async with open_line(**switch) as line:
        with pytest.raises(trouble) as found:
            await line.crm.probe()
        assert CODE not in str(found.value)


async def test_the_address_stands_in_no_log(caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.DEBUG):
        async with open_line() as line:
            await line.new([lead()])
            line.portal.door.turn({"away": True})
            with pytest.raises(CrmAway):
                await line.crm.probe()
    assert CODE not in "".join(
        record.getMessage() for record in caplog.records if record.name.startswith("httpx2")
    )


async def test_what_others_used_up_is_waited_for_as_long_as_the_portal_says():
    async with open_line() as line:
        for _ in range(50):
            line.portal.door.limits.hit(line.portal.door.switches)
        with pytest.raises(CrmBusy) as first:
            await line.crm.probe()
        assert first.value.seconds == 2.0
        # What we know of it now keeps us back in time.
        await line.crm.probe()
        assert line.portal.door.limits.met == 1
