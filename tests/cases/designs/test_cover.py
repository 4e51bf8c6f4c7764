"""Cover fit: the box is always filled, from within the picture."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from makeline.cases.designs.boxes import Box
from makeline.cases.designs.cover import crop_to_cover
from makeline.cases.designs.spec import View

sides = st.integers(1, 16_000)
shifts = st.decimals(-1, 1, places=4)


@given(sides, sides, st.integers(1, 3000), st.integers(1, 5000), st.decimals(1, 4, places=4), shifts, shifts)
def test_the_part_that_shows_lies_inside_the_picture_and_has_the_boxs_proportion(
    width: int, height: int, box_width: int, box_height: int, zoom: Decimal, right: Decimal, down: Decimal
) -> None:
    box = Box(0, 0, box_width, box_height)
    crop = crop_to_cover(width_px=width, height_px=height, box=box, view=View(zoom, right, down))
    assert 0 <= crop.left <= crop.left + crop.width <= width
    assert 0 <= crop.top <= crop.top + crop.height <= height
    assert crop.width * box_height == crop.height * box_width


def test_without_zoom_the_picture_fills_the_box_in_one_direction_exactly() -> None:
    crop = crop_to_cover(width_px=4000, height_px=3000, box=Box(0, 0, 1390, 2905), view=View())
    assert (crop.top, crop.height) == (0, 3000)
    assert crop.left == (4000 - crop.width) / 2


def test_shifts_reach_the_edges_of_the_picture() -> None:
    box = Box(0, 0, 100, 100)
    left = crop_to_cover(width_px=400, height_px=100, box=box, view=View(shift_x=Decimal(-1)))
    right = crop_to_cover(width_px=400, height_px=100, box=box, view=View(shift_x=Decimal(1)))
    assert (left.left, right.left) == (0, 300)


def test_a_quarter_turn_swaps_the_sides() -> None:
    crop = crop_to_cover(width_px=400, height_px=100, box=Box(0, 0, 100, 400), view=View(turn=90))
    assert (crop.left, crop.top, crop.width, crop.height, crop.scale) == (0, 0, 100, 400, 1)
