"""Which triangles lie near short lines: found in a lattice of cubes, so that a large mesh is not asked as a whole."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float64]
Numbers = NDArray[np.int64]

# No more cubes along an axis, so that the number of a cube fits.
_MOST_CUBES = 1 << 20


@dataclass(frozen=True, slots=True)
class Lattice:
    """Small triangles by the cube that holds their middle, sorted by the cube's number; ``large`` ones lie near everything."""

    step: float
    low: Vectors
    shape: Numbers
    keys: Numbers
    order: Numbers
    large: Numbers

    @classmethod
    def over(
        cls, middles: NDArray[np.float32], sizes: NDArray[np.float32], *, reach: float, large: int
    ) -> "Lattice":
        """Of triangles with these middles (n, 3) and longest sides along an axis (n,); cubes are no smaller than
        ``reach``, and so large that at most ``large`` triangles are larger."""
        step = float(reach)
        if len(sizes) > large:
            step = max(step, float(np.partition(sizes, -large - 1)[-large - 1]))
        low = middles.min(axis=0).astype(np.float64)
        step = max(step, float((middles.max(axis=0) - low).max()) / (_MOST_CUBES - 8))
        small = np.flatnonzero(sizes <= step) if len(sizes) > large else np.empty(0, dtype=np.int64)
        places = ((middles[small] - low) / step).astype(np.int64)
        shape = (places.max(axis=0) if len(small) else np.zeros(3, dtype=np.int64)) + 1
        keys = (places[:, 0] * shape[1] + places[:, 1]) * shape[2] + places[:, 2]
        order = np.argsort(keys, kind="stable")
        others = np.setdiff1d(np.arange(len(sizes)), small, assume_unique=True)
        return cls(step, low, shape, keys[order], small[order], others)

    def near(self, starts: Vectors, ends: Vectors, *, most: int) -> tuple[Numbers, Numbers]:
        """Pairs of a line and a triangle that may meet, at most about ``most``: lines at the end are left out then."""
        firsts, lasts = self._columns(starts, ends)
        counts = lasts - firsts
        pairs = np.cumsum(counts.sum(axis=1) + len(self.large))
        lines = max(1, int(np.searchsorted(pairs, most)))
        firsts, counts = firsts[:lines].ravel(), counts[:lines].ravel()
        line = np.repeat(np.repeat(np.arange(min(lines, len(starts))), 9), counts)
        # Each run of equal columns counts up from its own first.
        along = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        small = self.order[np.repeat(firsts, counts) + along]
        everybody = np.arange(min(lines, len(starts)))
        return (
            np.concatenate((line, np.repeat(everybody, len(self.large)))),
            np.concatenate((small, np.tile(self.large, len(everybody)))),
        )

    def _columns(self, starts: Vectors, ends: Vectors) -> tuple[Numbers, Numbers]:
        """For each line the runs in ``order`` of its nine columns of cubes (n, 9), first and behind the last."""
        # A small triangle's middle lies at most half a cube from where a line meets it.
        first = (np.minimum(starts, ends) - self.low) / self.step - 0.5
        last = (np.maximum(starts, ends) - self.low) / self.step + 0.5
        first, last = np.floor(first).astype(np.int64), np.floor(last).astype(np.int64)
        steps = np.stack(np.meshgrid(np.arange(3), np.arange(3), indexing="ij"), axis=-1).reshape(9, 2)
        columns = first[:, None, :2] + steps
        there = ((columns >= 0) & (columns < self.shape[:2]) & (columns <= last[:, None, :2])).all(axis=2)
        base = (columns[:, :, 0] * self.shape[1] + columns[:, :, 1]) * self.shape[2]
        lowest = base + np.maximum(first[:, 2], 0)[:, None]
        highest = base + np.minimum(last[:, 2], self.shape[2] - 1)[:, None]
        begin = np.searchsorted(self.keys, lowest, side="left")
        end = np.searchsorted(self.keys, highest, side="right")
        return begin, np.where(there & (highest >= lowest), end, begin)
