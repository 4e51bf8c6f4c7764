"""The demo parts are sound: closed, one body each, the same as STEP and as STL, and each shows what it is there for."""

from importlib.resources import files

import numpy as np
import pytest

from makeline.adapters.cad.meshes.analyse import analyse_mesh
from makeline.adapters.cad.meshes.stl import read_stl
from makeline.adapters.cad.step.analyse import analyse_step
from makeline.parts.geometry.facts import Hole, ModelFacts, PartFacts

FOLDER = files("makeline.main") / "demo_parts"
NAMES = sorted(entry.name[:-5] for entry in FOLDER.iterdir() if entry.name.endswith(".step"))
# The two with the most splines take a second each; the others show the same.
QUICK = [name for name in NAMES if name not in {"impeller", "knob"}]


def step_facts(name: str) -> tuple[PartFacts, ModelFacts]:
    facts, _ = analyse_step((FOLDER / f"{name}.step").read_bytes(), most=100_000)
    assert facts.model is not None
    return facts, facts.model


def test_there_are_a_dozen_and_all_of_them_are_small():
    assert len(NAMES) == 12
    sizes = {entry.name: len(entry.read_bytes()) for entry in FOLDER.iterdir()}
    assert max(sizes.values()) < 500_000
    assert sum(sizes.values()) < 4_000_000


@pytest.mark.parametrize("name", NAMES)
def test_its_stl_is_one_closed_body(name: str):
    facts, _ = analyse_mesh(read_stl((FOLDER / f"{name}.stl").read_bytes(), most=100_000))
    assert facts.surface.watertight
    assert (facts.bodies, facts.turned) == (1, 0)


@pytest.mark.parametrize("name", QUICK)
def test_its_step_is_the_same_part(name: str):
    exact, _ = step_facts(name)
    mesh, _ = analyse_mesh(read_stl((FOLDER / f"{name}.stl").read_bytes(), most=100_000))
    assert exact.bodies == 1
    assert exact.surface.volume == pytest.approx(mesh.surface.volume, rel=0.006)
    assert exact.surface.box == pytest.approx(mesh.surface.box, abs=0.3)
    told = [_ends(hole) for hole in mesh.holes]
    drawn = [_ends(hole) for hole in exact.holes]
    assert [hole for hole in told if not any(hole == pytest.approx(one, abs=0.02) for one in drawn)] == []
    # Where two bores of a manifold meet, corners of its triangles lie on neither.
    assert len(told) == len(drawn) - (4 if name == "manifold" else 0)


def _ends(hole: Hole) -> list[float]:
    """Diameter, whether it goes through, and both ends, whichever is named first."""
    start, end = np.array(hole.at), np.array(hole.at) + hole.depth * np.array(hole.axis)
    first, last = sorted((start, end), key=lambda point: tuple(np.round(point, 1)))
    return [hole.diameter, float(hole.through), *first, *last]


@pytest.mark.parametrize(
    ("name", "bolts"), [("flange", (11.0, 6)), ("hinge", (5.2, 4)), ("lens-mount", (3.2, 4))]
)
def test_its_bolts_are_found(name: str, bolts: tuple[float, int]):
    _, model = step_facts(name)
    assert [round(hole.diameter, 6) for hole in model.holes].count(bolts[0]) == bolts[1]
