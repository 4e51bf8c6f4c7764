"""Payments: announced, repeated, refused where a rule is broken, settled, asked about."""

from typing import Any

from makeline.adapters.print_partner.certify.bench import Bench
from makeline.adapters.print_partner.certify.verdicts import Failed
from makeline.adapters.print_partner.signature import NumberText

_PAID = 3


async def an_announced_payment_gets_an_id_of_the_partner(bench: Bench) -> str:
    """payData answers id (text, of the partner) and third_id (our own id, back again)."""
    fields = bench.payment()
    theirs = _receipt(await bench.talk.ask("order/payData", fields), fields["third_id"])
    bench.paid = (fields["third_id"], theirs)
    return f"{fields['third_id']} is {theirs} there"


async def the_same_payment_again_gets_the_same_id(bench: Bench) -> str:
    """After a time-out we repeat with the same id; that is one payment, not two."""
    fields = bench.payment()
    first = _receipt(await bench.talk.ask("order/payData", fields), fields["third_id"])
    again = _receipt(await bench.talk.ask("order/payData", fields), fields["third_id"])
    if first != again:
        raise Failed(f"the first call got {first}, its repeat {again}: the customer would be charged for two")
    return f"both calls got {first}"


async def whole_and_broken_amounts_are_signed_as_they_stand(bench: Bench) -> str:
    """20.0 and 19.99 are signed as they stand in the JSON text."""
    for amount in ("20.0", "0.5", "19.99"):
        await bench.talk.ask("order/payData", bench.payment(pay_amount=NumberText(amount)))
    return "20.0, 0.5 and 19.99 are accepted"


async def an_amount_of_nothing_or_too_much_is_refused(bench: Bench) -> str:
    """pay_amount is above 0 and at most 10000."""
    for amount in ("0.0", "-1.0", "10000.01"):
        await bench.must_refuse("order/payData", bench.payment(pay_amount=NumberText(amount)))
    return "0.0, -1.0 and 10000.01 are refused"


async def an_amount_as_text_is_refused(bench: Bench) -> str:
    """pay_amount is a number, pay_type a whole number."""
    await bench.must_refuse("order/payData", bench.payment(pay_amount="19.99"))
    await bench.must_refuse("order/payData", bench.payment(pay_type="12"))
    return "texts in the place of numbers are refused"


async def a_payment_without_a_model_we_know_is_refused(bench: Bench) -> str:
    """mobile_model_id is one of the partner's own ids."""
    await bench.must_refuse("order/payData", bench.payment(mobile_model_id="MM000000000000"))
    return "refused"


async def a_payment_for_a_device_of_somebody_else_is_refused(bench: Bench) -> str:
    """device_id is a device of the account."""
    await bench.must_refuse("order/payData", bench.payment(device_id="ZZZZZZZZ9999"))
    return "refused"


async def a_payment_with_a_made_up_id_is_refused(bench: Bench) -> str:
    """third_id is PYEN and 12 digits."""
    await bench.must_refuse("order/payData", bench.payment(third_id="PAYMENT-1"))
    return "refused"


async def an_open_payment_is_not_paid_yet(bench: Bench) -> str:
    """getPayStatus answers third_id and status 1 to 5 for each id it knows."""
    ours, _ = bench.needs_paid()
    status = await _status(bench, ours)
    if status == _PAID:
        raise Failed("a payment that nobody paid has status 3")
    return f"status {status}"


async def a_settled_payment_stays_paid(bench: Bench) -> str:
    """payStatus with 3 settles a payment; 3 is final, a late 1 changes nothing."""
    ours, _ = bench.needs_paid()
    await bench.talk.ask("order/payStatus", {"third_id": ours, "status": _PAID})
    await bench.talk.ask("order/payStatus", {"third_id": ours, "status": _PAID})
    await bench.talk.call("order/payStatus", {"third_id": ours, "status": 1})
    status = await _status(bench, ours)
    if status != _PAID:
        raise Failed(f"after 3, 3 and a late 1 its status is {status}")
    return "paid after 3, 3 and a late 1"


async def a_payment_nobody_announced_is_not_in_the_answer(bench: Bench) -> str:
    """getPayStatus leaves out or marks what it does not know; it invents nothing."""
    unknown = bench.payment_id()
    data = await bench.talk.ask("order/getPayStatus", [unknown])
    rows = data if isinstance(data, list) else []
    if any(isinstance(row, dict) and row.get("status") == _PAID for row in rows):
        raise Failed(f"{unknown} was never announced and counts as paid")
    return "not said to be paid"


async def _status(bench: Bench, ours: str) -> int:
    data = await bench.talk.ask("order/getPayStatus", [ours])
    for row in data if isinstance(data, list) else []:
        if isinstance(row, dict) and row.get("third_id") == ours:
            status = row.get("status")
            if type(status) is not int or not 1 <= status <= 5:
                raise Failed(f"its status is {status!r}, no whole number from 1 to 5")
            return status
    raise Failed(f"getPayStatus does not know {ours}")


def _receipt(data: Any, ours: str) -> str:
    if not isinstance(data, dict) or not isinstance(data.get("id"), str) or not data["id"]:
        raise Failed("its data hold no id as text")
    if data.get("third_id") != ours:
        raise Failed(f"its data name {data.get('third_id')!r}, not our {ours}")
    return data["id"]


PAYMENTS = (
    an_announced_payment_gets_an_id_of_the_partner,
    the_same_payment_again_gets_the_same_id,
    whole_and_broken_amounts_are_signed_as_they_stand,
    an_amount_of_nothing_or_too_much_is_refused,
    an_amount_as_text_is_refused,
    a_payment_without_a_model_we_know_is_refused,
    a_payment_for_a_device_of_somebody_else_is_refused,
    a_payment_with_a_made_up_id_is_refused,
    an_open_payment_is_not_paid_yet,
)
# After the order that has to come too early.
SETTLED = (a_settled_payment_stays_paid, a_payment_nobody_announced_is_not_in_the_answer)
