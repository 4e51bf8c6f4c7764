"""What the partner sends is read in every shape it has been seen in."""

import json
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makeline.adapters.print_partner.notices import (
    OrderNotice,
    PaymentNotice,
    UnreadableBody,
    UnreadableNotice,
    read_order_notices,
    read_payment_notices,
)

SAMPLES = files("makeline.adapters.print_partner") / "samples"


def sample(name):
    return json.dumps(json.loads((SAMPLES / f"{name}.json").read_text("utf-8"))["body"]).encode()


def body(value):
    return json.dumps(value).encode()


def test_the_documented_array_of_payments_is_read_with_its_amount_as_sent():
    batch = read_payment_notices(sample("notice-payment-array"))
    (notice,) = batch.notices
    assert batch.is_array
    assert isinstance(notice, PaymentNotice)
    assert (notice.reference, notice.number, notice.status) == ("PYEN250828378395", 3, "paid")
    assert (notice.amount, notice.pay_type, notice.paid_at) == ("19.99", 5, "2025-08-28 11:52:38")


def test_the_single_object_of_the_field_is_read():
    batch = read_payment_notices(sample("notice-payment-object"))
    assert not batch.is_array
    assert batch.notices[0].status == "paid"


@pytest.mark.parametrize("empty", [b"", b"  ", b"{}", b"[]"])
def test_a_reachability_probe_says_nothing(empty):
    assert not read_payment_notices(empty).notices
    assert not read_order_notices(empty).notices


def test_a_bad_element_is_named_and_its_neighbours_count():
    batch = read_payment_notices(
        body(
            [{"third_id": "A", "status": 3}, 7, {"third_id": "", "status": 9}, {"third_id": "B", "status": 4}]
        )
    )
    assert [type(notice) for notice in batch.notices] == [
        PaymentNotice,
        UnreadableNotice,
        UnreadableNotice,
        PaymentNotice,
    ]
    assert [problem.field for problem in batch.notices[2].problems] == ["third_id", "status"]


@pytest.mark.parametrize("status", [0, 6, 3.5, True, None, "paid", [], {}, "", "1e1", -3])
def test_a_payment_status_outside_one_to_five_is_unreadable(status):
    (notice,) = read_payment_notices(body({"third_id": "A", "status": status})).notices
    assert isinstance(notice, UnreadableNotice)
    assert [problem.field for problem in notice.problems] == ["status"]


def test_a_message_above_five_hundred_characters_is_named():
    (notice,) = read_payment_notices(body({"third_id": "A", "status": 3, "message": "x" * 501})).notices
    assert [problem.field for problem in notice.problems] == ["message"]


@pytest.mark.parametrize("name", ["order_id", "orderId", "third_id", "thirdId"])
@pytest.mark.parametrize("status_name", ["status", "orderStatus"])
@pytest.mark.parametrize("queue_name", ["queue_number", "queueNumber", "queue_no"])
def test_an_order_notice_is_read_in_every_spelling(name, status_name, queue_name):
    fields = {
        name: "OREN250828378396",
        status_name: 11,
        queue_name: "6693",
        "chineseOrderId": "MSOR1",
        "deviceId": "D",
    }
    (notice,) = read_order_notices(body(fields)).notices
    assert isinstance(notice, OrderNotice)
    assert (notice.reference, notice.number, notice.word) == ("OREN250828378396", 11, None)
    assert (notice.queue_number, notice.partner_reference, notice.device) == ("6693", "MSOR1", "D")
    assert notice.meaning.step == "printing"


def test_an_order_notice_as_a_form_is_read():
    form = b"orderId=OREN250828378396&orderStatus=12&queueNumber=4529&id=MSOR10250902000003"
    (notice,) = read_order_notices(form, "application/x-www-form-urlencoded; charset=utf-8").notices
    assert (notice.reference, notice.number, notice.queue_number) == ("OREN250828378396", 12, "4529")
    assert notice.partner_reference == "MSOR10250902000003"


def test_our_id_in_the_field_meant_for_theirs_is_found():
    (notice,) = read_order_notices(body({"id": "OREN250828378396", "status": 8})).notices
    assert (notice.reference, notice.partner_reference) == ("OREN250828378396", None)


@pytest.mark.parametrize("word", ["pending", "printing", "printed", "completed", "failed", "cancelled"])
def test_the_six_words_are_read(word):
    fields = {
        "order_id": "ORDER_1",
        "status": word,
        "notes": "n",
        "estimated_completion": "2025-08-02T15:30:00Z",
    }
    (notice,) = read_order_notices(body(fields)).notices
    assert (notice.word, notice.number, notice.meaning) == (word, None, None)
    assert (notice.notes, notice.estimated_completion) == ("n", "2025-08-02T15:30:00Z")


@pytest.mark.parametrize("status", [0, 17, "done", 1.5, None, True, {}])
def test_an_unknown_order_status_is_named(status):
    (notice,) = read_order_notices(body({"order_id": "ORDER_1", "status": status})).notices
    assert isinstance(notice, UnreadableNotice)
    assert [problem.field for problem in notice.problems] == ["status"]


@pytest.mark.parametrize("broken", [b"{", b"nonsense", b"3", b'"x"', b"\xff\xfe", b"[" * 100_000, b"true"])
def test_a_body_that_is_no_notice_at_all_is_refused(broken):
    with pytest.raises(UnreadableBody):
        read_payment_notices(broken)


def test_more_than_a_hundred_notices_in_one_call_are_refused():
    with pytest.raises(UnreadableBody):
        read_payment_notices(body([{"third_id": "A", "status": 3}] * 101))


json_values = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text()
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from(["third_id", "order_id", "status", "id", "pay_amount", "queue_no"]), inner
        ),
    ),
    max_leaves=10,
)


@given(json_values)
def test_any_json_is_read_or_refused_and_never_crashes(value):
    for read in (read_payment_notices, read_order_notices):
        try:
            batch = read(body(value))
        except UnreadableBody:
            continue
        assert all(
            isinstance(notice, (PaymentNotice, OrderNotice, UnreadableNotice)) for notice in batch.notices
        )
