"""A design in its one canonical form: what is equal has the same hash, what prints differently has another."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makeline.cases.designs.camera import CameraIsland
from makeline.cases.designs.shell import Shell
from makeline.cases.designs.spec import (
    DesignPicture,
    DesignSpec,
    TextPlace,
    TextTooLong,
    UnreadableDesign,
    View,
    design_hash,
)

SHELL = Shell(Decimal("69.43"), Decimal("145.12"))
ISLAND = CameraIsland(*map(Decimal, ("70.6", "146.6", "2.6", "2.6", "37.9", "38.9", "10")))
PICTURE = DesignPicture("ab" * 32)
KNOWN = "06f165a64f48f970e260e1c96a51abda6f019f00e776ec70607c3cc5729dc946"


def spec(text: str = "Hello", **changes: object) -> DesignSpec:
    fields: dict[str, object] = {
        "template_id": "classic",
        "pictures": (PICTURE,),
        "text": text,
        "font_id": "inter",
        "background": "#FFAA00",
        "text_colour": "#000000",
    }
    return DesignSpec(**{**fields, **changes})  # ty: ignore[invalid-argument-type]


def test_the_way_a_design_is_written_does_not_change_its_hash() -> None:
    same = spec(
        "  Hello \r\n",
        template_id=" CLASSIC ",
        pictures=[
            DesignPicture(" " + "AB" * 32, View(Decimal("1.0"), Decimal("-0.0"), Decimal("0E+3"), 360))
        ],
        font_id="Inter ",
        background=" #ffaa00",
        text_place="bottom",
    )
    assert same == spec()
    assert same.canonical() == spec().canonical()
    assert design_hash(same, SHELL) == design_hash(spec(), Shell(Decimal("69.430"), Decimal("145.1200")))


@pytest.mark.parametrize(
    "change",
    [
        {"template_id": "2-in-1"},
        {"text": "hello"},
        {"font_id": "roboto"},
        {"background": "#FFAA01"},
        {"text_colour": "#000001"},
        {"text_place": TextPlace.TOP},
        {"pictures": (DesignPicture("ab" * 31 + "ac"),)},
        {"pictures": (DesignPicture("ab" * 32, View(zoom=Decimal("1.1"))),)},
        {"pictures": (DesignPicture("ab" * 32, View(turn=90)),)},
        {"pictures": (PICTURE, PICTURE)},
    ],
)
def test_whatever_prints_differently_has_another_hash(change: dict[str, object]) -> None:
    assert design_hash(spec(**change), SHELL) != design_hash(spec(), SHELL)


def test_shell_island_and_renderer_are_part_of_the_hash() -> None:
    hashes = {
        design_hash(spec(), SHELL),
        design_hash(spec(), SHELL, island=ISLAND),
        design_hash(spec(), SHELL, renderer_version="next"),
        design_hash(spec(), Shell(Decimal("69.43"), Decimal("145.13"))),
    }
    assert len(hashes) == 4
    assert all(len(value) == 64 for value in hashes)


def test_the_hash_of_a_known_design_stays_what_it_was() -> None:
    # Prints are found again by this hash: a change here reprints every stored design.
    assert design_hash(spec(), SHELL, island=ISLAND, renderer_version="1") == KNOWN


def test_lettering_does_not_matter_where_there_is_no_text() -> None:
    assert spec("", font_id="roboto", text_colour="#123456").canonical() == spec(" \n ").canonical()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"background": "red"}, "background"),
        ({"background": "#FFF"}, "background"),
        ({"text_colour": "#GGGGGG"}, "text_colour"),
        ({"text": "a\x07b"}, "text"),
        ({"text": "a\ud800b"}, "text"),
        ({"pictures": (PICTURE,) * 9}, "pictures"),
    ],
)
def test_an_unusable_field_is_named(change: dict[str, object], field: str) -> None:
    with pytest.raises(UnreadableDesign) as refusal:
        spec(**change)
    assert [problem.field for problem in refusal.value.problems] == [field]


@pytest.mark.parametrize("figure", ["0.99", "4.01", "NaN", "-1", "Infinity"])
def test_a_zoom_outside_its_bounds_is_refused(figure: str) -> None:
    with pytest.raises(UnreadableDesign):
        View(zoom=Decimal(figure))


def test_turns_are_quarter_turns_and_hashes_hexadecimal() -> None:
    assert View(turn=-90).turn == 270
    with pytest.raises(UnreadableDesign):
        View(turn=45)
    with pytest.raises(UnreadableDesign):
        DesignPicture("../../etc/passwd")


@pytest.mark.parametrize(("length", "accepted"), [(159, True), (160, True), (161, False), (1_000_000, False)])
def test_a_text_has_at_most_160_characters(length: int, accepted: bool) -> None:
    if accepted:
        assert len(spec("x" * length).text) == length
    else:
        with pytest.raises(TextTooLong):
            spec("x" * length)


def test_text_is_tidied_as_it_will_be_printed() -> None:
    assert spec("  a \t b\r\n\u00a0c\n\n").text == "a b\nc"
    assert spec("Cafe\u0301").text == "Café"
    assert spec("\u2764\ufe0f").text == "\u2764"


@given(st.text(max_size=160), st.sampled_from(["#aabbcc", "#AABBCC ", " #AaBbCc"]))
def test_tidying_twice_changes_nothing_more(text: str, colour: str) -> None:
    try:
        once = spec(text, background=colour)
    except (UnreadableDesign, TextTooLong):
        return
    twice = spec(once.text, background=once.background)
    assert design_hash(once, SHELL) == design_hash(twice, SHELL)
