"""Points inside a surface, and walls that are thin."""

import numpy as np
import pytest
import trimesh

from makeline.adapters.cad.meshes.inside import Inside
from makeline.adapters.cad.meshes.lattice import Lattice
from makeline.adapters.cad.meshes.thin_walls import thinnest_wall
from makeline.adapters.cad.meshes.triangles import Triangles
from tests.adapters.cad.meshes.solids import Solid, ball, box, cylinder, torus, tube


def triangles(solid: Solid) -> Triangles:
    return Triangles(solid.reshape(-1, 9))


@pytest.mark.parametrize(
    "solid",
    [box(20, 30, 40), torus(40, 12), tube(30, 20, 50), ball(25)],
    ids=["box", "torus", "tube", "ball"],
)
def test_points_lie_inside_where_another_program_says_so(solid: Solid):
    inside = Inside(triangles(solid))
    low, high = solid.min((0, 1)), solid.max((0, 1))
    points = np.random.default_rng(7).uniform(low - 2, high + 2, (150, 3))
    mesh = trimesh.Trimesh(**trimesh.triangles.to_kwargs(solid))
    # Winding by solid angles: a way of its own.
    corners = mesh.triangles[None] - points[:, None, None]
    lengths = np.linalg.norm(corners, axis=3)
    a, b, c = corners[:, :, 0], corners[:, :, 1], corners[:, :, 2]
    volume = (a * np.cross(b, c)).sum(2)
    la, lb, lc = lengths[:, :, 0], lengths[:, :, 1], lengths[:, :, 2]
    share = la * lb * lc + (a * b).sum(2) * lc + (b * c).sum(2) * la + (a * c).sum(2) * lb
    winding = np.arctan2(volume, share).sum(1) / (2 * np.pi)
    assert [inside.holds(point) for point in points] == (np.abs(winding) > 0.5).tolist()


@pytest.mark.parametrize("wall", [0.2, 0.5, 0.79])
def test_a_thin_wall_is_told_with_its_thickness(wall: float):
    for solid in (box(60, 40, wall), tube(20, 20 - wall, 50)):
        found = thinnest_wall(triangles(solid), below=0.8)
        assert found is not None
        assert found[0] == pytest.approx(wall, rel=0.02)


def test_a_thin_wall_is_found_in_a_part_turned_inside_out_too():
    found = thinnest_wall(triangles(box(60, 40, 0.5)[:, ::-1]), below=0.8)
    assert found is not None
    assert found[0] == pytest.approx(0.5)


@pytest.mark.parametrize(
    "solid", [box(60, 40, 2), cylinder(5, 40), torus(40, 5)], ids=["plate", "rod", "ring"]
)
def test_a_sound_part_has_no_thin_wall(solid: Solid):
    assert thinnest_wall(triangles(solid), below=0.8) is None


def test_a_sharp_edge_is_no_thin_wall():
    # A roof: at its foot the two sides come as near as one likes.
    corners = np.array(
        [[0, 0, 0], [60, 0, 0], [60, 40, 0], [0, 40, 0], [0, 20, 18], [60, 20, 18]], dtype=float
    )
    faces = [(0, 2, 1), (0, 3, 2), (0, 1, 5), (0, 5, 4), (2, 3, 4), (2, 4, 5), (0, 4, 3), (1, 2, 5)]
    assert thinnest_wall(triangles(corners[faces]), below=0.8) is None


def test_a_thin_place_in_a_fine_mesh_is_told():
    # A hollow ball of half a millimetre, in a hundred thousand small triangles.
    hollow = np.concatenate([ball(50, steps=240), ball(49.5, steps=240)[:, ::-1]])
    assert len(hollow) > 100_000
    found = thinnest_wall(triangles(hollow), below=0.8)
    assert found is not None
    assert found[0] == pytest.approx(0.5, abs=0.02)


def test_a_small_thin_detail_of_a_large_part_is_told():
    # A block of a metre with a fin of a few millimetres: a ten-thousandth of the surface, most of the triangles.
    fin = tube(3, 2.6, 4, steps=64) + np.array([0, 0, 1200])
    found = thinnest_wall(triangles(np.concatenate([box(1000, 1000, 1000), fin])), below=0.8)
    assert found is not None
    assert found[0] == pytest.approx(0.4, rel=0.05)


@pytest.mark.parametrize("seed", range(4))
def test_a_lattice_names_every_triangle_that_a_line_meets(seed: int):
    lots = np.random.default_rng(seed)
    sizes = np.exp(lots.uniform(-2, 1.5, (600, 1, 1)))
    corners = lots.uniform(-20, 20, (600, 1, 3)) + sizes * lots.normal(size=(600, 3, 3))
    low, high = corners.min(axis=1), corners.max(axis=1)
    middles, longest = (
        ((low + high) / 2).astype(np.float32),
        ((high - low).max(axis=1) + 1e-4).astype(np.float32),
    )
    lattice = Lattice.over(middles, longest, reach=0.8, large=40)
    starts = lots.uniform(-22, 22, (200, 3))
    ways = lots.normal(size=(200, 3))
    ends = starts + 0.8 * ways / np.linalg.norm(ways, axis=1)[:, None]
    line, triangle = lattice.near(starts, ends, most=10**9)
    named = set(zip(line.tolist(), triangle.tolist(), strict=True))
    assert len(named) == len(line)
    # Whatever lies in the box around a line may meet it.
    apart = (np.minimum(starts, ends)[:, None] > high[None]) | (np.maximum(starts, ends)[:, None] < low[None])
    near = np.argwhere(~apart.any(axis=2))
    assert len(near) > 10
    assert {tuple(pair) for pair in near.tolist()} <= named
    assert len(named) < 200 * 600 / 2


def test_a_lattice_keeps_its_bound_and_leaves_out_the_last_lines():
    corners = np.random.default_rng(5).uniform(0, 10, (2000, 3)).astype(np.float32)
    lattice = Lattice.over(corners, np.full(2000, 0.1, dtype=np.float32), reach=0.8, large=10)
    starts = np.full((500, 3), 5.0)
    line, _ = lattice.near(starts, starts + 0.1, most=1000)
    assert len(line) <= 1100
    assert set(line.tolist()) == set(range(line.max() + 1))
