"""Solids whose measures are known, as corners (n, 3, 3), and STL files made of them."""

import struct

import numpy as np
from numpy.typing import NDArray

Solid = NDArray[np.float64]


def box(x: float, y: float, z: float) -> Solid:
    """A box from the origin."""
    corners = np.array([[i, j, k] for i in (0, x) for j in (0, y) for k in (0, z)], dtype=float)
    quads = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    return corners[[face for a, b, c, d in quads for face in ((a, b, c), (a, c, d))]]


def revolved(profile: list[tuple[float, float]], steps: int) -> Solid:
    """A closed profile of (radius, height) turned about z; points on the axis have radius 0."""
    turns = np.linspace(0, 2 * np.pi, steps, endpoint=False)
    rings = np.array([[(r * np.cos(t), r * np.sin(t), z) for t in turns] for r, z in profile])
    count, faces = len(profile), []
    for ring in range(count):
        low, high = rings[ring], rings[(ring + 1) % count]
        for step in range(steps):
            after = (step + 1) % steps
            faces += [(low[step], low[after], high[after]), (low[step], high[after], high[step])]
    return without_slivers(np.array(faces))


def without_slivers(solid: Solid) -> Solid:
    """Only triangles whose three corners differ."""
    same = [(solid[:, one] == solid[:, other]).all(1) for one, other in ((0, 1), (1, 2), (0, 2))]
    return solid[~(same[0] | same[1] | same[2])]


def cylinder(radius: float, height: float, steps: int = 64) -> Solid:
    """A cylinder of so many facets."""
    return revolved([(0, 0), (radius, 0), (radius, height), (0, height)], steps)


def tube(outer: float, inner: float, height: float, steps: int = 48) -> Solid:
    """A tube; its bore is open at both ends."""
    return revolved([(inner, 0), (outer, 0), (outer, height), (inner, height)], steps)


def ball(radius: float, steps: int = 48) -> Solid:
    """A sphere of facets."""
    angles = np.linspace(-np.pi / 2, np.pi / 2, steps // 2 + 1)
    profile = [(radius * np.cos(angle), radius * np.sin(angle)) for angle in angles]
    profile[0], profile[-1] = (0.0, -radius), (0.0, radius)
    return revolved(profile, steps)


def torus(large: float, small: float, steps: int = 40) -> Solid:
    """A ring."""
    angles = np.linspace(0, 2 * np.pi, steps, endpoint=False)
    return revolved([(large + small * np.cos(a), small * np.sin(a)) for a in angles], steps)


def stl(solid: Solid, head: bytes = b"a part") -> bytes:
    """The solid as a binary STL file."""
    record = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attribute", "<u2")])
    records = np.zeros(len(solid), dtype=record)
    records["corners"] = solid
    return head.ljust(80, b"\0") + struct.pack("<I", len(solid)) + records.tobytes()


def ascii_stl(solid: Solid) -> bytes:
    """The solid as an ASCII STL file."""
    lines = ["solid part"]
    for triangle in solid:
        lines += ["facet normal 0 0 0", " outer loop"]
        lines += [f"  vertex {x!r} {y!r} {z!r}" for x, y, z in triangle.astype(np.float32).tolist()]
        lines += [" endloop", "endfacet"]
    return "\n".join([*lines, "endsolid part", ""]).encode()


def true_measures(solid: Solid) -> tuple[float, float]:
    """Volume and area of the very triangles of the file, in the longest doubles there are."""
    exact = solid.astype(np.float32).astype(np.longdouble)
    a, b, c = exact[:, 0], exact[:, 1], exact[:, 2]
    normals = np.cross(b - a, c - a)
    volume = np.einsum("ij,ij->i", a - a[0], normals).sum() / 6
    return float(abs(volume)), float(np.sqrt((normals**2).sum(1)).sum() / 2)
