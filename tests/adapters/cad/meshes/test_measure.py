"""A mesh is measured as exactly as its numbers allow, and says whether and where it leaks."""

import math
from collections import Counter
from io import BytesIO

import numpy as np
import pytest
import trimesh
from hypothesis import given, settings
from hypothesis import strategies as st

from makeline.adapters.cad.meshes.measure import measure_mesh
from makeline.adapters.cad.meshes.stl import read_stl
from makeline.parts.geometry.facts import Fault, SurfaceFacts, UnusableFile
from tests.adapters.cad.meshes.solids import (
    Solid,
    ascii_stl,
    ball,
    box,
    cylinder,
    revolved,
    stl,
    torus,
    true_measures,
    tube,
)

MOST = 1_300_000
SOLIDS = {
    "cube": box(10, 10, 10),
    "plate": box(300, 200, 0.5),
    "needle": box(1000, 0.3, 0.3),
    "cylinder": cylinder(20, 80),
    "coin": cylinder(12.5, 1.75, steps=180),
    "tube": tube(30, 20, 100),
    "washer": tube(10, 5.3, 2),
    "ball": ball(25),
    "small ball": ball(0.05),
    "ring": torus(40, 5),
    "two boxes": np.concatenate([box(10, 10, 10), box(5, 5, 5) + 50]),
    "box with a cavity": np.concatenate([box(30, 30, 30), (box(10, 10, 10) + 10)[:, ::-1]]),
}


def measured(solid: Solid) -> SurfaceFacts:
    return measure_mesh(read_stl(stl(solid), most=MOST))


def refusal(data: bytes, most: int = MOST) -> Fault:
    with pytest.raises(UnusableFile) as refused:
        measure_mesh(read_stl(data, most=most))
    return refused.value.fault


@pytest.mark.parametrize("where", [0.0, 1234.5, 90_000.0], ids=["at zero", "off centre", "far out"])
@pytest.mark.parametrize("name", SOLIDS)
def test_volume_and_area_are_those_of_the_triangles_in_the_file(name: str, where: float):
    solid = SOLIDS[name] * (100 if where > 10_000 else 1) + where
    facts, (volume, area) = measured(solid), true_measures(solid)
    assert facts.volume == pytest.approx(volume, rel=1e-9)
    assert facts.area == pytest.approx(area, rel=1e-9)
    assert facts.watertight
    assert (facts.open_edges, list(facts.leaks)) == (0, [])


def test_a_box_measures_what_it_is():
    facts = measured(box(30, 20, 10))
    assert (facts.triangles, facts.volume, facts.area, facts.box) == (12, 6000, 2200, (30, 20, 10))


def test_a_cavity_is_not_part_of_the_volume():
    assert measured(SOLIDS["box with a cavity"]).volume == pytest.approx(27_000 - 1000)


def test_a_part_turned_inside_out_has_the_same_volume():
    assert measured(box(30, 20, 10)[:, ::-1]).volume == pytest.approx(6000)


def test_a_missing_triangle_leaks_and_the_leak_has_a_place():
    facts = measured(box(10, 10, 10)[:-1])
    assert (facts.volume, facts.open_edges, len(facts.leaks)) == (None, 3, 3)
    assert facts.area == pytest.approx(550)
    for x, y, z in facts.leaks:
        assert all(0 <= value <= 10 for value in (x, y, z))


def test_one_triangle_turned_round_is_a_leak():
    solid = box(10, 10, 10)
    solid[3] = solid[3, ::-1]
    facts = measured(solid)
    assert not facts.watertight
    assert facts.open_edges == 6


def test_many_leaks_are_counted_and_some_are_shown():
    holed = ball(25)[::2]
    facts = measured(holed)
    edges = Counter[tuple[bytes, bytes]]()
    for triangle in holed.astype(np.float32):
        for start, end in ((0, 1), (1, 2), (2, 0)):
            edges[triangle[start].tobytes(), triangle[end].tobytes()] += 1
            edges[triangle[end].tobytes(), triangle[start].tobytes()] -= 1
    assert facts.open_edges == sum(count for count in edges.values() if count > 0)
    assert len(facts.leaks) == 20


def test_a_triangle_shrunk_to_a_line_does_not_open_the_surface():
    solid = box(10, 10, 10)
    sliver = np.array([[solid[0, 0], solid[0, 0], solid[0, 1]]])
    assert measured(np.concatenate([solid, sliver])).watertight


def test_minus_zero_is_the_same_place_as_zero():
    solid = box(10, 10, 10)
    solid[::2] = np.where(solid[::2] == 0, -0.0, solid[::2])
    assert measured(solid).watertight


