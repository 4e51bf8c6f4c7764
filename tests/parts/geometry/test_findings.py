"""Findings say what to know of a usable file, with a reason, and change no figure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makeline.parts.geometry.facts import Basis, Note, PartFacts, SurfaceFacts
from makeline.parts.geometry.findings import findings_of, unit_in_doubt

CLOSED = SurfaceFacts(12, 6000.0, 2200.0, (0, 0, 0), (10, 20, 30), 0, [])
OPEN = SurfaceFacts(10, None, 2000.0, (0, 0, 0), (10, 20, 30), 4, [(5.0, 0.0, 30.0)])


def part(
    surface: SurfaceFacts = CLOSED,
    *,
    basis: Basis = Basis.MESH,
    bodies: int = 1,
    turned: int = 0,
    sizes=(30, 20, 10),
):
    return PartFacts(basis, surface, bodies, sizes, (1, 1, 1), turned)


def notes(facts: PartFacts, **more) -> list[Note]:
    return [finding.note for finding in findings_of(facts, **{"thinnest": None, **more})]


def test_a_plain_part_has_no_findings():
    assert notes(part()) == []


def test_an_open_surface_says_where_it_leaks():
    (finding,) = findings_of(part(OPEN), thinnest=None)
    assert (finding.note, finding.at) == (Note.OPEN_SURFACE, (5.0, 0.0, 30.0))
    assert "4 edges" in finding.message


def test_each_peculiarity_is_told_once():
    found = findings_of(part(bodies=3, turned=2, sizes=(0.5, 0.2, 0.1)), thinnest=(0.3, (1, 2, 3)))
    assert [finding.note for finding in found] == [
        Note.TURNED_TRIANGLES,
        Note.SEVERAL_BODIES,
        Note.UNIT_IN_DOUBT,
        Note.THIN_WALL,
    ]
    assert found[-1].at == (1, 2, 3)
    assert "0.30 mm" in found[-1].message


def test_a_file_that_names_its_unit_is_not_doubted():
    assert notes(part(basis=Basis.EXACT, sizes=(0.5, 0.2, 0.1))) == []


@pytest.mark.parametrize(
    ("sizes", "says"),
    [
        ((0.08, 0.05, 0.02), "in metres it is 80 × 50 × 20 mm"),
        ((80_000, 50_000, 20_000), "in micrometres it is 80 × 50 × 20 mm"),
        ((2.25, 1.5, 0.25), "in inches the part is 57.15 × 38.1 × 6.35 mm"),
    ],
)
def test_a_doubt_gives_its_reason_and_the_sizes_in_the_likelier_unit(sizes, says: str):
    assert says in (unit_in_doubt(sizes) or "")


@pytest.mark.parametrize(
    "sizes", [(80, 50, 20), (2.5, 1.5, 0.5), (11.1, 3.7, 2.2), (1, 1, 1), (40.375, 20, 10)]
)
def test_usual_sizes_raise_no_doubt(sizes):
    assert unit_in_doubt(sizes) is None


@given(st.tuples(*[st.floats(13, 9_999)] * 3))
def test_nothing_between_a_thumb_and_a_lorry_is_doubted(sizes):
    assert unit_in_doubt(sizes) is None
