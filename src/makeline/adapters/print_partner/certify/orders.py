"""Print orders: too early, with the wrong payment id, right, repeated; then the picture is fetched."""

from typing import Any

from makeline.adapters.print_partner.answers import trouble_of
from makeline.adapters.print_partner.certify.bench import Bench, must_hold
from makeline.adapters.print_partner.certify.verdicts import Failed, NotTried
from makeline.cases.production.print_partner import PaymentNotSeen

_RECEIPT = {"id": str, "third_id": str, "queue_no": str, "status": int}
_OVER = (2, 7, 13, 14, 16)


async def an_order_before_the_payment_is_paid_is_refused(bench: Bench) -> str:
    """orderData for a payment without status 3: "Payment information does not exist"."""
    ours, _ = bench.needs_paid()
    if not bench.plan.prints:
        raise NotTried("a wrong answer would print a case: --print was not given")
    answer = await bench.must_refuse("order/orderData", bench.print_order(ours))
    return _words_of_a_payment(bench, trouble_of(answer.envelope))


async def an_order_with_the_partners_own_payment_id_is_refused(bench: Bench) -> str:
    """third_pay_id is our PYEN id; with the partner's MSPY id the call always fails."""
    _, theirs = _printing(bench)
    answer = await bench.must_refuse("order/orderData", bench.print_order(theirs))
    return _words_of_a_payment(bench, trouble_of(answer.envelope))


async def an_order_without_a_shell_is_refused(bench: Bench) -> str:
    """mobile_shell_id is chosen from the stock list; no default exists."""
    ours, _ = _printing(bench)
    fields = bench.print_order(ours)
    del fields["mobile_shell_id"]
    await bench.must_refuse("order/orderData", fields)
    return "refused"


async def an_order_with_a_picture_nobody_can_fetch_is_refused(bench: Bench) -> str:
    """pic is a public http(s) address; blob: addresses exist in one browser only."""
    ours, _ = _printing(bench)
    await bench.must_refuse("order/orderData", bench.print_order(ours, pic="blob:http://localhost/1?token=1"))
    return "refused"


async def a_right_order_is_accepted(bench: Bench) -> str:
    """orderData answers id, third_id, queue_no as texts and status as a whole number, soon after the payment."""
    ours, _ = _printing(bench)
    fields = bench.print_order(ours)
    said = ""

    async def accepted() -> bool:
        nonlocal said
        answer = await bench.talk.call("order/orderData", fields)
        if answer.envelope.code == 200:
            bench.order, bench.printed = fields, answer.data
            return True
        said = bench.talk.hide(answer.envelope.text)
        return not isinstance(trouble_of(answer.envelope), PaymentNotSeen)

    in_time = await bench.until(bench.plan.patience, accepted)
    if bench.printed is None:
        raise Failed(f"{'refused' if in_time else f'still refused after {bench.plan.patience:g} s'}: {said}")
    must_hold(bench.printed, _RECEIPT, "the receipt")
    if bench.printed["third_id"] != fields["third_id"]:
        raise Failed(f"the receipt names {bench.printed['third_id']!r}, not our {fields['third_id']}")
    return f"order {bench.printed['id']}, queue number {bench.printed['queue_no']}"


async def the_same_order_again_is_printed_once(bench: Bench) -> str:
    """After a time-out we repeat with the same id; that is one print, not two."""
    fields, first = _ordered(bench)
    again = await bench.talk.ask("order/orderData", fields)
    if not isinstance(again, dict) or again.get("id") != first["id"]:
        raise Failed(
            f"the first call got {first['id']}, its repeat {again!r:.80}: two cases would be printed"
        )
    return f"both calls got {first['id']}"


async def an_order_can_be_asked_about_by_either_id(bench: Bench) -> str:
    """getOrderStatus takes the partner's id (as its sample shows) and ours, answers our id and a status 1 to 16."""
    fields, receipt = _ordered(bench)
    for key in (receipt["id"], fields["third_id"]):
        if await _order_status(bench, key, fields["third_id"]) is None:
            raise Failed(f"asked by {key} the answer does not name {fields['third_id']}")
    return "answered by both"


async def the_order_is_on_the_print_list_of_its_device(bench: Bench) -> str:
    """printList answers model name, id, third_id, pic and queue_no as texts and status as a whole number."""
    fields, _ = _ordered(bench)
    rows = await bench.talk.ask("order/printList", {"device_id": bench.plan.device})
    mine = [row for row in rows if isinstance(row, dict) and row.get("third_id") == fields["third_id"]]
    if len(mine) != 1:
        raise Failed(f"it stands there {len(mine)} times")
    must_hold(mine[0], {**_RECEIPT, "pic": str, "mobile_model_name": str}, "the row")
    return "it stands there once"


async def the_picture_is_fetched(bench: Bench) -> str:
    """The printer fetches pic 1 to 2 s after the order, often more than once, from another address."""
    fields, _ = _ordered(bench)

    async def fetched() -> bool:
        return bench.stand.fetches[fields["third_id"]] > 0

    if not await bench.until(bench.plan.patience, fetched):
        raise Failed(f"nobody fetched {fields['pic'].partition('?')[0]} within {bench.plan.patience:g} s")
    return f"fetched {bench.stand.fetches[fields['third_id']]} times so far"


async def the_case_is_printed_and_handed_out(bench: Bench) -> str:
    """Statuses go 4, 8 to 12, 15, 16; never anything but forward."""
    fields, receipt = _ordered(bench)
    seen: list[int] = []

    async def over() -> bool:
        status = await _order_status(bench, receipt["id"], fields["third_id"])
        if status is not None and status not in seen[-1:]:
            seen.append(status)
        return status in _OVER

    if not await bench.until(bench.plan.print_patience, over):
        raise Failed(f"not over after {bench.plan.print_patience:g} s; statuses seen: {seen}")
    if seen[-1] != 16 or seen != sorted(seen):
        raise Failed(f"statuses seen: {seen}")
    return f"statuses seen: {seen}"


async def _order_status(bench: Bench, key: str, ours: str) -> int | None:
    data = await bench.talk.ask("order/getOrderStatus", [key])
    for row in data if isinstance(data, list) else []:
        if isinstance(row, dict) and row.get("third_id") == ours:
            status = row.get("status")
            if type(status) is not int or not 1 <= status <= 16:
                raise Failed(f"its status is {status!r}, no whole number from 1 to 16")
            return status
    return None


def _printing(bench: Bench) -> tuple[str, str]:
    if not bench.plan.prints:
        raise NotTried("it would print a case: --print was not given")
    return bench.needs_paid()


def _ordered(bench: Bench) -> tuple[dict[str, Any], dict[str, Any]]:
    if bench.order is None or bench.printed is None:
        raise NotTried("there is no accepted order")
    return bench.order, bench.printed


def _words_of_a_payment(bench: Bench, trouble: Exception) -> str:
    if not isinstance(trouble, PaymentNotSeen):
        raise Failed(f"refused, but in words that do not say why: {bench.talk.hide(str(trouble))}")
    return f"refused: {trouble}"


TOO_EARLY = (an_order_before_the_payment_is_paid_is_refused,)
ORDERS = (
    an_order_with_the_partners_own_payment_id_is_refused,
    an_order_without_a_shell_is_refused,
    an_order_with_a_picture_nobody_can_fetch_is_refused,
    a_right_order_is_accepted,
    the_same_order_again_is_printed_once,
    an_order_can_be_asked_about_by_either_id,
    the_order_is_on_the_print_list_of_its_device,
    the_picture_is_fetched,
    the_case_is_printed_and_handed_out,
)
