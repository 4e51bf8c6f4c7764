"""Random solids measure what an independent library says of them."""

from collections.abc import Callable
from io import BytesIO

import numpy as np
import pytest
import trimesh

from makeline.adapters.cad.meshes.analyse import analyse_mesh
from makeline.adapters.cad.meshes.stl import read_stl
from tests.adapters.cad.meshes.solids import Solid, ball, box, cylinder, revolved, stl, torus, tube


def some_solid(chance: np.random.Generator) -> Solid:
    """One of several kinds, of any proportions, stretched and turned, anywhere."""
    a, b, c = chance.uniform(1, 60, 3)
    steps = int(chance.integers(3, 40))
    profile = [
        (0.0, 0.0),
        *((float(r), float(z)) for r, z in zip(chance.uniform(2, 40, 4), (1, 5, 9, 20), strict=True)),
        (0.0, 25.0),
    ]
    kinds = [
        lambda: box(a, b, c),
        lambda: cylinder(a, b, steps),
        lambda: tube(a + b, a, c, steps),
        lambda: ball(a, 2 * steps),
        lambda: torus(a + b + 1, b / 2, steps),
        lambda: revolved(profile, steps),
    ]
    solid = kinds[chance.integers(len(kinds))]()
    turned, _ = np.linalg.qr(chance.normal(size=(3, 3)))
    return solid * chance.uniform(0.2, 3, 3) @ turned + chance.uniform(-200, 200, 3)


def test_random_solids_measure_what_another_program_says(rounds: Callable[[int, int], int]):
    for seed in range(rounds(40, 1000)):
        chance = np.random.default_rng(seed)
        apart = int(chance.integers(1, 4))
        solid = np.concatenate(
            [some_solid(chance) + np.array([1000.0 * place, 0, 0]) for place in range(apart)]
        )
        data = stl(solid)
        facts, _ = analyse_mesh(read_stl(data, most=100_000))
        mesh = trimesh.load_mesh(BytesIO(data), file_type="stl")
        # Measured from its own middle: the other program counts from the origin and loses digits there.
        mesh.apply_translation(-mesh.bounds.mean(axis=0))
        assert facts.surface.volume == pytest.approx(abs(mesh.volume), rel=1e-6), seed
        assert facts.surface.area == pytest.approx(mesh.area, rel=1e-6), seed
        assert facts.surface.box == pytest.approx(mesh.extents, rel=1e-6), seed
        assert facts.surface.watertight == mesh.is_watertight, seed
        assert facts.bodies == apart, seed
        assert np.prod(facts.oriented_box) <= np.prod(mesh.extents) * 1.000001, seed
