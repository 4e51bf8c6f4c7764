"""A design is submitted: composed once, a blank reserved, and the session waits for its payment."""

import pytest
from sqlalchemy import bindparam, select

from makeline.cases.designs.queries import design
from makeline.cases.kiosk.queries import SessionExpired
from makeline.cases.kiosk.states import Progress, SessionStatus
from makeline.cases.ordering.models import CaseItem, case_items
from makeline.cases.stock.reserve import OutOfStock
from makeline.foundation.statements import Query
from makeline.kernel.errors import NotFound, Unrecognised
from makeline.kernel.money import Money
from makeline.kernel.states import IllegalMove
from tests.given import Given

TEST_MACHINE = "VM_TEST_MANUFACTURER"
_ITEM = Query(select(case_items).where(case_items.c.order_id == bindparam("of_order")), CaseItem)


async def test_a_submitted_design_waits_for_its_payment_with_a_blank_of_its_own(given: Given):
    session = await given.session_to_pay()
    stored = await given.session_now(session.key)
    assert stored == session
    assert (stored.status, stored.progress) == (SessionStatus.PAYMENT_PENDING, Progress.PAYMENT_REACHED)
    assert (stored.price_minor, stored.currency) == (1999, "GBP")
    assert (await given.stock_item()).reserved == 1


async def test_print_file_and_proof_exist_when_the_summary_is_answered(given: Given):
    session = await given.session_to_pay()
    made = await given.database.read(lambda unit: design(unit, session.design_id or 0))
    assert (
        given.storage.kept[made.print_name] == b"print " + made.design_hash.encode() + b"a picture of a dog"
    )
    assert given.storage.kept[made.proof_name].startswith(b"proof " + made.design_hash.encode())


async def test_what_the_customer_sent_is_kept_whole(given: Given):
    sent = {"brand": "iphone", "model": "iPhone 15 Pro", "template": "classic", "sticker": {"id": 7}}
    session = await given.session_to_pay(order_data=sent)
    assert (await given.session_now(session.key)).order_data == sent


async def test_the_same_design_again_changes_nothing_and_is_not_drawn_again(given: Given):
    session = await given.session_to_pay()
    again = (await given.summary(session.key)).session
    assert (again.design_id, again.allocation_id) == (session.design_id, session.allocation_id)
    assert given.renderer.rendered == 1
    assert (await given.stock_item()).reserved == 1


async def test_another_customer_with_the_same_design_gets_the_same_print_file(given: Given):
    first, second = await given.session_to_pay(), await given.session_to_pay()
    assert first.design_id == second.design_id
    assert given.renderer.rendered == 1
    assert (await given.stock_item()).reserved == 2


async def test_another_text_is_another_design_on_the_same_blank(given: Given):
    session = await given.session_to_pay()
    changed = (await given.summary(session.key, text="For Ada")).session
    assert changed.design_id != session.design_id
    assert changed.allocation_id == session.allocation_id
    assert given.renderer.rendered == 2


async def test_choosing_another_model_gives_the_first_blank_back(given: Given):
    session = await given.session_to_pay()
    changed = (await given.summary(session.key, model="iPhone 16")).session
    assert changed.allocation_id != session.allocation_id
    assert (await given.stock_item()).reserved == 0
    assert (await given.stock_item(shell=await given.usual_shell("iPhone 16"))).reserved == 1


async def test_a_model_that_is_sold_out_is_refused_and_the_session_keeps_what_it_had(given: Given):
    session = await given.session_to_pay()
    await given.blanks(0, shell=await given.usual_shell("iPhone 16"))
    with pytest.raises(OutOfStock):
        await given.summary(session.key, model="iPhone 16")
    assert await given.session_now(session.key) == session
    assert (await given.stock_item()).reserved == 1


async def test_nothing_is_drawn_for_a_customer_who_cannot_have_it(given: Given):
    await given.blanks(0)
    with pytest.raises(OutOfStock):
        await given.session_to_pay()
    assert given.renderer.rendered == 0


async def test_the_last_blank_goes_to_one_customer_only(given: Given):
    await given.blanks(1)
    await given.session_to_pay()
    with pytest.raises(OutOfStock):
        await given.session_to_pay()


async def test_a_blank_held_by_somebody_whose_time_is_over_is_free_at_once(given: Given):
    await given.blanks(1)
    gone = await given.session_to_pay()
    given.clock.tick(minutes=25)
    await given.session_to_pay()
    assert (await given.session_now(gone.key)).status is SessionStatus.EXPIRED
    assert (await given.stock_item()).reserved == 1


