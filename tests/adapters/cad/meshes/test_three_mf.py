"""3MF: what is built counts, in its unit and where it lies; what bites is refused."""

import zipfile
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from makeline.adapters.cad.meshes.measure import measure_mesh
from makeline.adapters.cad.meshes.three_mf import read_3mf
from makeline.parts.geometry.facts import Fault, SurfaceFacts, UnusableFile
from tests.adapters.cad.meshes.solids import Solid, box

MOST = 10_000
CORE = "http://schemas.microsoft.com/3dmanufacturing/core/2015/02"


def mesh(solid: Solid) -> str:
    """The solid as a mesh element."""
    corners = "".join(f'<vertex x="{x}" y="{y}" z="{z}"/>' for triangle in solid for x, y, z in triangle)
    faces = "".join(f'<triangle v1="{3 * n}" v2="{3 * n + 1}" v3="{3 * n + 2}"/>' for n in range(len(solid)))
    return f"<mesh><vertices>{corners}</vertices><triangles>{faces}</triangles></mesh>"


CUBE = f'<object id="1" type="model">{mesh(box(10, 10, 10))}</object>'


def model(objects: str = CUBE, build: str = '<item objectid="1"/>', unit: str = "millimeter") -> str:
    return (
        f'<?xml version="1.0"?><model unit="{unit}" xmlns="{CORE}"><resources>{objects}</resources>'
        f"<build>{build}</build></model>"
    )


def package(text: str | bytes, name: str = "3D/3dmodel.model", **others: bytes) -> bytes:
    held = BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, text)
        for other, content in others.items():
            archive.writestr(other, content)
    return held.getvalue()


def measured(text: str) -> SurfaceFacts:
    return measure_mesh(read_3mf(package(text), most=MOST))


def fault(data: bytes, most: int = MOST) -> Fault:
    with pytest.raises(UnusableFile) as refused:
        read_3mf(data, most=most)
    return refused.value.fault


def test_a_cube_is_a_cube():
    assert measured(model()).volume == pytest.approx(1000)


@pytest.mark.parametrize(("unit", "edge"), [("inch", 254), ("centimeter", 100), ("micron", 0.01)])
def test_the_unit_of_the_file_counts(unit: str, edge: float):
    assert measured(model(unit=unit)).box == pytest.approx((edge, edge, edge))


def test_components_and_items_are_laid_where_they_belong():
    pair = (
        '<object id="2"><components><component objectid="1"/>'
        '<component objectid="1" transform="2 0 0 0 1 0 0 0 1 50 0 0"/></components></object>'
    )
    facts = measured(model(CUBE + pair, '<item objectid="2" transform="1 0 0 0 1 0 0 0 1 0 0 7"/>'))
    assert facts.volume == pytest.approx(3000)
    assert (facts.low, facts.high) == ((0, 0, 7), (70, 10, 17))


def test_the_model_may_have_another_name():
    relations = (
        b'<Relationships><Relationship Type="http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel" '
        b'Target="/3D/other.model"/></Relationships>'
    )
    data = package(model(), "3D/other.model", **{"_rels/.rels": relations})
    assert measure_mesh(read_3mf(data, most=MOST)).volume == pytest.approx(1000)


def test_a_bomb_is_refused_while_it_unpacks():
    assert fault(package(b" " * 40_000_000)) is Fault.TOO_LARGE


def test_entities_are_refused_before_anything_is_expanded():
    laughing = (
        '<?xml version="1.0"?><!DOCTYPE m [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
        f'<model xmlns="{CORE}">&b;</model>'
    )
    assert fault(package(laughing)) is Fault.BROKEN


def test_a_member_that_points_outside_is_refused():
    assert fault(package(model(), **{"../outside": b"x"})) is Fault.BROKEN


def test_copies_of_copies_of_copies_are_counted():
    objects = CUBE
    for number in range(2, 12):
        inner = f'<component objectid="{number - 1}"/>' * 10
        objects += f'<object id="{number}"><components>{inner}</components></object>'
    assert fault(package(model(objects, '<item objectid="11"/>'))) is Fault.TOO_LARGE


def test_components_that_hold_themselves_come_to_an_end():
    loop = '<object id="2"><components><component objectid="2"/></components></object>'
    assert fault(package(model(CUBE + loop, '<item objectid="2"/>'))) is Fault.BROKEN


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", Fault.NOT_THE_TYPE),
        (b"PK\x03\x04 not really", Fault.NOT_THE_TYPE),
        (package(model(), name="elsewhere.txt"), Fault.BROKEN),
        (package("<model"), Fault.BROKEN),
        (package(model(unit="furlong")), Fault.BROKEN),
        (package(model(build='<item objectid="9"/>')), Fault.BROKEN),
        (package(model(build='<item objectid="1" transform="1 2 3"/>')), Fault.BROKEN),
        (package(model(CUBE.replace('x="0.0"', 'x="near"', 1))), Fault.BROKEN),
        (package(model(CUBE.replace('v1="0"', 'v1="99"', 1))), Fault.BROKEN),
        (package(model(CUBE.replace(' v1="0"', "", 1))), Fault.BROKEN),
        (package(model('<object id="1"/>')), Fault.NO_SURFACE),
    ],
)
def test_what_makes_no_sense_is_refused(data: bytes, expected: Fault):
    assert fault(data) is expected


def test_too_many_triangles_are_refused_while_reading():
    assert fault(package(model()), most=11) is Fault.TOO_LARGE


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 900), st.binary(min_size=1, max_size=6))
def test_a_spoilt_archive_is_measured_or_refused(place: int, spoilt: bytes):
    data = package(model())
    data = data[:place] + spoilt + data[place + len(spoilt) :]
    try:
        facts = measure_mesh(read_3mf(data, most=MOST))
    except UnusableFile:
        return
    assert facts.area > 0
