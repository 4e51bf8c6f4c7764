"""A STEP file measures what mathematics says of its solid, to a billionth."""

import math

import numpy as np
import pytest

from makeline.adapters.cad.meshes.measure import measure_mesh
from makeline.adapters.cad.meshes.stl import read_stl
from makeline.adapters.cad.step.analyse import analyse_step
from makeline.parts.geometry.facts import Basis, FaceKind
from tests.adapters.cad.meshes.solids import stl, true_measures
from tests.adapters.cad.step.models import Exact, block, cut, exact_solids, faces, rod, step, together, turned

MOST = 1_000_000
SOLIDS = exact_solids()


@pytest.mark.parametrize("solid", SOLIDS, ids=lambda solid: solid.name)
def test_volume_and_area_are_those_of_the_formula(solid: Exact):
    facts, _ = analyse_step(step(solid.shape), most=MOST)
    assert facts.basis is Basis.EXACT
    assert facts.surface.volume == pytest.approx(solid.volume, rel=1e-9)
    assert facts.surface.area == pytest.approx(solid.area, rel=1e-9)


@pytest.mark.parametrize("solid", SOLIDS[:22], ids=lambda solid: solid.name)
def test_its_triangles_as_stl_measure_their_own_truth(solid: Exact):
    _, triangles = analyse_step(step(solid.shape), most=MOST)
    mesh = triangles.corners.reshape(-1, 3, 3)
    volume, area = true_measures(mesh)
    facts = measure_mesh(read_stl(stl(mesh), most=MOST))
    assert facts.volume == pytest.approx(volume, rel=1e-6)
    assert facts.area == pytest.approx(area, rel=1e-6)
    # Triangles inside a curved surface are a little less than the solid, and close to it.
    assert facts.volume == pytest.approx(solid.volume, rel=0.02)


def test_the_box_touches_the_surfaces_without_a_gap():
    facts, _ = analyse_step(step(cut(block(20, 30, 40), rod(3, 60, at=(5, 5, -1)))), most=MOST)
    assert (facts.surface.low, facts.surface.high) == ((0, 0, 0), (20, 30, 40))
    assert facts.oriented_box == (40, 30, 20)


@pytest.mark.parametrize(
    ("shape", "sizes"),
    [
        (block(20, 30, 40), (40, 30, 20)),
        (rod(5, 80), (80, 10, 10)),
        (cut(rod(9, 30), rod(4, 30)), (30, 18, 18)),
    ],
    ids=["block", "rod", "tube"],
)
@pytest.mark.parametrize("angle", [0.1, 0.7, 2.3])
def test_a_part_that_lies_askew_keeps_its_sizes(shape, sizes, angle: float):
    facts, _ = analyse_step(step(turned(shape, angle)), most=MOST)
    assert facts.oriented_box == pytest.approx(sizes, abs=1e-5)
    if sizes[1] == sizes[2]:
        assert facts.reach[0] == pytest.approx(sizes[1] / 2, abs=0.01)


def test_bodies_and_kinds_of_faces_are_counted():
    facts, _ = analyse_step(step(together(block(1, 2, 3), rod(1, 5, at=(9, 0, 0)))), most=MOST)
    assert facts.bodies == 2
    assert facts.model is not None
    assert facts.model.faces == {FaceKind.PLANE: 8, FaceKind.CYLINDER: 1}


def holes(shape) -> list[tuple[float, float, bool, tuple[float, ...]]]:
    facts, _ = analyse_step(step(shape), most=MOST)
    assert facts.model is not None
    return [
        (round(hole.diameter, 6), round(hole.depth, 6), hole.through, tuple(np.round(hole.at, 6)))
        for hole in facts.model.holes
    ]


def test_holes_are_told_with_their_depth_and_whether_they_go_through():
    plate = block(60, 40, 20)
    drilled = cut(
        plate, rod(4, 22, at=(10, 10, -1)), rod(3, 12, at=(30, 20, 8)), rod(2.5, 7, at=(50, 20, -1))
    )
    assert holes(drilled) == [
        (8, 20, True, (10, 10, 20)),
        (6, 12, False, (30, 20, 20)),
        (5, 6, False, (50, 20, 0)),
    ]


def test_a_stepped_bore_is_two_holes_and_one_through_a_wall_ends_in_the_hollow():
    bored = cut(block(40, 40, 30), rod(8, 10, at=(20, 20, 20)), rod(4, 40, at=(20, 20, -5)))
    assert [hole[:3] for hole in holes(bored)] == [(16, 10, True), (8, 20, True)]
    tube = cut(rod(20, 50), rod(17, 50), rod(2, 30, at=(0, 0, 25), along=(1, 0, 0)))
    (bore, side) = holes(tube)
    assert bore[:3] == (34, 50, True)
    assert (side[0], side[2]) == (4, True)


def test_a_hole_in_two_halves_is_one():
    half = [cut(rod(4, 22, at=(20, 20, -1)), block(10, 10, 30, at=(x, 15, -5))) for x in (10, 20)]
    assert [hole[:3] for hole in holes(cut(block(40, 40, 20), *half))] == [(8, 20, True)]


def test_a_slot_and_a_rounded_corner_are_no_holes():
    slot = cut(
        block(60, 40, 20),
        rod(4, 22, at=(20, 20, -1)),
        rod(4, 22, at=(40, 20, -1)),
        block(20, 8, 22, at=(20, 16, -1)),
    )
    assert holes(slot) == []


@pytest.mark.parametrize("askew", [False, True])
def test_what_a_lathe_makes_alone_is_a_turned_part(askew: bool):
    tube = cut(rod(20, 50), rod(18, 40, at=(0, 0, 5)))
    keyed = cut(rod(20, 50), block(5, 5, 60, at=(17, -2, -1)))
    found = [
        analyse_step(step(turned(shape) if askew else shape), most=MOST)[0].model for shape in (tube, keyed)
    ]
    assert [model is not None and model.turned for model in found] == [True, False]


def test_a_surface_with_a_gap_is_open_and_one_without_is_a_body():
    six = faces(block(20, 30, 40))
    whole, _ = analyse_step(step(together(*six)), most=MOST)
    assert whole.surface.volume == pytest.approx(24000, rel=1e-12)
    open_, _ = analyse_step(step(together(*six[:5])), most=MOST)
    assert (open_.surface.volume, open_.surface.watertight, open_.surface.open_edges) == (None, False, 4)
    assert all(point[2] == 40 for point in open_.surface.leaks)
    assert math.isclose(open_.surface.area, 4600)
