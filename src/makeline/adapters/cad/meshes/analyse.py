"""All there is to know of a mesh: measured, mended where triangles face the wrong way, counted and boxed."""

import numpy as np

from makeline.adapters.cad.meshes.edges import bodies_of, contacts_of, turned_right
from makeline.adapters.cad.meshes.holes import mesh_holes
from makeline.adapters.cad.meshes.measure import measure_mesh
from makeline.adapters.cad.meshes.oriented_box import oriented_box
from makeline.adapters.cad.meshes.triangles import Triangles
from makeline.foundation.limited_jobs import report
from makeline.parts.geometry.facts import Basis, PartFacts
from makeline.parts.geometry.reader import Stage


def analyse_mesh(triangles: Triangles) -> tuple[PartFacts, Triangles]:
    """The facts of a part and its triangles as they were measured; raises ``UnusableFile`` as ``measure_mesh`` does.

    An open surface whose triangles only disagree about inside and outside is turned right and measured again.
    """
    report(Stage.MEASURING, 0)
    mesh, turned = measure_mesh(triangles), 0
    report(Stage.MEASURING, 0.25)
    contacts = contacts_of(triangles)
    if not mesh.watertight:
        right = turned_right(triangles, contacts)
        if right is not None:
            turned = int((right.corners != np.asarray(triangles.corners, dtype=np.float64)).any(axis=1).sum())
            triangles, mesh = right, measure_mesh(right)
    report(Stage.MEASURING, 0.5)
    box = oriented_box(triangles)
    facts = PartFacts(
        basis=Basis.MESH,
        surface=mesh,
        bodies=int(bodies_of(contacts).max()) + 1,
        oriented_box=box.sizes,
        reach=box.reach,
        turned=turned,
        bores=mesh_holes(triangles, contacts) if mesh.watertight else [],
    )
    return facts, triangles
