"""Bodies, boxes that lie as the part lies, and triangles that face the wrong way."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from makeline.adapters.cad.meshes.analyse import analyse_mesh
from makeline.adapters.cad.meshes.stl import read_stl
from makeline.parts.geometry.facts import PartFacts
from tests.adapters.cad.meshes.solids import Solid, ball, box, cylinder, stl, torus, true_measures, tube


def analysed(solid: Solid) -> PartFacts:
    return analyse_mesh(read_stl(stl(solid), most=1_300_000))[0]


def rotation(seed: int) -> NDArray[np.float64]:
    """Some rotation."""
    turned, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))
    return turned * np.sign(np.linalg.det(turned))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.tuples(*[st.floats(1, 300)] * 3))
def test_a_box_has_its_own_sizes_however_it_lies(seed: int, edges: tuple[float, float, float]):
    facts = analysed(box(*edges) @ rotation(seed).T + 20)
    # The box along the axes wins when a turned one is not worth it.
    assert np.prod(facts.oriented_box) == pytest.approx(math.prod(edges), rel=0.0102)
    if np.prod(facts.surface.box) > 1.05 * math.prod(edges):
        assert facts.oriented_box == pytest.approx(sorted(edges, reverse=True), rel=1e-4)


def test_a_straight_part_keeps_the_box_along_the_axes():
    assert analysed(box(10, 30, 20)).oriented_box == (30, 20, 10)


def test_a_shaft_reaches_half_its_diameter_from_its_axis_and_farther_from_the_others():
    facts = analysed(cylinder(20, 100) @ rotation(3).T)
    assert facts.oriented_box == pytest.approx((100, 40, 40), abs=0.1)
    assert facts.reach[0] == pytest.approx(20, abs=0.01)
    assert min(facts.reach[1:]) > 50


def test_the_corners_of_a_square_bar_reach_farther_than_its_half_width():
    facts = analysed(box(100, 20, 20))
    assert facts.reach == pytest.approx((14.142136, math.hypot(50, 10), math.hypot(50, 10)))


@pytest.mark.parametrize(
    ("solid", "bodies"),
    [
        (box(10, 10, 10), 1),
        (np.concatenate([box(10, 10, 10), box(5, 5, 5) + 50]), 2),
        (np.concatenate([ball(5) + place for place in (0, 20, 40, 60, 80)]), 5),
        (torus(40, 5), 1),
    ],
    ids=["one", "two", "five", "a ring"],
)
def test_what_hangs_together_is_one_body(solid: Solid, bodies: int):
    assert analysed(solid).bodies == bodies


@settings(max_examples=25, deadline=None)
@given(st.sets(st.integers(0, 200), min_size=1, max_size=40))
def test_triangles_that_face_the_wrong_way_are_turned(wrong: set[int]):
    solid = tube(30, 20, 100, steps=30)
    turned = solid.copy()
    faces = [face % len(solid) for face in wrong]
    turned[faces] = turned[faces][:, ::-1]
    facts = analysed(turned)
    assert facts.turned == len(set(faces))
    assert facts.surface.volume == pytest.approx(true_measures(solid)[0], rel=1e-9)


def test_an_open_part_is_not_closed_by_turning():
    facts = analysed(box(10, 10, 10)[:-1])
    assert (facts.surface.volume, facts.turned, facts.bodies) == (None, 0, 1)


def test_a_one_sided_surface_has_no_inside():
    assert analysed(klein_bottle()).surface.volume is None


def klein_bottle(steps: int = 24) -> Solid:
    """A closed surface without an inside, laid out as a figure of eight that turns half round."""
    turns = np.linspace(0, 2 * np.pi, steps, endpoint=False)

    def point(u: int, v: int) -> tuple[float, float, float]:
        # After one round v runs the other way.
        around, across = turns[u % steps], turns[(v if u < steps else -v) % steps]
        half, width = around / 2, 3.0
        out = width + math.cos(half) * math.sin(across) - math.sin(half) * math.sin(2 * across)
        rise = math.sin(half) * math.sin(across) + math.cos(half) * math.sin(2 * across)
        return out * math.cos(around), out * math.sin(around), rise

    faces = []
    for u in range(steps):
        for v in range(steps):
            one, two, three, four = point(u, v), point(u + 1, v), point(u + 1, v + 1), point(u, v + 1)
            faces += [(one, two, three), (one, three, four)]
    return np.array(faces)
