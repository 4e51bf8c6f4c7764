"""Layouts: every template tidy, text clear of the camera and of the edges, whatever the design."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makeline.cases.designs.arrangements import NoSuchArrangement, Template, WrongPictureCount
from makeline.cases.designs.boxes import Box, whole
from makeline.cases.designs.camera import CLEARANCE_MM, CameraIsland
from makeline.cases.designs.layout import Layout, arrange
from makeline.cases.designs.lettering import TextNotPrintable
from makeline.cases.designs.shell import ImpossibleShell, Shell, canvas_of
from makeline.cases.designs.spec import DesignPicture, DesignSpec, TextPlace, TextTooLong, View, design_hash
from makeline.cases.designs.typefaces import UnknownFont, shipped_typefaces
from tests.boxes import holds

SHELL = Shell(Decimal("69.43"), Decimal("145.12"))
ISLAND = CameraIsland(*map(Decimal, ("70.6", "146.6", "2.6", "2.6", "37.9", "38.9", "10")))
CLASSIC = Template("classic", "basic", 1)
TEMPLATES = (
    CLASSIC,
    Template("2-in-1", "basic", 2),
    Template("3-in-1", "basic", 3),
    Template("4-in-1", "basic", 4),
    Template("film-strip-3", "film", 3),
    Template("funny-toon", "ai", 1),
)


def design(template: Template = CLASSIC, text: str = "", **more: object) -> DesignSpec:
    pictures = tuple(DesignPicture(f"{index:064x}") for index in range(template.image_count))
    return DesignSpec(template.template_id, pictures, text, **more)  # ty: ignore[invalid-argument-type]


def laid_out(text: str = "", template: Template = CLASSIC, **more: object) -> Layout:
    return arrange(design(template, text, **more), template, SHELL, ISLAND)


def test_a_single_picture_covers_the_full_rectangle_and_prints_under_the_camera() -> None:
    layout = laid_out()
    (picture,) = layout.pictures
    assert picture.box == Box(0, 0, 1390, 2905)
    assert layout.opening is not None
    assert holds(picture.box, layout.opening.box)
    assert (picture.area.width_mm, picture.area.height_mm) == (Decimal("69.43"), Decimal("145.10"))
    assert layout.design == design_hash(design(), SHELL, island=ISLAND)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.template_id)
def test_pictures_lie_on_the_canvas_and_never_overlap(template: Template) -> None:
    layout = laid_out(template=template)
    boxes = [picture.box for picture in layout.pictures]
    assert len(boxes) == template.image_count
    assert all(holds(whole(layout.canvas), box) for box in boxes)
    assert not any(one.meets(other) for index, one in enumerate(boxes) for other in boxes[:index])


@pytest.mark.parametrize("template", TEMPLATES[:4], ids=lambda template: template.template_id)
def test_grids_reach_every_edge_and_leave_only_gutters(template: Template) -> None:
    layout = laid_out(template=template)
    boxes = [picture.box for picture in layout.pictures]
    assert min(box.left for box in boxes) == min(box.top for box in boxes) == 0
    assert max(box.right for box in boxes) == layout.canvas.width_px
    assert max(box.bottom for box in boxes) == layout.canvas.height_px
    covered = sum(box.width * box.height for box in boxes)
    assert covered / (layout.canvas.width_px * layout.canvas.height_px) > 0.96


def test_no_camera_swallows_a_picture_of_a_grid() -> None:
    for template in TEMPLATES:
        layout = laid_out(template=template)
        assert layout.opening is not None
        for picture in layout.pictures:
            hole, box = layout.opening.box, picture.box
            wide = max(0, min(hole.right, box.right) - max(hole.left, box.left))
            high = max(0, min(hole.bottom, box.bottom) - max(hole.top, box.top))
            assert wide * high < 0.55 * box.width * box.height


def test_a_film_strip_has_three_equal_frames_between_two_perforated_edges() -> None:
    layout = laid_out(template=TEMPLATES[4])
    frames = [picture.box for picture in layout.pictures]
    assert {(frame.left, frame.right) for frame in frames} == {(92, 1298)}
    assert max(frame.height for frame in frames) - min(frame.height for frame in frames) <= 1
    assert layout.film_base is not None
    assert layout.perforations
    assert len(layout.perforations) % 2 == 0
    for hole in layout.perforations:
        assert holds(whole(layout.canvas), hole)
        assert not any(hole.meets(frame) for frame in frames)


def test_the_standard_letters_are_30_px_times_the_canvas_over_300() -> None:
    layout = laid_out("Hello")
    assert layout.lettering is not None
    assert layout.lettering.size_px == 139
    two = laid_out("Hello\nyou").lettering
    assert two is not None
    assert two.lines[1].baseline - two.lines[0].baseline == 139 * 120 // 100


def test_text_stands_at_the_foot_of_the_case_unless_asked_otherwise() -> None:
    places = [laid_out("Hello", text_place=place).lettering for place in TextPlace]
    top, middle, bottom = [lettering.box.top for lettering in places if lettering is not None]
    assert top < middle < bottom
    foot = laid_out("Hello").lettering
    assert foot is not None
    assert foot.box.bottom == laid_out().safe.bottom


def test_a_longer_text_is_broken_into_balanced_lines_in_smaller_letters() -> None:
    lettering = laid_out("one two three four five six seven eight nine ten " * 3).lettering
    assert lettering is not None
    assert lettering.size_px < 139
    widths = [line.width for line in lettering.lines]
    assert len(widths) > 3
    assert min(widths) > 0.4 * max(widths)
    words = "one two three four five six seven eight nine ten " * 3
    assert " ".join(line.text for line in lettering.lines) == words.strip()


def test_lines_the_customer_broke_stay_broken() -> None:
    lettering = laid_out("I\nlove\nyou").lettering
    assert lettering is not None
    assert [line.text for line in lettering.lines] == ["I", "love", "you"]


@pytest.mark.parametrize("text", ["x" * 100, "W" * 40, "\n".join("abcdefghijklmnopqrstu")])
def test_text_that_cannot_fit_is_refused(text: str) -> None:
    with pytest.raises(TextTooLong) as refusal:
        laid_out(text)
    assert refusal.value.code == "TEXT_TOO_LONG"


@pytest.mark.parametrize("text", ["party 🎉", "日本", "مرحبا"])
def test_text_that_no_font_can_draw_is_refused_naming_the_characters(text: str) -> None:
    with pytest.raises(TextNotPrintable) as refusal:
        laid_out(text)
    assert refusal.value.problems[0].received in text


def test_a_wrong_number_of_pictures_is_refused() -> None:
    with pytest.raises(WrongPictureCount, match="needs 3"):
        arrange(design(CLASSIC), TEMPLATES[4], SHELL, ISLAND)


def test_unknown_fonts_and_arrangements_are_refused() -> None:
    with pytest.raises(UnknownFont):
        laid_out(font_id="wingdings")
    for template in (Template("5-in-1", "basic", 5), Template("film-strip-9", "film", 5)):
        with pytest.raises(NoSuchArrangement):
            laid_out(template=template)


def test_a_full_width_camera_bar_and_a_cover_screen_leave_room_for_text_below() -> None:
    shell = Shell(Decimal("71.9"), Decimal("165.1"))
    screen = CameraIsland(*map(Decimal, ("71.9", "165.1", "3", "3", "65.9", "77", "6")))
    layout = arrange(design(text="Hello", text_place=TextPlace.TOP), CLASSIC, shell, screen)
    assert layout.lettering is not None
    assert layout.opening is not None
    assert layout.lettering.box.top > layout.opening.box.bottom


def test_a_camera_that_leaves_no_room_refuses_text_but_not_the_picture() -> None:
    everything = CameraIsland(*map(Decimal, ("69.43", "145.12", "0", "0", "69.43", "145.12", "0")))
    assert arrange(design(), CLASSIC, SHELL, everything).lettering is None
    with pytest.raises(TextTooLong, match="no room"):
        arrange(design(text="Hello"), CLASSIC, SHELL, everything)


def test_a_camera_outside_the_shell_is_no_opening() -> None:
    far = CameraIsland(*map(Decimal, ("69.43", "145.12", "200", "10", "20", "20", "3")))
    assert arrange(design(), CLASSIC, SHELL, far).opening is None
    assert arrange(design(), CLASSIC, SHELL).opening is None


widths = st.decimals("60", "125", places=2)
ratios = st.decimals("1.5", "2.6", places=3)
texts = st.one_of(
    st.text(st.sampled_from("abcdefgh WMil ЖжщЁ ♥&<>'\"\n"), max_size=120),
    st.lists(st.sampled_from(["I", "love", "незабудка", "you", "Straßenbahn", "2026"]), max_size=18).map(
        " ".join
    ),
)


@given(
    width=widths,
    ratio=ratios,
    corner=st.tuples(st.integers(0, 60), st.integers(0, 90)),
    size=st.tuples(st.integers(5, 70), st.integers(5, 90)),
    template=st.sampled_from(TEMPLATES),
    text=texts,
    font=st.sampled_from(sorted(shipped_typefaces())),
    place=st.sampled_from(list(TextPlace)),
)
def test_text_never_meets_the_camera_nor_leaves_the_safe_zone(
    width: Decimal,
    ratio: Decimal,
    corner: tuple[int, int],
    size: tuple[int, int],
    template: Template,
    text: str,
    font: str,
    place: TextPlace,
) -> None:
    try:
        shell = Shell(width, (width * ratio).quantize(Decimal("0.01")))
        island = CameraIsland(
            shell.width_mm, shell.height_mm, *(Decimal(figure) for figure in (*corner, *size)), Decimal(4)
        )
        layout = arrange(design(template, text, font_id=font, text_place=place), template, shell, island)
    except (ImpossibleShell, TextTooLong):
        return
    canvas = layout.canvas
    assert canvas == canvas_of(shell)
    assert all(holds(whole(canvas), picture.box) for picture in layout.pictures)
    assert layout.opening is None or holds(whole(canvas), layout.opening.box)
    if layout.lettering is None:
        return
    box = layout.lettering.box
    assert holds(layout.safe, box)
    if layout.opening is not None:
        keep = canvas.px(CLEARANCE_MM)
        hole = layout.opening.box
        assert not box.meets(
            Box(hole.left - keep, hole.top - keep, hole.width + 2 * keep, hole.height + 2 * keep)
        )
    for line in layout.lettering.lines:
        assert box.top < line.baseline <= box.bottom
        assert line.width <= box.width + 1


def test_the_same_design_is_laid_out_the_same_every_time() -> None:
    assert laid_out("Hello", TEMPLATES[3]) == laid_out("Hello", TEMPLATES[3])


def test_views_travel_with_their_pictures() -> None:
    view = View(zoom=Decimal(2), shift_x=Decimal("-0.5"))
    spec = DesignSpec("classic", (DesignPicture("a" * 64, view),))
    assert arrange(spec, CLASSIC, SHELL).pictures[0].view == view