async def test_a_model_with_a_single_shell_is_promised_just_as_carefully(given: Given):
    (shell,) = await given.shells_of("iPhone 16")
    await given.blanks(1, shell=shell)
    gone = await given.session_to_pay(model="iPhone 16")
    with pytest.raises(OutOfStock):
        await given.session_to_pay(model="iPhone 16")
    given.clock.tick(minutes=25)
    await given.session_to_pay(model="iPhone 16")
    assert (await given.session_now(gone.key)).status is SessionStatus.EXPIRED
    with pytest.raises(OutOfStock):
        await given.session_to_pay(model="iPhone 16")
    assert (await given.stock_item(shell=shell)).reserved == 1


async def test_a_second_shell_of_the_model_is_taken_when_the_first_is_sold_out(given: Given):
    _, second, *_ = await given.shells_of()
    await given.blanks(0)
    await given.blanks(1, shell=second)
    session = await given.session_to_pay()
    assert session.shell_id == second
    # The size of the case belongs to the shell, so the same wish on another shell is another print file.
    made = await given.database.read(lambda unit: design(unit, session.design_id or 0))
    assert made.shell_id == second


async def test_a_test_card_stands_in_for_a_missing_picture_on_a_test_machine(given: Given):
    session = await given.session(TEST_MACHINE)
    submitted = await given.summary(session.key, images=("holiday.jpg",))
    assert len(submitted.warnings) == 1
    assert "holiday.jpg" in submitted.warnings[0]
    assert any(data.startswith(b"test card holiday.jpg") for data in given.storage.kept.values())


async def test_the_test_card_stands_where_the_missing_picture_would(given: Given):
    session = await given.session(TEST_MACHINE)
    real = await given.picture(session.key, b"<real>")
    await given.summary(session.key, template="2-in-1", images=("gone.jpg", real))
    (print_file,) = [data for data in given.storage.kept.values() if data.startswith(b"print ")]
    assert print_file.endswith(b"test card gone.jpg<real>")


async def test_an_ordinary_order_on_a_test_machine_warns_of_nothing(given: Given):
    session = await given.session(TEST_MACHINE)
    await given.picture(session.key)
    assert (await given.summary(session.key)).warnings == ()


async def test_after_the_payment_has_begun_the_design_may_still_change_and_the_order_follows(given: Given):
    session, begun = await given.payment_begun()
    changed = (await given.summary(session.key, text="For Ada")).session
    assert changed.design_id != session.design_id
    (item,) = await given.rows(_ITEM, of_order=begun.order.id)
    assert (item.design_id, item.allocation_id) == (changed.design_id, session.allocation_id)


async def test_after_the_payment_has_begun_a_template_of_the_same_price_is_only_another_design(given: Given):
    session, begun = await given.payment_begun()
    await given.picture(session.key, b"a second dog")
    await given.summary(session.key, template="2-in-1")
    assert (await given.order(begun.order.number)).total_minor == 1999


@pytest.mark.parametrize(
    "changes",
    [
        {"model": "iPhone 16"},
        {"brand": "samsung", "model": "Galaxy S24"},
        {"template": "retro-remix", "amount": Money(2199, "GBP")},
    ],
)
async def test_after_the_payment_has_begun_model_and_price_are_fixed(given: Given, changes):
    session, _ = await given.payment_begun()
    before = await given.session_now(session.key)
    with pytest.raises(IllegalMove) as refused:
        await given.summary(session.key, **changes)
    assert refused.value.extras["current_status"] == "payment_pending"
    assert await given.session_now(session.key) == before


async def test_the_phone_submits_and_nobody_elses_phone_does(given: Given):
    session, other = await given.session(), await given.session()
    phone, foreign = await given.phone(session.key), await given.phone(other.key)
    await given.picture(session.key, caller=phone)
    for stranger in (foreign, given.stranger()):
        with pytest.raises(Unrecognised):
            await given.summary(session.key, caller=stranger)
    await given.summary(session.key, caller=phone)


async def test_a_session_of_another_partner_is_not_found(given: Given):
    session = await given.session()
    with pytest.raises(NotFound):
        await given.summary(session.key, caller=given.foreigner())


async def test_no_design_is_taken_after_the_end(given: Given):
    expired, cancelled = await given.session(), await given.session()
    await given.picture(expired.key)
    await given.closed(cancelled.key)
    paid = (await given.paid_sale()).session
    for session in (cancelled, paid):
        with pytest.raises(IllegalMove):
            await given.summary(session.key)
    given.clock.tick(minutes=25)
    with pytest.raises(SessionExpired):
        await given.summary(expired.key)
