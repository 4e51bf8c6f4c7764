"""A mesh as every measure wants it: blocks of triangles, one row per coordinate, small enough for the cache."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Coordinates = NDArray[np.float64]

# Nine rows of this length and what is computed from them stay in the second-level cache of a core.
BLOCK = 8192


@dataclass(frozen=True, slots=True)
class Triangles:
    """Corners of triangles: an array (n, 9) of x, y, z of the three corners, any stride, any float type."""

    corners: NDArray[Any]

    def __len__(self) -> int:
        return len(self.corners)

    def blocks(self) -> Iterator[Coordinates]:
        """Arrays (9, k) of doubles, k at most ``BLOCK``; each row is contiguous."""
        for start in range(0, len(self.corners), BLOCK):
            # A number that is none is found by whoever measures.
            with np.errstate(invalid="ignore"):
                block = np.ascontiguousarray(self.corners[start : start + BLOCK].T, dtype=np.float64)
            yield block
