"""Which way each triangle looks, and each of its corners where the surface is round."""

import numpy as np

from makeline.adapters.cad.meshes.closure import corner_keys
from makeline.adapters.cad.meshes.triangles import Triangles
from makeline.adapters.cad.pictures.camera import Floats

# Neighbours that differ by less are one round surface.
_CREASE = np.float32(np.cos(np.radians(33)))
_MOST_NEIGHBOURS = 24


def facet_normals(triangles: Triangles) -> Floats:
    """(3, n) normals as long as twice the area."""
    found = np.empty((3, len(triangles)), dtype=np.float32)
    start = 0
    for block in triangles.blocks():
        end = start + block.shape[1]
        u, v = block[3:6] - block[0:3], block[6:9] - block[0:3]
        found[0, start:end] = u[1] * v[2] - u[2] * v[1]
        found[1, start:end] = u[2] * v[0] - u[0] * v[2]
        found[2, start:end] = u[0] * v[1] - u[1] * v[0]
        start = end
    return found


def unit(vectors: Floats) -> Floats:
    """Vectors (3, …) of length one; none stays none."""
    length = np.sqrt((vectors * vectors).sum(axis=0))
    length[length == 0] = 1
    return vectors / length


def corner_normals(triangles: Triangles, facets: Floats) -> Floats:
    """(3, 3 n) unit normals of corners: the mean of the facets around the corner that turn little from its own."""
    keys = np.concatenate([np.stack(corner_keys(block), axis=1).ravel() for block in triangles.blocks()])
    order = np.argsort(keys, kind="stable")
    group = keys[order]
    owner = order // 3
    mine, weighted = unit(facets).take(owner, axis=1), facets.take(owner, axis=1)
    total = weighted.copy()
    for away in range(1, _MOST_NEIGHBOURS):
        same = group[away:] == group[:-away]
        if not same.any():
            break
        here, there = np.flatnonzero(same), np.flatnonzero(same) + away
        near = (mine.take(here, axis=1) * mine.take(there, axis=1)).sum(axis=0) > _CREASE
        here, there = here[near], there[near]
        # Each place stands once on either side.
        total[:, here] += weighted.take(there, axis=1)
        total[:, there] += weighted.take(here, axis=1)
    found = np.empty_like(total)
    found[:, order] = unit(total)
    return found
