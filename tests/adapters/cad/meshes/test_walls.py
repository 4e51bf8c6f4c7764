"""Points inside a surface, and walls that are thin."""

import numpy as np
import pytest
import trimesh

from makeline.adapters.cad.meshes.inside import Inside
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
