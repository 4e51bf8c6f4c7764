"""Stickers, free text and backgrounds: where they lie, and that they are part of what a design is."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from makeline.cases.catalog.artwork import UnknownArtwork
from makeline.cases.designs.arrangements import Template
from makeline.cases.designs.boxes import Box, whole
from makeline.cases.designs.camera import CameraIsland
from makeline.cases.designs.layout import BACKDROP_MARGIN_MM, Layout, arrange
from makeline.cases.designs.ornaments import Sticker, TextSpot, UnreadableDesign
from makeline.cases.designs.shell import Shell
from makeline.cases.designs.sketch import Sketch, read_sketch
from makeline.cases.designs.spec import DesignPicture, DesignSpec, TextPlace, View, design_hash
from makeline.cases.designs.typefaces import shipped_typefaces
from tests.boxes import holds

SHELL = Shell(Decimal("69.43"), Decimal("145.12"))
ISLAND = CameraIsland(*map(Decimal, ("70.6", "146.6", "2.6", "2.6", "37.9", "38.9", "10")))
CLASSIC = Template("classic", "basic", 1)
TEMPLATES = (CLASSIC, *(Template(f"{count}-in-1", "basic", count) for count in (2, 3, 4)))
FILM = Template("film-strip-3", "film", 3)
HALF = Decimal("0.5")


def laid_out(template: Template = CLASSIC, **more: object) -> Layout:
    pictures = tuple(DesignPicture(f"{index:064x}") for index in range(template.image_count))
    spec = DesignSpec(template.template_id, pictures, **more)  # ty: ignore[invalid-argument-type]
    return arrange(spec, template, SHELL, ISLAND)


def test_a_sticker_lies_where_it_was_put_in_shares_of_the_case() -> None:
    layout = laid_out(
        stickers=(Sticker("cat-1", HALF, HALF), Sticker("cat-2", Decimal(1), Decimal(0), HALF, 45))
    )
    straight, turned = layout.stickers
    assert straight.box == straight.covers == Box(695 - 139, 1452 - 139, 278, 278)
    assert (turned.box, turned.covers.width) == (Box(1390 - 347, -347, 695, 695), 983)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.template_id)
def test_a_backdrop_shows_around_and_between_the_pictures(template: Template) -> None:
    layout = laid_out(template, backdrop="space-1")
    margin = layout.canvas.px(BACKDROP_MARGIN_MM)
    inside = whole(layout.canvas).shrunk(sides=margin, ends=margin)
    boxes = [picture.box for picture in layout.pictures]
    assert all(holds(inside, box) for box in boxes)
    assert (min(box.left for box in boxes), max(box.bottom for box in boxes)) == (inside.left, inside.bottom)
    assert not any(one.meets(other) for index, one in enumerate(boxes) for other in boxes[:index])
    assert layout.frame_radius_px == layout.canvas.px(Decimal(3))


def test_a_film_keeps_its_strip_before_a_backdrop() -> None:
    with_one, without = laid_out(FILM, backdrop="love-1"), laid_out(FILM)
    assert [picture.box for picture in with_one.pictures] == [picture.box for picture in without.pictures]


def test_text_stands_at_its_spot_even_under_the_camera_and_shrinks_to_the_case() -> None:
    spot = TextSpot(Decimal("0.3"), Decimal("0.12"), Decimal(1), 30)
    layout = laid_out(text="Hi", text_spot=spot)
    assert layout.lettering is not None
    assert layout.opening is not None
    box = layout.lettering.box
    assert abs(box.left + box.width // 2 - 417) <= 1
    assert abs(box.top + box.height // 2 - 348) <= 1
    assert layout.lettering.covers.height > box.height
    assert layout.lettering.covers.meets(layout.opening.box)
    long = laid_out(text="Incomprehensibilities", text_spot=TextSpot(HALF, HALF, Decimal(2)))
    assert long.lettering is not None
    assert long.lettering.box.width <= 1390


def test_what_is_not_offered_is_refused() -> None:
    for more in ({"backdrop": "cat-1"}, {"stickers": (Sticker("space-9", HALF, HALF),)}):
        with pytest.raises(UnknownArtwork):
            laid_out(**more)
    with pytest.raises(UnreadableDesign):
        Sticker("cat-1", Decimal("1.1"), HALF)
    with pytest.raises(UnreadableDesign):
        DesignSpec("classic", (), stickers=(Sticker("cat-1", HALF, HALF),) * 21)


SHARES = st.decimals(0, 1, places=4)
STICKERS = st.builds(
    Sticker,
    st.sampled_from(["cat-1", "space-2", "pop-art-3"]),
    SHARES,
    SHARES,
    st.decimals("0.05", 1, places=4),
    st.integers(-360, 720),
)
SPOTS = st.none() | st.builds(
    TextSpot, SHARES, SHARES, st.decimals("0.4", "2.5", places=4), st.integers(-360, 720)
)
SPECS = st.builds(
    DesignSpec,
    st.just("classic"),
    st.lists(
        st.builds(
            DesignPicture,
            st.integers(0, 9).map(lambda number: f"{number:064x}"),
            st.builds(View, st.decimals(1, 4, places=4), turn=st.sampled_from([0, 90, 180, 270])),
        ),
        max_size=4,
    ).map(tuple),
    text=st.sampled_from(["", "Hi", "a\nb"]),
    text_place=st.sampled_from(TextPlace),
    text_spot=SPOTS,
    stickers=st.lists(STICKERS, max_size=3).map(tuple),
    backdrop=st.sampled_from(["", "space-1"]),
)


@given(SPECS)
@settings(max_examples=25)
def test_a_sketch_is_read_as_it_was_written(spec: DesignSpec) -> None:
    count = len(spec.pictures)
    sketch = Sketch("m", spec, tuple(f"p{index}" for index in range(count)), tuple(range(count)))
    again = read_sketch(sketch.plain())
    assert again == sketch
    assert design_hash(again.spec, SHELL) == design_hash(spec, SHELL)


def test_every_ornament_makes_another_design_and_none_makes_the_same() -> None:
    plain = DesignSpec("classic", (), text="Hi")
    others = [
        DesignSpec("classic", (), text="Hi", backdrop="space-1"),
        DesignSpec("classic", (), text="Hi", stickers=(Sticker("cat-1", HALF, HALF),)),
        DesignSpec("classic", (), text="Hi", stickers=(Sticker("cat-1", HALF, HALF, turn=1),)),
        DesignSpec("classic", (), text="Hi", text_spot=TextSpot(HALF, HALF)),
    ]
    assert len({design_hash(one, SHELL) for one in [plain, *others]}) == 5
    assert b"stickers" not in plain.canonical()
    # A full turn is none.
    assert Sticker("cat-1", HALF, HALF, turn=360) == Sticker("cat-1", HALF, HALF)


def test_the_page_about_fonts_names_what_is_drawn_with() -> None:
    page = (Path(__file__).parents[3] / "docs" / "fonts.md").read_text("utf-8")
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in page.splitlines()
        if line[:2] == "| "
    ]
    told = {row[0].lower().replace(" ", "-"): (row[1], *row[4].split(", ")) for row in rows[1:]}
    assert len(told) == 29
    for font_id, typeface in shipped_typefaces().items():
        assert told[font_id] == (
            typeface.families if len(typeface.families) > 1 else (*typeface.families, "–")
        )
