"""What the partner tells us: payments and orders, repeated until we say yes and not longer."""

from typing import Any

from makeline.adapters.print_partner.certify.bench import Bench
from makeline.adapters.print_partner.certify.verdicts import Failed, NotTried

_PAID = 3
# Longer than the longest pause between repeats.
_LONGEST_QUIET = 12.0


async def a_payment_at_the_machine_is_told_to_us(bench: Bench) -> str:
    """About 20 s after payData with pay type 5 a payment notice with status 3 or 4 arrives, once somebody paid."""
    _reached(bench)
    fields = bench.payment(pay_type=5)
    await bench.talk.ask("order/payData", fields)
    bench.at_machine = fields["third_id"]

    async def told() -> bool:
        return bool(bench.stand.about("payment", fields["third_id"]))

    if not await bench.until(bench.plan.patience, told):
        raise Failed(
            f"no notice about {fields['third_id']} within {bench.plan.patience:g} s; did somebody pay?"
        )
    row, _ = bench.stand.about("payment", fields["third_id"])[0]
    _must_be(row, 5)
    return f"told with status {row['status']}"


async def a_refused_payment_notice_comes_again(bench: Bench) -> str:
    """Every answer but code 200 with data "success" is a failure: repeated up to 10 times, every 5 to 10 s."""
    if bench.at_machine is None or not bench.stand.about("payment", bench.at_machine):
        raise NotTried("no payment notice came")
    await _comes_again(bench, "payment", bench.at_machine)
    return "refused once on purpose, repeated, accepted"


async def an_accepted_payment_notice_comes_no_more(bench: Bench) -> str:
    """An accepted notice is not repeated."""
    if bench.at_machine is None or not bench.stand.about("payment", bench.at_machine):
        raise NotTried("no payment notice came")
    return await _comes_no_more(bench, "payment", bench.at_machine)


async def every_step_of_the_order_is_told_to_us(bench: Bench) -> str:
    """Order notices carry our OREN id and a status 1 to 16, up to 16 when the case is handed out."""
    ours = _ordered(bench)

    async def told() -> bool:
        return 16 in [row.get("status") for row, _ in bench.stand.about("order", ours)]

    in_time = await bench.until(bench.plan.patience, told)
    rows = bench.stand.about("order", ours)
    for row, _ in rows:
        _must_be(row, 16)
    statuses = [row["status"] for row, _ in rows]
    if not in_time:
        raise Failed(f"no notice with status 16; told: {statuses}")
    return f"told: {sorted(set(statuses))}"


async def a_refused_order_notice_comes_again(bench: Bench) -> str:
    """As for payments: repeated until accepted."""
    ours = _ordered(bench)
    if not bench.stand.about("order", ours):
        raise NotTried("no order notice came")
    await _comes_again(bench, "order", ours)
    return "refused once on purpose, repeated, accepted"


async def an_accepted_order_notice_comes_no_more(bench: Bench) -> str:
    """An accepted notice is not repeated."""
    ours = _ordered(bench)
    if not bench.stand.about("order", ours):
        raise NotTried("no order notice came")
    return await _comes_no_more(bench, "order", ours)


async def an_empty_call_asks_whether_we_are_there(bench: Bench) -> str:
    """An empty body is a probe; it stores nothing."""
    _reached(bench)
    if not bench.stand.probes:
        raise NotTried("no probe came; partners need not send any")
    return f"{bench.stand.probes} probes answered"


def _reached(bench: Bench) -> None:
    if not bench.plan.reached:
        raise NotTried("the partner cannot reach us: --notice-url was not given")


def _ordered(bench: Bench) -> str:
    _reached(bench)
    if bench.order is None:
        raise NotTried("there is no accepted order")
    return str(bench.order["third_id"])


def _must_be(row: dict[str, Any], most: int) -> None:
    status = row.get("status")
    if type(status) is not int or not 1 <= status <= most:
        raise Failed(f"the status of a notice is {status!r}, no whole number from 1 to {most}")


async def _comes_again(bench: Bench, kind: str, ours: str) -> None:
    refused = next((row["status"] for row, told in bench.stand.about(kind, ours) if told.refused), None)
    if refused is None:
        raise NotTried("the notice refused on purpose was about something else")

    async def repeated() -> bool:
        return any(
            row["status"] == refused and not told.refused for row, told in bench.stand.about(kind, ours)
        )

    if not await bench.until(bench.plan.patience, repeated):
        raise Failed(f"status {refused} was refused and did not come again in {bench.plan.patience:g} s")


async def _comes_no_more(bench: Bench, kind: str, ours: str) -> str:
    async def twice() -> bool:
        accepted = [row["status"] for row, told in bench.stand.about(kind, ours) if not told.refused]
        return len(accepted) != len(set(accepted))

    if await bench.until(min(_LONGEST_QUIET, bench.plan.patience / 5), twice):
        raise Failed("an accepted notice came again")
    return "none of them came twice"


PAYMENT_NOTICES = (
    a_payment_at_the_machine_is_told_to_us,
    a_refused_payment_notice_comes_again,
    an_accepted_payment_notice_comes_no_more,
)
ORDER_NOTICES = (
    every_step_of_the_order_is_told_to_us,
    a_refused_order_notice_comes_again,
    an_accepted_order_notice_comes_no_more,
    an_empty_call_asks_whether_we_are_there,
)
