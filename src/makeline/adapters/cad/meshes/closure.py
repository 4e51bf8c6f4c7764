"""Whether a surface closes: a fingerprint of all edges that is zero when each one meets its partner.

Sorting three million edges takes a second; adding up three million numbers takes a twentieth of that. Each directed
edge gets a number that its reverse cancels, drawn by hashing with secrets of this process, so that the sum over a
closed surface is zero, and over an open one zero once in 2⁶⁴ files. Only open surfaces are then sorted to say where.
"""

import secrets
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from makeline.adapters.cad.meshes.triangles import Coordinates, Triangles
from makeline.parts.geometry.facts import Point

Keys = NDArray[np.uint64]

_SECRETS = np.array([secrets.randbits(64) | 1 for _ in range(4)], dtype=np.uint64)
_STIR = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(29)
_HALF = np.uint64(32)


class Closure:
    """Fed with blocks of triangles; then ``closed`` tells."""

    __slots__ = ("_balance",)

    def __init__(self) -> None:
        self._balance = np.uint64(0)

    def add(self, block: Coordinates) -> None:
        """Count the edges of these triangles."""
        with np.errstate(over="ignore"):
            one, two, three = corner_keys(block)
            for start, end in ((one, two), (two, three), (three, one)):
                self._balance += _balance_of(start, end)

    @property
    def closed(self) -> bool:
        """Whether every edge so far has met its partner, running the other way."""
        return not self._balance


def corner_keys(block: Coordinates) -> tuple[Keys, Keys, Keys]:
    """A number for the place of each corner; equal places have equal numbers."""
    # Minus zero is the same place as zero.
    bits = (block + 0.0).view(np.uint64)
    with np.errstate(over="ignore"):
        return _mixed(bits[0:3]), _mixed(bits[3:6]), _mixed(bits[6:9])


def open_edges(triangles: Triangles, *, most: int) -> tuple[int, Sequence[Point]]:
    """How many edges lack a partner, and the middles of the first ``most`` of them. Sorts; for open surfaces only."""
    starts, ends = list[Keys](), list[Keys]()
    for block in triangles.blocks():
        keys = corner_keys(block)
        starts += [np.stack(keys, axis=1)]
        ends += [np.stack((keys[1], keys[2], keys[0]), axis=1)]
    start, end = np.concatenate(starts).ravel(), np.concatenate(ends).ravel()
    names = edge_names(start, end)
    signs = np.where(start < end, np.int64(1), np.int64(-1))
    signs[start == end] = 0
    order = np.argsort(names, kind="stable")
    firsts = np.flatnonzero(np.r_[True, np.diff(names[order]) != 0])
    sums = np.add.reduceat(signs[order], firsts)
    lonely = order[firsts[sums != 0]]
    return int(np.abs(sums).sum()), [_middle(triangles, int(edge)) for edge in np.sort(lonely)[:most]]


def _middle(triangles: Triangles, edge: int) -> Point:
    corners = np.asarray(triangles.corners[edge // 3], dtype=np.float64).reshape(3, 3)
    x, y, z = (corners[edge % 3] + corners[(edge + 1) % 3]) / 2
    return float(x), float(y), float(z)


def edge_names(start: Keys, end: Keys) -> Keys:
    """A number for each edge, the same in both directions."""
    with np.errstate(over="ignore"):
        low, high = np.minimum(start, end), np.maximum(start, end)
        return _stirred(low * _SECRETS[3] + high)


def _balance_of(start: Keys, end: Keys) -> np.uint64:
    number = edge_names(start, end)
    forward, degenerate = start < end, start == end
    total = number.sum(where=forward) - number.sum(where=~forward)
    # An edge from a corner to itself is none.
    return np.uint64(total + number.sum(where=degenerate))


def _mixed(bits: Keys) -> Keys:
    # A product forgets what stands in the top bits, and the sign is the very top: bring them down first.
    bits = bits ^ (bits >> _HALF)
    mixed = bits[0] * _SECRETS[0] + bits[1] * _SECRETS[1] + bits[2] * _SECRETS[2]
    return _stirred(mixed)


def _stirred(number: Keys) -> Keys:
    number ^= number >> _HALF
    number *= _STIR
    number ^= number >> _SHIFT
    return number
