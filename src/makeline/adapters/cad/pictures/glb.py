"""A small writer of GLB: one mesh of positions, normals and indices, in metres, with y up, as browsers want it."""

import json
import struct

import numpy as np
from numpy.typing import NDArray

from makeline.adapters.cad.meshes.closure import corner_keys
from makeline.adapters.cad.meshes.triangles import Triangles
from makeline.adapters.cad.pictures.camera import Floats
from makeline.adapters.cad.pictures.normals import corner_normals, facet_normals
from makeline.adapters.cad.pictures.thin_out import thinned

MOST_TRIANGLES = 100_000
_JSON, _BINARY = 0x4E4F534A, 0x004E4942
_FLOAT, _INDEX, _VERTICES, _INDICES = 5126, 5125, 34962, 34963
_METRE = 0.001


def write_glb(triangles: Triangles) -> bytes:
    """The part in millimetres as a GLB file of at most about 100 000 triangles."""
    shown = thinned(triangles, most=MOST_TRIANGLES)
    normals = corner_normals(shown, facet_normals(shown)).T
    points = np.asarray(shown.corners, dtype=np.float64).reshape(-1, 3)
    first, index = _shared(shown, normals)
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    # Counted from the middle, a part far out keeps its digits; the node puts it back.
    positions = _y_up((points[first] - middle) * _METRE)
    blobs = [positions, _y_up(normals[first]), index.astype("<u4")]
    scene = _scene(
        len(first), len(index), positions, _y_up(middle[None] * _METRE)[0], [blob.nbytes for blob in blobs]
    )
    text = json.dumps(scene, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    binary = b"".join(blob.tobytes() for blob in blobs)
    body = struct.pack("<II", len(text), _JSON) + text + struct.pack("<II", len(binary), _BINARY) + binary
    return struct.pack("<4sII", b"glTF", 2, 12 + len(body)) + body


def _shared(triangles: Triangles, normals: Floats) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """One corner for each place and normal, and the number of its corner for each of all."""
    places = np.concatenate([np.stack(corner_keys(block), axis=1).ravel() for block in triangles.blocks()])
    steps = np.rint(normals * 500).astype(np.int64).astype(np.uint64)
    with np.errstate(over="ignore"):
        names = ((places * np.uint64(1009) + steps[:, 0]) * np.uint64(1009) + steps[:, 1]) * np.uint64(
            1009
        ) + steps[:, 2]
    _, first, index = np.unique(names, return_index=True, return_inverse=True)
    return first, index


def _y_up(vectors: NDArray[np.floating]) -> Floats:
    return np.ascontiguousarray(np.stack((vectors[:, 0], vectors[:, 2], -vectors[:, 1]), axis=1), dtype="<f4")


def _scene(
    vertices: int, indices: int, positions: Floats, middle: Floats, sizes: list[int]
) -> dict[str, object]:
    starts = [0, sizes[0], sizes[0] + sizes[1]]
    targets = (_VERTICES, _VERTICES, _INDICES)
    return {
        "asset": {"version": "2.0", "generator": "Makeline"},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0, "translation": middle.tolist()}],
        "meshes": [
            {"primitives": [{"attributes": {"POSITION": 0, "NORMAL": 1}, "indices": 2, "material": 0}]}
        ],
        "materials": [
            {
                "pbrMetallicRoughness": {
                    "baseColorFactor": [0.31, 0.42, 0.57, 1],
                    "metallicFactor": 0.25,
                    "roughnessFactor": 0.45,
                },
                "doubleSided": True,
            }
        ],
        "accessors": [
            {
                "bufferView": 0,
                "componentType": _FLOAT,
                "count": vertices,
                "type": "VEC3",
                "min": positions.min(axis=0).tolist(),
                "max": positions.max(axis=0).tolist(),
            },
            {"bufferView": 1, "componentType": _FLOAT, "count": vertices, "type": "VEC3"},
            {"bufferView": 2, "componentType": _INDEX, "count": indices, "type": "SCALAR"},
        ],
        "bufferViews": [
            {"buffer": 0, "byteOffset": start, "byteLength": size, "target": target}
            for start, size, target in zip(starts, sizes, targets, strict=True)
        ],
        "buffers": [{"byteLength": sum(sizes)}],
    }
