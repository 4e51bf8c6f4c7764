"""Pictures show the part: the nearest surface at each pixel, in its place, lit, with its edges."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from makeline.adapters.cad.meshes.triangles import Triangles
from makeline.adapters.cad.pictures.camera import EYES, Projected, project
from makeline.adapters.cad.pictures.draw import draw, model_of
from makeline.adapters.cad.pictures.png import write_png
from makeline.adapters.cad.pictures.raster import rasterise
from makeline.adapters.cad.pictures.shade import backdrop
from makeline.parts.geometry.reader import View
from tests.adapters.cad.meshes.solids import Solid, ball, box, cylinder, torus, tube


def triangles(solid: Solid) -> Triangles:
    return Triangles(solid.reshape(-1, 9))


def drawn(solid: Solid, view: View, *, closed: bool = True, side: int = 128) -> NDArray[np.int64]:
    return draw(model_of(triangles(solid), closed=closed), view, side=side).astype(np.int64)


def covered(picture: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Pixels that are clearly the part: darker than any backdrop and than the shade on the ground."""
    return picture.sum(axis=2) < 480


def seen_from(corners: NDArray[np.float32]) -> Projected:
    """Corners (n, 3, 3) that are pixels already."""
    x, y, z = corners.transpose(2, 1, 0)
    eye = np.eye(3, dtype=np.float32)
    return Projected(x.copy(), y.copy(), z.copy(), eye, 1.0, (0.0, 0.0), 0.0)


def nearest(corners: NDArray[np.float32], side: int) -> dict[int, tuple[int, float]]:
    """For each pixel the nearest triangle and its depth, one pixel and one triangle at a time; sure cases only."""
    found: dict[int, list[tuple[float, int]]] = {}
    for number, (a, b, c) in enumerate(corners.astype(np.float64)):
        area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
        for place in range(side * side):
            p = np.array([place % side + 0.5, place // side + 0.5])
            v = ((b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])) / area
            u = ((p[0] - a[0]) * (c[1] - a[1]) - (p[1] - a[1]) * (c[0] - a[0])) / area
            if min(u, v, 1 - u - v) > 0.01:
                found.setdefault(place, []).append((a[2] + u * (b[2] - a[2]) + v * (c[2] - a[2]), number))
    return {place: (max(hits)[1], max(hits)[0]) for place, hits in found.items()}


_point = st.tuples(*[st.integers(0, 4 * 12).map(lambda quarter: quarter / 4)] * 3)


@settings(max_examples=25)
@given(st.lists(st.tuples(_point, _point, _point), min_size=1, max_size=6))
def test_each_pixel_shows_the_nearest_triangle_at_its_depth(found: list):
    corners = np.array(found, dtype=np.float32)
    u, v = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    area = u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]
    corners = corners[np.abs(area) > 1]
    if not len(corners):
        return
    raster = rasterise(seen_from(corners), side=12)
    shown = dict(
        zip(
            raster.pixel.tolist(),
            zip(raster.triangle.tolist(), raster.depth.tolist(), strict=True),
            strict=True,
        )
    )
    for place, (triangle, depth) in nearest(corners, 12).items():
        assert shown[place][1] == pytest.approx(depth, abs=0.1)
        if shown[place][0] != triangle:
            # Another one may be as near.
            assert shown[place][1] >= depth - 0.1


def test_a_triangle_behind_the_edges_of_the_picture_is_cut_not_lost():
    large = np.array([[[-5000, -5000, 0], [5000, -5000, 0], [0, 9000, 0]]], dtype=np.float32)
    assert len(rasterise(seen_from(large), side=16).pixel) == 256


@pytest.mark.parametrize("view", EYES)
def test_a_part_fills_its_picture_and_stays_inside(view: View):
    there = covered(drawn(torus(40, 12), view))
    rows, columns = np.flatnonzero(there.any(axis=1)), np.flatnonzero(there.any(axis=0))
    assert min(rows[0], columns[0]) in range(8, 14)
    assert max(rows[-1], columns[-1]) in range(113, 120)


