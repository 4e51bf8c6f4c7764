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
    thinnest = thinnest_wall(triangles, below=_THIN) if closed else None
    facts = replace(facts, findings=findings_of(facts, thinnest=thinnest))
    told = dump_facts(facts)
    # A price waits for the facts alone: they need not wait for the pictures.
    report(Stage.PICTURING, 0, {"facts": told})
    names, album = album_of(triangles, closed=closed, side=side)
    return {"facts": told, "pictures": names}, album
