"""The partner's numbers, words and ids."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makeline.adapters.print_partner.dialect import (
    ORDER_STATUSES,
    PAY_TYPES,
    PAYMENT_NUMBERS,
    PAYMENT_STATUSES,
    OwnId,
    OwnKind,
    order_id,
    parse_own_id,
    payment_id,
)
from makeline.cases.production.print_partner import Channel, JobStep

# number: order status, payment, step, rank, progress
TABLE = {
    1: ("pending", "pending", "awaiting_payment", 0, 0),
    2: ("cancelled", None, "cancelled", None, None),
    3: ("pending", "processing", "awaiting_payment", 0, 0),
    4: ("pending", "paid", "accepted", 1, 0),
    5: ("pending", "failed", "awaiting_payment", 0, 0),
    6: (None, "refunding", "refunding", None, None),
    7: ("cancelled", "refunded", "cancelled", None, None),
    8: ("pending", None, "queued", 2, 0),
    9: ("printing", None, "picking", 3, 10),
    10: ("printing", None, "picked", 4, 20),
    11: ("printing", None, "printing", 5, 50),
    12: ("printed", None, "printed", 6, 90),
    13: ("failed", None, "failed", None, None),
    14: ("cancelled", None, "cancelled", None, None),
    15: ("printed", None, "shipping", 7, 95),
    16: ("completed", None, "shipped", 8, 100),
}


@pytest.mark.parametrize("number", range(1, 17))
def test_each_of_the_16_order_statuses_has_one_meaning(number):
    row = ORDER_STATUSES[number]
    assert (row.order_status, row.payment, row.step, row.rank, row.progress) == TABLE[number]
    assert row.ends == (row.step in {JobStep.FAILED, JobStep.CANCELLED})


def test_payment_statuses_translate_both_ways():
    assert [PAYMENT_STATUSES[number] for number in range(1, 6)] == [
        "pending",
        "processing",
        "paid",
        "failed",
        "error",
    ]
    assert {PAYMENT_STATUSES[PAYMENT_NUMBERS[status]] for status in PAYMENT_NUMBERS} == set(PAYMENT_NUMBERS)


def test_a_machine_is_paid_at_its_terminal_and_the_web_online():
    assert (PAY_TYPES[Channel.MACHINE], PAY_TYPES[Channel.ONLINE]) == (5, 12)


moments = st.integers(1_600_000_000, 4_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@given(st.integers(0, 999_999), moments)
def test_our_ids_survive_being_taken_apart(number, at):
    assert parse_own_id(payment_id(number, at)) == OwnId(OwnKind.PAYMENT, at.date(), number)
    assert parse_own_id(order_id(number, at)) == OwnId(OwnKind.ORDER, at.date(), number)


def test_an_id_of_the_documents_is_read():
    assert parse_own_id("PYEN250828378395") == OwnId(OwnKind.PAYMENT, date(2025, 8, 28), 378395)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "PYEN",
        "PYEN25082837839",
        "PYEN2508283783950",
        "MSPY10250828000001",
        "PYEN259928378395",
        "pyen250828378395",
        "PYEN２50828378395",
    ],
)
def test_anything_else_is_not_ours(text):
    assert parse_own_id(text) is None
