"""The verdict about a layout: each rule just on its good side, and just on its bad one."""

from decimal import Decimal

import pytest

from makeline.cases.designs.arrangements import Template
from makeline.cases.designs.boxes import Box
from makeline.cases.designs.camera import CameraIsland
from makeline.cases.designs.layout import Layout, arrange
from makeline.cases.designs.ornaments import Sticker, TextSpot
from makeline.cases.designs.shell import Shell
from makeline.cases.designs.spec import DesignPicture, DesignSpec, View
from makeline.cases.designs.verdict import Blank, FindingCode, Grade, Sight, Verdict, judge

SHELL = Shell(Decimal("69.43"), Decimal("145.12"))
ISLAND = CameraIsland(*map(Decimal, ("70.6", "146.6", "2.6", "2.6", "37.9", "38.9", "10")))
CLASSIC, TWO = Template("classic", "basic", 1), Template("2-in-1", "basic", 2)
SHARP = Sight(4000, 3000)


def laid_out(template: Template = CLASSIC, view: View | None = None, **more: object) -> Layout:
    pictures = tuple(DesignPicture("0" * 64, view or View()) for _ in range(template.image_count))
    return arrange(DesignSpec(template.template_id, pictures, **more), template, SHELL, ISLAND)  # ty: ignore[invalid-argument-type]


def verdict(layout: Layout, *sights: Sight) -> Verdict:
    return judge(layout, sights or (SHARP,) * len(layout.pictures))


def told(found: Verdict) -> list[tuple[FindingCode, Grade]]:
    return [(finding.code, finding.grade) for finding in found.findings]


def at(x: str, y: str, size: str = "0.2", turn: int = 0) -> Sticker:
    return Sticker("cat-1", Decimal(x), Decimal(y), Decimal(size), turn)


def spot(x: str, y: str, turn: int = 0) -> TextSpot:
    return TextSpot(Decimal(x), Decimal(y), Decimal(1), turn)


F, G = FindingCode, Grade
# The canvas is 1390 x 2905 at 509 dpi; the camera's hole covers 40..799 x 37..816, the safe zone 111..1279 x 111..2794.
GOOD_AND_BAD = {
    "a picture of 857 rows gives 150 dpi": (laid_out(), Sight(600, 857), []),
    "one of 856 is soft": (laid_out(), Sight(600, 855), [(F.TOO_FEW_PIXELS, G.WARN)]),
    "one of 429 is just not a mosaic": (laid_out(), Sight(300, 429), [(F.TOO_FEW_PIXELS, G.WARN)]),
    "one of 427 is": (laid_out(), Sight(300, 427), [(F.TOO_FEW_PIXELS, G.FAIL)]),
    "zoom takes pixels away": (laid_out(view=View(Decimal(4))), Sight(3000, 3400), [(F.TOO_FEW_PIXELS, G.WARN)]),
    "a turned picture is judged as it lies": (laid_out(view=View(turn=90)), Sight(2905, 400), [(F.TOO_FEW_PIXELS, G.WARN)]),
    "a face below the camera": (laid_out(), Sight(4000, 3000, (Box(300, 900, 600, 700),)), []),
    "a face that the camera touches": (laid_out(), Sight(4000, 3000, (Box(300, 700, 600, 700),)), [(F.FACE_UNDER_CAMERA, G.WARN)]),
    "a face that it hides": (laid_out(), Sight(4000, 3000, (Box(200, 200, 500, 600),)), [(F.FACE_UNDER_CAMERA, G.FAIL)]),
    "a face that rolls over the edge": (laid_out(), Sight(4000, 3000, (Box(1150, 1500, 230, 300),)), [(F.FACE_OUTSIDE_SAFE_ZONE, G.WARN)]),
    "text where it stands by itself": (laid_out(text="Hello"), SHARP, []),
    "text under the camera": (laid_out(text="Hi", text_spot=spot("0.3", "0.15")), SHARP, [(F.TEXT_UNDER_CAMERA, G.FAIL)]),
    "text below it": (laid_out(text="Hi", text_spot=spot("0.3", "0.5")), SHARP, []),
    "text over the safe zone": (laid_out(text="Hi", text_spot=spot("0.12", "0.5")), SHARP, [(F.TEXT_OUTSIDE_SAFE_ZONE, G.WARN)]),
    "text that is cut off": (laid_out(text="Hi", text_spot=spot("0.02", "0.5")), SHARP, [(F.TEXT_OUTSIDE_SAFE_ZONE, G.FAIL)]),
    "text that reaches out only when it is turned": (
        laid_out(text="Hello there", text_spot=spot("0.5", "0.93", 45)), SHARP, [(F.TEXT_OUTSIDE_SAFE_ZONE, G.FAIL)],
    ),
    "a sticker beside the camera": (laid_out(stickers=(at("0.75", "0.1"),)), SHARP, []),
    "a sticker that it touches": (laid_out(stickers=(at("0.62", "0.15"),)), SHARP, []),
    "a sticker that it hides": (laid_out(stickers=(at("0.3", "0.15"),)), SHARP, [(F.STICKER_UNDER_CAMERA, G.WARN)]),
    "a hair of white is cut away": (laid_out(), Sight(4000, 3000, (), Blank(left=15)), []),
    "a thin white edge": (laid_out(), Sight(4000, 3000, (), Blank(right=17)), [(F.EMPTY_EDGE, G.WARN)]),
    "a white strip": (laid_out(), Sight(4000, 3000, (), Blank(bottom=61)), [(F.EMPTY_EDGE, G.FAIL)]),
    "a wide empty part is how the picture is": (laid_out(), Sight(4000, 3000, (), Blank(top=900)), []),
}  # fmt: skip


@pytest.mark.parametrize("case", GOOD_AND_BAD)
def test_each_rule_has_a_good_side_and_a_bad_one(case: str) -> None:
    layout, sight, expected = GOOD_AND_BAD[case]
    found = verdict(layout, sight)
    assert told(found) == expected
    worst = [Grade.PASS, Grade.WARN, Grade.FAIL]
    assert found.grade == max([Grade.PASS, *(grade for _, grade in expected)], key=worst.index)


def test_findings_say_where_how_much_and_of_which_picture() -> None:
    found = verdict(laid_out(TWO), SHARP, Sight(300, 427, (Box(100, 1500, 200, 200),), Blank(left=100)))
    assert [(finding.code, finding.picture) for finding in found.findings] == [
        (F.TOO_FEW_PIXELS, 1),
        (F.EMPTY_EDGE, 1),
    ]
    coarse, edge = found.findings
    assert (coarse.box, coarse.figure) == (laid_out(TWO).pictures[1].box, Decimal(109))
    assert (edge.box.left, edge.box.width, edge.figure) == (0, 100, Decimal("4.99"))


def test_edges_between_pictures_and_beside_a_backdrop_are_nobody_s_fault() -> None:
    between = Sight(4000, 3000, (), Blank(bottom=200))
    assert told(verdict(laid_out(TWO), between, SHARP)) == []
    around = Sight(4000, 3000, (), Blank(200, 200, 200, 200))
    assert told(verdict(laid_out(backdrop="space-1"), around)) == []
