"""The scene for browsers is the part, in metres and with y up, and never too heavy."""

import io
import json
import struct

import numpy as np
import pytest
import trimesh

from makeline.adapters.cad.meshes.triangles import Triangles
from makeline.adapters.cad.pictures.glb import write_glb
from makeline.adapters.cad.pictures.thin_out import thinned
from tests.adapters.cad.meshes.solids import ball, box, torus, tube


def opened(data: bytes) -> trimesh.Trimesh:
    """The scene as an independent library reads it."""
    mesh = trimesh.load_scene(io.BytesIO(data), file_type="glb").to_mesh()
    mesh.merge_vertices(merge_norm=True, merge_tex=True)
    return mesh


@pytest.mark.parametrize(
    "solid", [box(10, 20, 30), tube(30, 20, 100), torus(40, 5) + 5000], ids=["box", "tube", "far"]
)
def test_another_program_sees_the_same_solid(solid):
    mesh = opened(write_glb(Triangles(solid.reshape(-1, 9))))
    turned = solid[:, :, [0, 2, 1]] * [1, 1, -1] / 1000
    assert mesh.bounds == pytest.approx(np.array([turned.min((0, 1)), turned.max((0, 1))]), abs=1e-6)
    assert mesh.is_watertight
    truth = trimesh.Trimesh(**trimesh.triangles.to_kwargs(turned))
    assert mesh.volume == pytest.approx(truth.volume, rel=1e-4)
    assert len(mesh.faces) == len(solid)


def test_a_box_has_its_corners_three_times_and_a_ball_only_once():
    def corners(solid) -> int:
        data = write_glb(Triangles(solid.reshape(-1, 9)))
        (length,) = struct.unpack_from("<I", data, 12)
        return json.loads(data[20 : 20 + length])["accessors"][0]["count"]

    assert corners(box(1, 2, 3)) == 24
    assert corners(ball(5)) == pytest.approx(48 * 23 + 2, rel=0.1)


def test_a_heavy_mesh_becomes_lighter_and_keeps_its_shape():
    solid = torus(40, 12, steps=130)
    light = thinned(Triangles(solid.reshape(-1, 9)), most=20_000)
    assert 5_000 < len(light) <= 20_000 < len(solid)
    low, high = light.corners.reshape(-1, 3).min(axis=0), light.corners.reshape(-1, 3).max(axis=0)
    assert high - low == pytest.approx([104, 104, 24], abs=1)
    areas = np.linalg.norm(
        np.cross(light.corners[:, 3:6] - light.corners[:, :3], light.corners[:, 6:] - light.corners[:, :3]),
        axis=1,
    )
    assert areas.sum() / 2 == pytest.approx(4 * np.pi**2 * 40 * 12, rel=0.02)


def test_a_light_mesh_stays_as_it_is():
    mesh = Triangles(box(1, 2, 3).reshape(-1, 9))
    assert thinned(mesh, most=12) is mesh
