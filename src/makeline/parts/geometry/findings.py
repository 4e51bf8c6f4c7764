"""What a customer should know of a file that can be used all the same. No finding changes a figure."""

from collections.abc import Sequence

from makeline.parts.geometry.facts import Basis, Finding, Note, PartFacts, Point

# What we believe of a part whose file names no unit: it is larger than a grain and smaller than a lorry.
_SMALLEST, _LARGEST = 1.0, 10_000.0
_INCHES = 12.0
_SIXTY_FOURTH, _TENTH, _CLOSE = 1 / 64, 0.1, 1e-4


def findings_of(facts: PartFacts, *, thinnest: tuple[float, Point] | None) -> list[Finding]:
    """All findings; ``thinnest``: how thick the thinnest wall is that was met, and where, if it is worth telling."""
    surface, found = facts.surface, list[Finding]()
    if not surface.watertight:
        place = surface.leaks[0] if surface.leaks else None
        found.append(
            Finding(
                Note.OPEN_SURFACE,
                f"The surface does not close: {surface.open_edges} edges belong to one face only, so it has no volume.",
                place,
            )
        )
    if facts.turned:
        found.append(
            Finding(
                Note.TURNED_TRIANGLES,
                f"{facts.turned} of {surface.triangles} triangles faced the wrong way and were turned.",
            )
        )
    if facts.bodies > 1:
        found.append(
            Finding(
                Note.SEVERAL_BODIES,
                f"The file holds {facts.bodies} separate bodies; they are priced as one part.",
            )
        )
    if facts.basis is Basis.MESH and (doubt := unit_in_doubt(facts.oriented_box)):
        found.append(Finding(Note.UNIT_IN_DOUBT, doubt))
    if thinnest is not None:
        found.append(Finding(Note.THIN_WALL, f"A wall is only {thinnest[0]:.2f} mm thick.", thinnest[1]))
    return found


def unit_in_doubt(sizes: Sequence[float]) -> str | None:
    """Why a mesh with these sizes, read as millimetres, may be in another unit; None if nothing speaks for that."""
    largest = max(sizes)
    if largest < _SMALLEST:
        return f"As millimetres the part would be {_shown(sizes)} mm small; in metres it is {_shown(sizes, 1000)} mm."
    if largest > _LARGEST:
        return f"As millimetres the part would be {_shown(sizes)} mm large; in micrometres it is {_shown(sizes, 0.001)} mm."
    # Two and a half is a fraction of an inch and a plain number as well: such sizes alone prove nothing.
    in_fractions = all(_is_whole(size, _SIXTY_FOURTH) for size in sizes)
    if largest <= _INCHES and in_fractions and not all(_is_whole(size, _TENTH) for size in sizes):
        return f"Every size is a whole number of 64ths; in inches the part is {_shown(sizes, 25.4)} mm."
    return None


def _is_whole(size: float, step: float) -> bool:
    return abs(size / step - round(size / step)) < _CLOSE / step


def _shown(sizes: Sequence[float], scale: float = 1) -> str:
    return " × ".join(f"{size * scale:.4g}" for size in sizes)
