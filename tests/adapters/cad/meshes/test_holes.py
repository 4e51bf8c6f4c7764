"""Round holes in a mesh are told when they are round beyond doubt, and nothing else is."""

import numpy as np
import pytest

from makeline.adapters.cad.meshes.analyse import analyse_mesh
from makeline.adapters.cad.meshes.triangles import Triangles
from makeline.parts.geometry.facts import Hole
from tests.adapters.cad.meshes.solids import Solid, ball, box, cylinder, revolved, torus, tube

_TURN, _ = np.linalg.qr(np.array([[0.62, 0.31, -0.43], [-0.27, 0.71, 0.37], [0.53, -0.19, 0.83]]))


def holes(solid: Solid) -> list[Hole]:
    """As single precision keeps the part."""
    corners = np.asarray(solid, dtype=np.float32).reshape(-1, 9)
    return list(analyse_mesh(Triangles(corners))[0].holes)


def drilled(radius: float, deep: float, steps: int, tip: float = 0.6) -> Solid:
    """A block of 30 turned about z with a blind hole from above, which ends as a drill does."""
    tip_at = 30 - deep - tip * radius
    return revolved([(0, 0), (20, 0), (20, 30), (radius, 30), (radius, 30 - deep), (0, tip_at)], steps)


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("inside_out", [False, True])
def test_a_hole_is_told_with_its_size_its_depth_and_its_place(turned: bool, inside_out: bool):
    move = np.array([300.0, -200.0, 50.0])
    frame = _TURN if turned else np.eye(3)
    solid = drilled(4, 18, 24) @ frame.T + move
    (hole,) = holes(solid[:, ::-1] if inside_out else solid)
    assert (hole.diameter, hole.depth, hole.through) == (
        pytest.approx(8, abs=1e-3),
        pytest.approx(18, abs=1e-3),
        False,
    )
    assert hole.at == pytest.approx(frame @ (0, 0, 30) + move, abs=2e-3)
    assert hole.axis == pytest.approx(frame @ (0, 0, -1), abs=1e-3)


def test_a_hole_with_two_open_ends_goes_through_and_a_stepped_one_is_two():
    assert [(round(hole.diameter, 3), hole.depth, hole.through) for hole in holes(tube(30, 20, 50))] == [
        (40, 50, True)
    ]
    stepped = revolved([(3, 0), (20, 0), (20, 30), (8, 30), (8, 22), (3, 22)], 36)
    assert [(round(hole.diameter, 3), round(hole.depth, 3), hole.through) for hole in holes(stepped)] == [
        (16, 8, True),
        (6, 22, True),
    ]


@pytest.mark.parametrize(
    "solid",
    [
        box(20, 30, 40),
        cylinder(10, 30),
        ball(25),
        torus(40, 12, steps=48),
        drilled(4, 18, 6),
        drilled(4, 18, 8),
        revolved([(4, 0), (20, 0), (20, 30), (6, 30)], 36),
        tube(30, 20, 50) * (1, 1.01, 1),
        tube(30, 20, 1.0),
    ],
    ids=["box", "cylinder", "ball", "torus", "hexagon", "octagon", "cone", "oval", "short"],
)
def test_what_is_no_round_hole_beyond_doubt_is_not_told(solid: Solid):
    assert holes(solid) == []
