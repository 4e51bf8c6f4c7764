"""What a limited process answers of a part: facts with their findings, pictures and scene."""

from dataclasses import replace
from typing import Any

from makeline.adapters.cad.meshes.thin_walls import thinnest_wall
from makeline.adapters.cad.meshes.triangles import Triangles
from makeline.adapters.cad.pictures.album import album_of
from makeline.foundation.limited_jobs import report
from makeline.parts.geometry.facts import PartFacts
from makeline.parts.geometry.facts_json import dump_facts
from makeline.parts.geometry.findings import findings_of
from makeline.parts.geometry.reader import Stage

# Thinner walls are hard to make by any of our ways.
_THIN = 0.8


def answer_of(facts: PartFacts, triangles: Triangles, *, side: int) -> tuple[dict[str, Any], list[bytes]]:
    """Header: the facts and the names of the pictures. Blobs: these, ``side`` pixels wide, and last the scene."""
    closed = facts.surface.watertight
    # A price waits for these figures alone. The thickness of walls is the last quarter.
    report(Stage.MEASURING, 0.75, {"facts": dump_facts(facts)})
    thinnest = thinnest_wall(triangles, below=_THIN) if closed else None
    facts = replace(facts, findings=findings_of(facts, thinnest=thinnest))
    report(Stage.PICTURING, 0)
    names, album = album_of(triangles, closed=closed, side=side)
    return {"facts": dump_facts(facts), "pictures": names}, album
