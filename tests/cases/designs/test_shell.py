"""Sizes: which shells can be cases, and how many pixels their prints have."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makeline.cases.designs.boxes import Box, split
from makeline.cases.designs.shell import Canvas, ImpossibleShell, Shell, canvas_of


def shell(width: str, height: str) -> Shell:
    return Shell(Decimal(width), Decimal(height))


# Sizes that machines in the field have reported, with the heights that were printed.
@pytest.mark.parametrize(
    ("width", "height", "canvas_height"),
    [
        ("68.58", "135.97", 2756),
        ("76.28", "151.72", 2765),
        ("69.43", "145.12", 2905),
        ("73.24", "149.27", 2833),
        ("75.35", "158.33", 2921),
        ("80.52", "166.03", 2866),
        ("77.55", "147.07", 2636),
        ("74.0", "150.37", 2825),
        ("81.45", "167.89", 2865),
    ],
)
def test_a_canvas_is_1390_pixels_wide_and_as_high_as_the_shell_asks(
    width: str, height: str, canvas_height: int
) -> None:
    canvas = canvas_of(shell(width, height))
    assert (canvas.width_px, canvas.height_px) == (1390, canvas_height)


@pytest.mark.parametrize(
    ("width", "height", "field"),
    [
        ("30", "101", "width_mm"),
        ("200", "250", "width_mm"),
        ("70", "100", "height_mm"),
        ("150", "300", "height_mm"),
        ("71.9", "85.1", "height_mm"),
        ("90", "107.99", "height_mm"),
        ("50", "150.01", "height_mm"),
        ("0", "150", "width_mm"),
        ("-70", "150", "width_mm"),
        ("NaN", "150", "width_mm"),
        ("70", "Infinity", "height_mm"),
    ],
)
def test_an_impossible_size_is_refused_and_named(width: str, height: str, field: str) -> None:
    with pytest.raises(ImpossibleShell) as refusal:
        shell(width, height)
    assert field in {problem.field for problem in refusal.value.problems}


@pytest.mark.parametrize(
    ("width", "height"), [("90", "108"), ("50", "150"), ("30.01", "90.1"), ("199", "299")]
)
def test_sizes_at_the_edge_of_the_rules_are_taken_or_refused_as_the_rules_say(
    width: str, height: str
) -> None:
    if Decimal(height) <= 100:
        with pytest.raises(ImpossibleShell):
            shell(width, height)
    else:
        assert canvas_of(shell(width, height)).dpi >= 300


def test_a_wide_shell_gets_more_pixels_rather_than_a_coarse_print() -> None:
    at_limit, above = canvas_of(shell("117.6", "200")), canvas_of(shell("118", "200"))
    assert (at_limit.width_px, at_limit.dpi) == (1390, 300)
    assert (above.width_px, above.dpi) == (1394, 300)
    assert above.height_px == 2363


@given(
    st.decimals("30.01", "199.99", places=2),
    st.decimals("1.2", "3", places=4),
)
def test_every_accepted_shell_has_a_canvas_of_true_proportion_and_enough_dots(
    width: Decimal, ratio: Decimal
) -> None:
    height = (width * ratio).quantize(Decimal("0.01"))
    try:
        accepted = Shell(width, height)
    except ImpossibleShell:
        return
    canvas = canvas_of(accepted)
    assert canvas.width_px >= 1390
    assert canvas.px_per_mm * Decimal("25.4") >= 300
    assert 1000 <= canvas.height_px <= 5000
    assert abs(canvas.height_px - canvas.px_per_mm * height) <= Decimal("0.5")


@given(st.integers(0, 50), st.integers(100, 5000), st.integers(1, 4), st.integers(0, 20))
def test_a_split_length_is_filled_exactly(start: int, length: int, parts: int, gutter: int) -> None:
    pieces = split(start, length, parts=parts, gutter=gutter)
    assert pieces[0][0] == start
    assert pieces[-1][0] + pieces[-1][1] == start + length
    for (left, size), (following, _) in pairwise(pieces):
        assert left + size + gutter == following
    assert max(size for _, size in pieces) - min(size for _, size in pieces) <= 1


def test_boxes_know_what_they_touch() -> None:
    outer, inner, beside = Box(0, 0, 10, 10), Box(2, 2, 8, 8), Box(10, 0, 5, 5)
    assert outer.meets(inner)
    assert not outer.meets(beside)
    assert outer.shrunk(sides=2, ends=3) == Box(2, 3, 6, 4)


def test_a_box_is_told_in_millimetres_to_a_hundredth() -> None:
    area = Box(0, 10, 20, 40).in_mm(Canvas(1390, 2780, Decimal(20)))
    assert (area.x_mm, area.y_mm, area.width_mm, area.height_mm) == (0, Decimal("0.5"), 1, 2)