def test_ascii_and_binary_measure_alike():
    solid = tube(30, 20, 100)
    assert measure_mesh(read_stl(ascii_stl(solid), most=MOST)) == measured(solid)


def test_a_binary_file_may_begin_with_the_word_solid():
    facts = measure_mesh(read_stl(stl(box(1, 1, 1), head=b"solid made by a careless program"), most=MOST))
    assert facts.volume == 1


@settings(max_examples=40, deadline=None)
@given(
    radii=st.lists(st.floats(0.5, 50), min_size=3, max_size=12),
    rise=st.floats(0.1, 20),
    steps=st.integers(3, 40),
    away=st.floats(-20_000, 20_000),
)
def test_an_independent_library_measures_the_same(radii: list[float], rise: float, steps: int, away: float):
    profile = [(0.0, 0.0), *((radius, rise * place) for place, radius in enumerate(radii, 1))]
    turned = revolved([*profile, (0.0, rise * (len(radii) + 1))], steps)
    facts = measured(turned + away)
    library = trimesh.load_mesh(BytesIO(stl(turned + away)), file_type="stl")
    assert facts.watertight
    assert library.is_watertight
    assert facts.volume == pytest.approx(abs(float(library.volume)), rel=1e-6)
    assert facts.area == pytest.approx(float(library.area), rel=1e-6)


@pytest.mark.parametrize("size", [0, 1, 79, 83])
def test_less_than_a_head_is_no_stl(size: int):
    assert refusal(b"x" * size) is Fault.NOT_THE_TYPE


def test_a_count_that_the_length_does_not_bear_out_is_refused_before_anything_is_made():
    four_billion = b"\0" * 80 + b"\xff\xff\xff\xff"
    assert refusal(four_billion) is Fault.LENGTH_DIFFERS
    assert refusal(stl(box(1, 1, 1))[:-1]) is Fault.LENGTH_DIFFERS
    assert refusal(stl(box(1, 1, 1)) + b"\0") is Fault.LENGTH_DIFFERS


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_not_finite_is_refused(value: float):
    solid = box(10, 10, 10)
    solid[7, 1, 2] = value
    assert refusal(stl(solid)) is Fault.NOT_FINITE


def test_a_coordinate_too_far_out_is_refused():
    assert refusal(stl(box(10, 10, 10) + 1_000_001)) is Fault.TOO_FAR_OUT


def test_a_file_without_a_surface_is_refused():
    assert refusal(stl(np.zeros((0, 3, 3)))) is Fault.NO_SURFACE
    assert refusal(stl(np.zeros((5, 3, 3)))) is Fault.NO_SURFACE


def test_a_file_with_too_many_triangles_is_refused():
    assert refusal(stl(box(1, 1, 1)), most=11) is Fault.TOO_LARGE
    assert refusal(ascii_stl(box(1, 1, 1)), most=11) is Fault.TOO_LARGE


@pytest.mark.parametrize(
    "text",
    [
        b"solid x\nfacet normal 0 0 1\nouter loop\nvertex 0 0 0\nvertex 1 0 0\nendloop\nendfacet\nendsolid",
        b"solid x\nfacet normal 0 0 1\nvertex 0 0 0\nvertex 1 0 0\nvertex a b c\nendfacet\nendsolid",
        b"solid " + b"x" * 1100 + b"\nendsolid" + b" " * 100,
    ],
    ids=["a vertex short", "no number", "a long line"],
)
def test_a_broken_ascii_file_is_refused(text: bytes):
    assert refusal(text) is Fault.BROKEN


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_rubbish_is_refused_and_never_measured(data: bytes):
    with pytest.raises(UnusableFile):
        measure_mesh(read_stl(data, most=MOST))


@settings(max_examples=100, deadline=None)
@given(st.integers(84, 84 + 50 * 12 - 1), st.integers(0, 255))
def test_a_file_with_one_byte_changed_is_measured_or_refused_with_a_reason(place: int, value: int):
    data = bytearray(stl(box(10, 10, 10)))
    data[place] = value
    try:
        facts = measure_mesh(read_stl(bytes(data), most=MOST))
    except UnusableFile:
        assert not np.isfinite(read_stl(bytes(data), most=MOST).corners).all() or _is_far_out(bytes(data))
    else:
        assert math.isfinite(facts.area)


def _is_far_out(data: bytes) -> bool:
    return bool(np.abs(read_stl(data, most=MOST).corners).max() > 1_000_000)
