"""Sizes are read strictly: no size, no order."""

from decimal import Decimal

import pytest

from makeline.adapters.print_partner.listings import read_brands, read_stock
from makeline.cases.production.print_partner import PartnerAway

ROW = {
    "mobile_model_name": "iPhone 15 Pro",
    "mobile_model_id": "MM1",
    "mobile_shell_id": "MS1",
    "width": "73.24",
    "height": "149.27",
    "stock": 2,
}


def test_sizes_are_exact():
    (row,) = read_stock([ROW])
    assert (row.width_mm, row.height_mm, row.complete) == (Decimal("73.24"), Decimal("149.27"), True)


@pytest.mark.parametrize(
    "size", ["", " ", None, "73,24", "7.3e1", "-73", "NaN", "73.24mm", "29.9", "0", "1000", [], True]
)
def test_a_size_that_is_no_plain_plausible_number_makes_the_row_incomplete(size):
    (row,) = read_stock([{**ROW, "width": size}])
    assert row.width_mm is None
    assert not row.complete


@pytest.mark.parametrize(
    "bad", [{"stock": -1}, {"stock": "many"}, {"stock": None}, {"stock": 1.5}, {"mobile_model_id": ""}]
)
def test_a_row_without_model_or_count_is_left_out(bad):
    assert read_stock([{**ROW, **bad}, 7, None]) == []


def test_a_count_written_as_text_is_a_count():
    assert read_stock([{**ROW, "stock": "12"}])[0].stock == 12


@pytest.mark.parametrize("data", [None, {}, "x", 5])
def test_no_list_is_no_answer(data):
    with pytest.raises(PartnerAway):
        read_stock(data)
    with pytest.raises(PartnerAway):
        read_brands(data)
