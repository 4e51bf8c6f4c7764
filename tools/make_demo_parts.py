"""Make the demo parts anew: STEP and STL into the product, a sheet of their pictures into the docs.

    .venv/bin/python -m tools.make_demo_parts [name …]

Each part is measured as a customer's would be; what is printed are its figures.
"""

import re
import sys
from io import BytesIO
from pathlib import Path

import numpy as np

from makeline.adapters.cad.pictures.draw import draw, model_of
from makeline.adapters.cad.pictures.png import write_png
from makeline.adapters.cad.step.analyse import analyse_step
from makeline.parts.geometry.reader import View
from tools.demo_parts.milled import MILLED
from tools.demo_parts.turned import TURNED

from OCP.BRepMesh import BRepMesh_IncrementalMesh
from OCP.BRepTools import BRepTools
from OCP.Interface import Interface_Static
from OCP.Message import Message, Message_PrinterOStream
from OCP.STEPControl import STEPControl_AsIs, STEPControl_Writer
from OCP.StlAPI import StlAPI_Writer
from OCP.TopoDS import TopoDS_Shape

ROOT = Path(__file__).parent.parent
PARTS = ROOT / "src" / "makeline" / "main" / "demo_parts"
SHEET = ROOT / "docs" / "pictures" / "demo-parts.png"
_COLUMNS, _SIDE = 4, 256


def main(names: list[str]) -> None:
    """Make all of them, or those that are named."""
    Message.DefaultMessenger_s().RemovePrinters(Message_PrinterOStream.get_type_descriptor_s())
    PARTS.mkdir(exist_ok=True)
    pictures = []
    for name, make in sorted({**TURNED, **MILLED}.items()):
        if names and name not in names:
            continue
        shape = make()
        step = written(shape, name)
        facts, triangles = analyse_step(step, most=100_000)
        (PARTS / f"{name}.step").write_bytes(step)
        as_stl(shape, PARTS / f"{name}.stl")
        model = model_of(triangles, closed=facts.surface.watertight)
        pictures.append(draw(model, View.ISOMETRIC, side=_SIDE))
        surface = facts.surface
        print(
            f"{name:12} {len(step):7} bytes, {surface.triangles:6} triangles, {facts.bodies} body,", end=" "
        )
        print(
            f"{surface.volume or 0:10.0f} mm³, box {' × '.join(f'{size:.1f}' for size in facts.oriented_box)}"
        )
    if not names:
        rows = [
            np.concatenate(pictures[at : at + _COLUMNS], axis=1) for at in range(0, len(pictures), _COLUMNS)
        ]
        SHEET.write_bytes(write_png(np.concatenate(rows)))


def written(shape: TopoDS_Shape, name: str) -> bytes:
    """The STEP file of a shape; the same bytes every time."""
    writer, buffer = STEPControl_Writer(), BytesIO()
    Interface_Static.SetCVal_s("write.step.product.name", name)
    # Edges in space say it all; their shadows on each face would double the file.
    Interface_Static.SetIVal_s("write.surfacecurve.mode", 0)
    writer.Transfer(shape, STEPControl_AsIs)
    writer.WriteStream(buffer)
    # One entity a line; when it was written, and how many were before it, is nobody's business.
    text = re.sub(r"\n\s+", " ", buffer.getvalue().decode())
    text = re.sub(
        r"FILE_NAME\(.*?\);", f"FILE_NAME('{name}','2026-01-01T00:00:00',(''),(''),'','Makeline','');", text
    )
    return re.sub(rf"'{name} \d+'", f"'{name}'", text).encode()


def as_stl(shape: TopoDS_Shape, path: Path) -> None:
    """Write a binary STL file, coarser than our pictures are."""
    BRepTools.Clean_s(shape)
    BRepMesh_IncrementalMesh(shape, 0.1, False, 0.35, False)
    writer = StlAPI_Writer()
    writer.ASCIIMode = False
    if not writer.Write(shape, str(path)):
        sys.exit(f"{path} could not be written")


if __name__ == "__main__":
    main(sys.argv[1:])
