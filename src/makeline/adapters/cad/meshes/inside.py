"""Whether a point lies inside a closed surface: a ray from it leaves through an odd number of triangles."""

import numpy as np
from numpy.typing import NDArray

from makeline.adapters.cad.meshes.triangles import Triangles

Vector = NDArray[np.float64]

# The ray runs askew to everything that a person would draw, so that it meets no edge.
_ASKEW, _ = np.linalg.qr(np.array([[0.62, 0.31, -0.43], [-0.27, 0.71, 0.37], [0.53, -0.19, 0.83]]))


class Inside:
    """Asks many points of one surface."""

    def __init__(self, triangles: Triangles) -> None:
        corners = np.asarray(triangles.corners, dtype=np.float64).reshape(-1, 3, 3) @ _ASKEW.T
        self._corners = corners
        self._low, self._high = corners.min(axis=1), corners.max(axis=1)

    def holds(self, point: Vector) -> bool:
        """Whether the point lies inside."""
        x, y, z = place = _ASKEW @ point
        low, high = self._low, self._high
        near = (low[:, 0] <= x) & (high[:, 0] >= x) & (low[:, 1] <= y) & (high[:, 1] >= y) & (high[:, 2] >= z)
        a, b, c = (self._corners[near] - place).transpose(1, 2, 0)
        # The point seen along the ray: on the same side of all three edges.
        ab, bc, ca = (one[0] * two[1] - one[1] * two[0] for one, two in ((a, b), (b, c), (c, a)))
        hit = ((ab > 0) & (bc > 0) & (ca > 0)) | ((ab < 0) & (bc < 0) & (ca < 0))
        area = (ab + bc + ca)[hit]
        height = (bc[hit] * a[2][hit] + ca[hit] * b[2][hit] + ab[hit] * c[2][hit]) / area
        return bool((height > 0).sum() % 2)
