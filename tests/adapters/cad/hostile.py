"""Files that somebody made to break a reader, or that broke on their way; the same ones for the same number."""

import random
import struct
import zipfile
from io import BytesIO

from tests.adapters.cad.meshes.solids import ascii_stl, ball, box, stl, torus
from tests.adapters.cad.step.models import block, cut, rod, step

_MODEL = (
    '<?xml version="1.0"?><model unit="millimeter" xmlns="http://schemas.microsoft.com/3dmanufacturing/core/2015/02">'
    "<resources>{objects}</resources><build>{items}</build></model>"
)
_TETRAHEDRON = (
    '<object id="{id}"><mesh><vertices><vertex x="0" y="0" z="0"/><vertex x="9" y="0" z="0"/><vertex x="0" y="9" z="0"/>'
    '<vertex x="0" y="0" z="9"/></vertices><triangles><triangle v1="0" v2="2" v3="1"/><triangle v1="0" v2="1" v3="3"/>'
    '<triangle v1="1" v2="2" v3="3"/><triangle v1="0" v2="3" v3="2"/></triangles></mesh></object>'
)


def three_mf(
    text: str | bytes, *, compression: int = zipfile.ZIP_DEFLATED, name: str = "3D/3dmodel.model"
) -> bytes:
    """An archive with this model."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        archive.writestr(name, text)
    return buffer.getvalue()


def _mesh_text(kind: str) -> bytes:
    corners = [" ".join(map(repr, corner)) for corner in ball(9, steps=12).reshape(-1, 3).tolist()]
    if kind == "obj":
        lines = [f"v {corner}" for corner in corners]
        lines += [f"f {at} {at + 1} {at + 2}" for at in range(1, len(corners), 3)]
        return "\n".join(lines).encode()
    head = ["ply", "format ascii 1.0", f"element vertex {len(corners)}"]
    head += [f"property float {axis}" for axis in "xyz"]
    head += [f"element face {len(corners) // 3}", "property list uchar int vertex_indices", "end_header"]
    faces = [f"3 {at} {at + 1} {at + 2}" for at in range(0, len(corners), 3)]
    return "\n".join([*head, *corners, *faces, ""]).encode()


def good_files() -> dict[str, bytes]:
    """One sound file of each kind."""
    tetrahedron = _MODEL.format(objects=_TETRAHEDRON.format(id=1), items='<item objectid="1"/>')
    return {
        "a.stl": stl(torus(20, 5, steps=12)),
        "b.stl": ascii_stl(box(10, 20, 30)),
        "c.obj": _mesh_text("obj"),
        "d.ply": _mesh_text("ply"),
        "e.3mf": three_mf(tetrahedron),
        "f.step": step(cut(block(20, 30, 40), rod(4, 50, at=(10, 10, -1)))),
    }


def built_to_break() -> dict[str, bytes]:
    """Each one aims at a way in which readers of others have died."""
    chain = "".join(
        f'<object id="{n}"><components><component objectid="{n + 1}"/><component objectid="{n + 1}"/></components></object>'
        for n in range(1, 31)
    ) + _TETRAHEDRON.format(id=31)
    ring = '<object id="1"><components><component objectid="1"/></components></object>'
    entities = '<!DOCTYPE m [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>' + _MODEL
    head = (
        "ply\nformat {order} 1.0\nelement vertex {n}\nproperty float x\nproperty float y\nproperty float z\n"
    )
    head += "element face {n}\nproperty list int int vertex_indices\nend_header\n"
    item = '<item objectid="1"/>'
    return {
        "count.stl": bytes(80) + struct.pack("<I", 0xFFFFFFFF),
        "nan.stl": stl(box(1, 1, 1) * float("nan")),
        "huge.stl": stl(box(1, 1, 1) * 1e38),
        "flat.stl": stl(box(10, 10, 0) * [1, 1, 0]),
        "line.stl": b"solid x\nfacet normal 0 0 0\nouter loop\nvertex " + b"9" * 100_000 + b" 0 0\n",
        "bomb.3mf": three_mf(b"<model>" + b" " * 30_000_000),
        "doubling.3mf": three_mf(_MODEL.format(objects=chain, items=item)),
        "ring.3mf": three_mf(_MODEL.format(objects=ring, items=item)),
        "entities.3mf": three_mf(entities.format(objects="", items="&b;")),
        "deep.3mf": three_mf("<a>" * 200_000),
        "outside.3mf": three_mf("", name="../../3D/3dmodel.model"),
        "count.ply": head.format(order="binary_little_endian", n=4_000_000_000).encode(),
        "list.ply": head.format(order="binary_little_endian", n=1).encode()
        + bytes(12)
        + struct.pack("<i", 2**31 - 1),
        "minus.ply": head.format(order="binary_big_endian", n=-5).encode(),
        "fractions.ply": head.replace("int int", "float int")
        .format(order="binary_little_endian", n=1)
        .encode()
        + bytes(20),
        "twice.ply": head.replace("float y", "float x").format(order="binary_little_endian", n=1).encode()
        + bytes(40),
        "scalar.ply": head.replace("list int int", "float").format(order="binary_little_endian", n=1).encode()
        + bytes(12)
        + struct.pack("<f", float("nan")),
        "corner.ply": head.replace("int int", "int float").format(order="binary_little_endian", n=1).encode()
        + bytes(12)
        + struct.pack("<i3f", 3, 0, float("inf"), 0),
        "fan.obj": b"v 0 0 0\nv 1 0 0\nv 0 1 0\nf" + b" 1 2 3" * 600,
        "index.obj": b"v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 99999999999999999999\n",
        "words.obj": b"v 0 0 0\n" * 1000 + b"f 1 1 1\n" * 1000,
        "ring.step": _step(
            "#1=MANIFOLD_SOLID_BREP('',#2);#2=CLOSED_SHELL('',(#3));#3=ADVANCED_FACE('',(#2),#1,.T.);"
        ),
        "deep.step": _step("#1=CLOSED_SHELL('',(" + "(" * 50_000 + ")" * 50_000 + "));"),
        "long.step": _step("#1=CARTESIAN_POINT('" + "a" * 3_000_000 + "',(0.,0.,0.));"),
        "numbers.step": _step(
            "".join(f"#{n}=CARTESIAN_POINT('',(1.E999,{n}.,-1.E-999));" for n in range(1, 3000))
        ),
    }


def _step(data: str) -> bytes:
    return (
        "ISO-10303-21;HEADER;FILE_DESCRIPTION((''),'2;1');FILE_NAME('','',(''),(''),'','','');"
        f"FILE_SCHEMA(('AUTOMOTIVE_DESIGN'));ENDSEC;DATA;{data}ENDSEC;END-ISO-10303-21;"
    ).encode()


def spoilt(name: str, data: bytes, number: int) -> bytes:
    """A file that broke: cut short, bytes changed, a piece lost, doubled or filled with nonsense."""
    chance = random.Random(f"{name} {number}")
    found = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at, length = chance.randrange(len(found) + 1), chance.choice([1, 2, 4, 30, 400])
        match chance.randrange(6):
            case 0:
                del found[at:]
            case 1:
                found[at : at + length] = chance.randbytes(len(found[at : at + length]))
            case 2:
                del found[at : at + length]
            case 3:
                found[at:at] = found[at : at + length] * chance.randint(1, 20)
            case 4:
                found[at : at + 4] = chance.choice(
                    [b"\xff\xff\xff\xff", b"\0\0\0\x80", b"\0\0\xc0\x7f", b"-1e9", b"nan "]
                )
            case _:
                for _ in range(12):
                    if found:
                        found[chance.randrange(len(found))] ^= 1 << chance.randrange(8)
    return bytes(found)
