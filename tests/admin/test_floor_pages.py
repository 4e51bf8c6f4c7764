"""Staff's pages about machines, stock, deliveries, rates, offers and the history, over sockets."""

import re

from sqlalchemy import select

from makeline.cases.production.print_partner import PartnerRefused
from makeline.cases.production.states import JobState
from makeline.crm.drift import keep_drift
from makeline.crm.gateway import CrmRefused, Difference
from makeline.crm.line import report_trouble
from makeline.crm.record_now import item_of
from makeline.crm.records import Entity
from makeline.crm.settle import record_trouble
from makeline.crm.want import want
from makeline.foundation.anomalies import open_anomalies
from makeline.foundation.outbox import deliveries
from makeline.foundation.promises import bury
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import FailureKind
from makeline.parts.quotes.kept import kept_prices
from tests.admin.browsers import at_work
from tests.asking import MACHINE
from tests.engines import on_sqlite
from tests.given import Given
from tests.members import somebody
from tests.parts.ordering.buying import ORDER
from tests.web import open_shop

pytestmark = on_sqlite


def plain(page: str) -> str:
    """What a page says, without its marks."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


async def test_staff_finds_a_stuck_delivery_and_repairs_it(given: Given):
    order = await given.order((await given.paid_sale()).outcome.order_number)
    given.partner.trouble = [PartnerRefused("4004: this device is not yours")]
    await given.promises_kept()
    async with open_shop(given) as shop:
        vera = await at_work(shop, "vera")
        said = plain((await vera.get("/staff/deliveries")).text)
        assert "One print waits for you" in said
        assert f"{order.number} waits for staff 4004: this device is not yours" in said
        job = await given.job(order)
        # Nothing happens without a reason, and what was meant is not forgotten.
        refused = await vera.post("/staff/deliveries/release", print=job.reference, reason=" ")
        assert refused.status_code == 422
        assert "say why, in 1 to 500 characters" in refused.text
        done = await vera.post("/staff/deliveries/release", print=job.reference, reason="it is ours again")
        assert (done.status_code, done.headers["location"]) == (303, "/staff/deliveries")
        said = plain((await vera.get("/staff/deliveries")).text)
        assert f"The print {job.reference} goes on." in said
        assert "Everything got through." in said
        await given.submitted(order, until_sent=True)
        assert (await given.job(order)).status is JobState.SENT
        # The history tells who it was.
        said = plain((await vera.get("/staff/audit?actor=vera")).text)
        assert "released by staff: it is ours again" in said


async def test_what_was_given_up_is_tried_again_or_dropped_many_at_once(given: Given):
    await given.paid_sale()
    number = (await given.paid_sale()).outcome.order_number
    open_ones = await given.rows(Query(select(deliveries.c.id), tuple))

    def give_up(unit: UnitOfWork) -> None:
        for (delivery_id,) in open_ones:
            bury(unit, delivery_id, "its workers never came back", FailureKind.PERMANENT)

    await given.database.begin(give_up, actor="worker")
    async with open_shop(given) as shop:
        vera = await at_work(shop, "vera")
        page = (await vera.get("/staff/deliveries")).text
        numbers = re.findall(r'name="delivery" value="(\d+)"', page)
        assert len(numbers) == 2
        assert (await vera.post("/staff/deliveries/retry")).status_code == 422
        assert (await vera.post("/staff/deliveries/drop", delivery=numbers[0])).status_code == 422
        # What a paid print depends on cannot be dropped.
        refused = await vera.post("/staff/deliveries/drop", delivery=numbers[0], reason="nobody needs it")
        assert (refused.status_code, "hands over a print that is paid" in refused.text) == (422, True)
        await vera.post("/staff/deliveries/retry", delivery=numbers[1])
        assert "One is tried again now." in plain((await vera.get("/staff/deliveries")).text)
        # Whoever sees to the print, on whichever page, need not drop its promise by hand.
        await vera.post(f"/staff/machines/{MACHINE}/cancel", print=number, reason="customer left")
        assert "Given up" not in plain((await vera.get("/staff/deliveries")).text)
        for delivery_id in numbers:
            assert (await vera.get(f"/staff/deliveries/{delivery_id}")).status_code == 200
        await given.promises_kept()
        assert "Given up" not in plain((await vera.get("/staff/deliveries")).text)


async def test_machines_are_seen_on_a_map_paused_together_and_worked_print_by_print(given: Given):
    order = await given.order((await given.paid_sale()).outcome.order_number)
    async with open_shop(given) as shop:
        vera = await at_work(shop, "vera")
        page = (await vera.get("/staff/machines?around=VM001")).text
        assert f'aria-label="{MACHINE}: no heartbeat yet"' in page
        assert (await vera.post("/staff/machines/pause", machine=MACHINE)).status_code == 422
        done = await vera.post("/staff/machines/pause", machine=MACHINE, reason="being cleaned")
        page = (await vera.get(done.headers["location"])).text
        assert "being cleaned" in page
        assert "Take it back" in page
        job, at = await given.job(order), f"/staff/machines/{MACHINE}"
        for path, fields, word in (
            ("priority", {"priority": "1"}, "has its new priority"),
            ("move", {"target": "VM_DEMO"}, "is operated by somebody else"),
            ("priority", {"priority": "11"}, "must be between 1"),
            ("place", {"latitude": "51.5", "longitude": "-0.2"}, "on the map there"),
            ("place", {"latitude": "north", "longitude": "-0.2"}, "must be degrees"),
            ("resume", {}, "goes on"),
            ("cancel", {}, "is cancelled"),
        ):
            answer = await vera.post(f"{at}/{path}", print=job.reference, reason="as asked", **fields)
            said = answer.text if answer.status_code != 303 else (await vera.get(at)).text
            assert word in plain(said), (path, fields)
        assert (await given.job(order)).status is JobState.CANCELLED
        assert [one.kind for one in await given.database.read(open_anomalies)] == [
            "paid_order_cancelled_by_staff"
        ]
        # A key and a code are shown once, and stand nowhere afterwards; an impatient finger makes no second key.
        shown = await vera.post(f"{at}/key", scope="print", days="30", once="k")
        again = await vera.post(f"{at}/key", scope="print", days="30", once="k")
        assert again.headers["location"] == at
        assert len(set(re.findall(r"mk_\w{8}", (await vera.get(at)).text))) == 1
        secret = re.search(r"mk_\w{8}_\w{32}", shown.text)
        assert secret is not None
        code = re.search(r"<code>(\w{5}-\w{5})</code>", (await vera.post(f"{at}/code")).text)
        assert code is not None
        page = (await vera.get(at)).text
        assert secret.group()[:11] in page
        assert secret.group() not in page
        assert code.group(1) not in page
        await vera.post(f"{at}/revoke", key=secret.group()[:11])
        assert "opens nothing any more" in plain((await vera.get(at)).text)
        assert (await vera.post(f"{at}/revoke", key="mk_00000000")).status_code == 404


async def test_a_count_of_blanks_is_corrected_with_its_reason(given: Given):
    shell = await given.usual_shell()
    async with open_shop(given) as shop:
        vera = await at_work(shop, "vera")
        assert (
            await vera.get(f"/staff/stock?machine={MACHINE}&model=iphone+15&level=enough")
        ).status_code == 200
        told = {"machine": MACHINE, "shell": shell}
        for wrong in (
            {"counted": "x", "reason": "y"},
            {"counted": "3"},
            {"counted": "3", "reason": "y", "shell": "?"},
        ):
            assert (await vera.post("/staff/stock/correct", **{**told, **wrong})).status_code == 422
        done = await vera.post("/staff/stock/correct", **told, counted="3", reason="two were torn")
        said = plain((await vera.get(done.headers["location"])).text)
        assert f"{shell}: 3 blanks lie there now" in said
        assert "two were torn" in said


async def test_what_the_crm_refused_is_sent_again_and_its_stages_get_a_new_version(given: Given):
    order = await given.order((await given.paid_sale()).outcome.order_number)

    def refused(unit: UnitOfWork) -> None:
        want(unit, Entity.DEAL, order.id)
        item = item_of(unit, Entity.DEAL, order.id)
        assert item is not None
        record_trouble(unit, item, CrmRefused("Field TITLE is too long"))
        told = [Difference("title", "ours", "theirs")]
        keep_drift(unit, Entity.DEAL, 17, our_id=order.id, differences=told)
        report_trouble(unit, "ACCESS_DENIED")

    await given.database.begin(refused, actor="crm")
    async with open_shop(given) as shop:
        vera = await at_work(shop, "vera")
        page = (await vera.get("/staff/crm?status=dead&entity=deal")).text
        for word in ("ACCESS_DENIED", "Field TITLE is too long", order.number, "Send the one that is stuck"):
            assert word in plain(page)
        (number,) = re.findall(r'name="item" value="(\d+)"', page)
        assert (await vera.post("/staff/crm/retry")).status_code == 422
        for path, fields, said in (
            ("crm/retry", {"item": number}, "One record is sent again."),
            ("crm/retry-all", {}, "0 records are sent again."),
            ("crm/wake", {}, "The next try is made at once"),
            ("crm/drift/check", {}, "held against the CRM soon"),
            ("crm/drift/ours", {"entity": "deal", "our_id": str(order.id)}, "Ours is sent whole."),
        ):
            done = await vera.post(f"/staff/{path}", **fields)
            assert said in plain((await vera.get(done.headers["location"])).text), path
        assert (await vera.post("/staff/crm/drift/ours", entity="deal", our_id="999")).status_code == 404
        assert "ours theirs" in plain((await vera.get("/staff/crm/drift")).text)
        assert (await vera.get("/staff/crm/papers")).status_code == 200
        # A table of stages: what is wrong is said at its step, and what is right counts with its reason.
        table = {
            "entity": "deal",
            "based_on": "0",
            "new": "NEW",
            "working": "EXECUTING",
            "won": "WON",
            "lost": "LOSE",
        }
        wrong = await vera.post("/staff/crm/stages/change", **{**table, "won": "NEW"}, note="as we work")
        assert (wrong.status_code, "stands for one step only" in wrong.text) == (422, True)
        assert (await vera.post("/staff/crm/stages/change", **table)).status_code == 422
        await vera.post("/staff/crm/stages/change", **table, note="as we work")
        said = plain((await vera.get("/staff/crm/stages")).text)
        assert "Version 1 counts now." in said
        assert "vera as we work" in said
        late = await vera.post("/staff/crm/stages/change", **{**table, "new": "NEW PREPARATION"}, note="late")
        assert late.status_code == 409


async def test_rates_are_looked_at_before_they_are_published_and_a_price_tells_what_they_did(given: Given):
    async with open_shop(given) as shop:
        vera, anna = await at_work(shop, "vera"), await somebody(shop, "anna")
        assert (await anna.post("/orders", json=ORDER)).status_code == 200
        place = "tables.materials.alum_D16.prices_rub_per_kg.rod"
        draft = {"based_on": "1", "changes": f"{place} = 600.5"}
        for wrong, said in (
            ("shop.no.such = 3", "there is no such place"), ("no sign", "is no change"), (f"{place} = x", place),
        ):  # fmt: skip
            refused = await vera.post("/staff/rates/draft/preview", based_on="1", changes=wrong)
            assert (refused.status_code, said in refused.text) == (422, True), wrong
        seen = (await vera.post("/staff/rates/draft/preview", **draft)).text
        assert "One figure changes" in plain(seen)
        assert "Prices looked at 1 of 1" in plain(seen)
        (name,) = re.findall(r'name="draft" value="(\w+)"', seen)
        # Just what was looked at, and with a reason.
        assert (await vera.post("/staff/rates/draft/publish", **draft, note="dearer")).status_code == 422
        assert (await vera.post("/staff/rates/draft/publish", **draft, draft=name)).status_code == 422
        done = await vera.post("/staff/rates/draft/publish", **draft, draft=name, note="dearer", once="a")
        assert done.headers["location"] == "/staff/rates/2"
        again = await vera.post("/staff/rates/draft/publish", **draft, draft=name, note="dearer", once="a")
        assert again.status_code == 303
        assert "nothing was done twice" in plain((await vera.get(again.headers["location"])).text)
        assert (await vera.get("/staff/rates/3")).status_code == 404
        said = plain((await vera.get("/staff/rates/2?find=alum_D16+rod")).text)
        assert f"{place} 600.5" in said
        assert "dearer" in plain((await vera.get("/staff/rates")).text)
        table = await vera.get("/staff/rates/2/materials.csv")
        assert "600.5" in table.text
        late = await vera.post("/staff/rates/draft/preview", **draft)
        assert "Version 2 was published meanwhile" in plain(late.text)
        (price,) = await given.rows(Query(select(kept_prices.c.id), tuple))
        said = plain((await vera.get(f"/staff/prices/{price[0]}?with=now")).text)
        for word in ("Against today", "Because of the rates", "Step by step", "unit price"):
            assert word in said
        assert "There is no such price." in plain((await vera.get(f"/staff/prices/{price[0]}?with=77")).text)
        assert (await vera.get("/staff/prices/77")).status_code == 404


async def test_offers_change_as_they_were_looked_at_and_a_partner_gets_limits_of_his_own(given: Given):
    async with open_shop(given) as shop:
        vera = await at_work(shop, "vera")
        page = (await vera.get("/staff/catalogue?kind=template")).text
        assert 'name="value|template|classic|web_price" value="35.00"' in page
        told = {"kind": "template", "value|template|classic|web_price": "36.00"}
        seen = (await vera.post("/staff/catalogue/preview", **told)).text
        assert "One value would change" in plain(seen)
        (name,) = re.findall(r'name="draft" value="(\w+)"', seen)
        for fields in (
            {"draft": name},
            {"draft": name, "reason": "x", "value|template|classic|web_price": "cheap"},
        ):
            assert (await vera.post("/staff/catalogue/change", **{**told, **fields})).status_code == 422
        moved = await vera.post(
            "/staff/catalogue/change",
            **{**told, "value|template|classic|web_price": "37.00"},
            draft=name,
            reason="x",
        )
        assert moved.status_code == 409
        done = await vera.post("/staff/catalogue/change", **told, draft=name, reason="dearer film", once="a")
        said = plain((await vera.get(done.headers["location"])).text)
        assert "One value counts now." in said
        assert "35.00 → 36.00 vera dearer film" in said
        assert "36.00" in (await vera.get("/staff/catalogue/catalogue.csv")).text
        pasted = await vera.post(
            "/staff/catalogue/preview", csv="kind,id,field,value,currency\nbrand,iphone,available,no,\n"
        )
        assert "One value would change" in plain(pasted.text)
        at = "/staff/partners/demo"
        for path, fields, status in (
            ("free", {"amount": "0.01"}, 303), ("free", {"amount": "dear"}, 422), ("free", {"amount": "0"}, 422),
            ("limit", {"calls": "90"}, 303), ("limit", {"calls": "x"}, 422), ("version", {"version": "2.2"}, 303),
            ("version", {"version": "9"}, 422), ("revoke", {"key": "mk_00000000"}, 404),
        ):  # fmt: skip
            assert (await vera.post(f"{at}/{path}", **fields)).status_code == status, (path, fields)
        said = plain((await vera.get("/staff/partners")).text)
        assert "0.01 GBP 90 a minute" in said
        await vera.post(f"{at}/free", amount="")
        await vera.post(f"{at}/limit", calls="")
        assert "makes none the usual" in plain((await vera.get("/staff/partners")).text)
        assert (await vera.get("/staff/partners/nobody")).status_code == 404