@pytest.mark.parametrize(("view", "share"), [(View.FRONT, 0.5), (View.RIGHT, 0.25), (View.TOP, 0.5)])
def test_each_view_shows_its_own_side(view: View, share: float):
    there = covered(drawn(box(40, 20, 80) if view is not View.TOP else box(40, 80, 20), view))
    rows, columns = there.any(axis=1).sum(), there.any(axis=0).sum()
    assert columns / rows == pytest.approx(share, abs=0.03)
    assert there.sum() == pytest.approx(rows * columns, rel=0.04)


def test_a_hole_can_be_looked_through():
    picture = drawn(tube(30, 20, 10), View.TOP)
    assert (picture[64, 64] == (backdrop(128)[:, 64, 64] * 255 + 0.5).astype(int)).all()
    assert covered(picture)[64, 20]


def test_edges_are_dark_lines_and_round_walls_have_none():
    front = drawn(cylinder(20, 40, steps=48), View.FRONT, side=256).sum(axis=2)
    row = front[128, 90:166]
    assert np.abs(np.diff(row)).max() < 25
    corner = drawn(box(40, 40, 40), View.ISOMETRIC, side=256).sum(axis=2)
    middle = corner[150:210, 40:216]
    # Where two walls meet there is a line darker than both.
    assert middle.min() < 0.75 * np.median(middle)


def test_an_open_surface_shows_its_back_and_a_part_turned_inside_out_its_front():
    half = box(40, 40, 40)[:6]
    assert covered(drawn(half, View.ISOMETRIC, closed=False)).sum() > 1000
    right, wrong = drawn(ball(20), View.ISOMETRIC), drawn(ball(20)[:, ::-1], View.ISOMETRIC)
    assert np.abs(right - wrong).max() < 40


def test_the_same_part_looks_the_same_far_out_and_in_any_unit():
    near, far = drawn(torus(40, 12), View.ISOMETRIC), drawn(torus(40, 12) * 10 + 900_000, View.ISOMETRIC)
    assert np.abs(near - far).mean() < 0.5


def test_the_light_comes_from_above_left():
    picture = drawn(ball(20, steps=96), View.FRONT, side=256).sum(axis=2)
    assert picture[80, 100] > picture[128, 128] > picture[180, 170]


def test_a_part_without_height_is_drawn_as_a_line_or_not_at_all():
    plate = np.array([[[0, 0, 0], [10, 0, 0], [10, 10, 0]]], dtype=float)
    for view in EYES:
        assert drawn(plate, view, closed=False).shape == (128, 128, 3)


@pytest.mark.parametrize(("many", "coarser"), [(150, 1), (1500, 2)])
def test_a_pile_of_large_triangles_is_drawn_coarser_the_more_there_are(many: int, coarser: int):
    pile = np.random.default_rng(3).uniform(-50, 50, (many, 3, 3))
    picture = drawn(pile, View.TOP, closed=False, side=256)
    blocks = picture.reshape(256 // coarser, coarser, 256 // coarser, coarser, 3)
    assert (blocks == blocks[:, :1, :, :1]).all()
    assert covered(picture).mean() > 0.3
    finer = picture.reshape(128 // coarser, 2 * coarser, 128 // coarser, 2 * coarser, 3)
    assert (finer != finer[:, :1, :, :1]).any()


def test_a_png_holds_the_very_pixels():
    picture = draw(model_of(triangles(torus(40, 12)), closed=True), View.ISOMETRIC, side=64)
    with Image.open(io.BytesIO(write_png(picture))) as image:
        assert (np.asarray(image) == picture).all()


def test_a_far_corner_does_not_hide_the_part():
    seen = project(triangles(box(1, 1, 1)), View.ISOMETRIC, side=64)
    assert np.isfinite(seen.x).all()
    assert seen.x.min() >= 0
    assert seen.x.max() <= 64
