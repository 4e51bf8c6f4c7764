"""Setting a customer's text: broken into balanced lines at the largest size that fits the free part of the case."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from makeline.cases.designs.boxes import Box
from makeline.cases.designs.ornaments import TextSpot
from makeline.cases.designs.spec import TextPlace, TextTooLong
from makeline.cases.designs.typefaces import Typeface
from makeline.kernel.errors import FieldProblem, Invalid

# Field rule: 30 px times max(4.5, canvas width / 300), lines 1.2 times the size apart.
BASE_SIZE_PX = 30
_DESIGN_WIDTH_PX = 300
_LEAST_SCALE_TENTHS = 45
_LINE_PERCENT = 120
# A longer text may shrink, step by step, to half of the standard size: 3 mm letters are the least one reads.
_STEPS_PERCENT = (100, 90, 80, 70, 60, 50)
# Text may take at most this share of the canvas height: it is a caption, not a page.
_HIGHEST_PERCENT = 45
# Text that stands where the customer wants it may take nearly all of the case.
_WIDEST_PERCENT = 96


class TextNotPrintable(Invalid):
    """The text holds characters that none of our fonts can draw (pictograms, joined or right-to-left scripts)."""

    code = "TEXT_NOT_PRINTABLE"


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line, centred on ``centre`` (pixel column) and standing on ``baseline`` (pixel row)."""

    text: str
    centre: int
    baseline: int
    width: int


@dataclass(frozen=True, slots=True)
class Lettering:
    """A text ready to draw; ``box`` holds all its ink before it is turned clockwise by ``turn`` degrees about its
    middle."""

    lines: tuple[TextLine, ...]
    size_px: int
    families: tuple[str, ...]
    colour: str
    box: Box
    turn: int = 0

    @property
    def covers(self) -> Box:
        """The upright box around its ink as it is turned."""
        return self.box.turned(self.turn)


def set_text(
    text: str, *, typeface: Typeface, colour: str, place: TextPlace, room: Box, canvas: Box
) -> Lettering:
    """Place a text inside ``room``; raises ``TextNotPrintable`` or ``TextTooLong``."""
    must_be_printable(text, typeface)
    highest = min(room.height, canvas.height * _HIGHEST_PERCENT // 100)
    for size in _sizes(canvas.width):
        lines = _broken(text, typeface, size_px=size, width=room.width)
        if lines is not None and _height(len(lines), typeface, size) <= highest:
            return _placed(lines, typeface, size, colour=colour, place=place, room=room)
    raise TextTooLong(FieldProblem("text", "does not fit on the case even in the smallest letters", text))


def set_text_at(text: str, *, typeface: Typeface, colour: str, spot: TextSpot, canvas: Box) -> Lettering:
    """Put a text where the customer wants it, whatever lies there; it shrinks where it is wider than the case.

    Raises ``TextNotPrintable`` or ``TextTooLong``.
    """
    must_be_printable(text, typeface)
    for wished in _shrinking(canvas.width, spot.size):
        lines = _broken(text, typeface, size_px=wished, width=canvas.width * _WIDEST_PERCENT // 100)
        if lines is None:
            continue
        height = _height(len(lines), typeface, wished)
        if height > canvas.height * _WIDEST_PERCENT // 100:
            continue
        top = int(canvas.height * spot.y) - height // 2
        widest = max(typeface.width(line, size_px=wished) for line in lines)
        room = Box(int(canvas.width * spot.x) - widest // 2, top, widest, height)
        placed = _placed(lines, typeface, wished, colour=colour, place=TextPlace.TOP, room=room)
        return replace(placed, turn=spot.turn)
    raise TextTooLong(FieldProblem("text", "does not fit on the case even in the smallest letters", text))


def _shrinking(canvas_width: int, times: Decimal) -> Iterator[int]:
    """Sizes from the wished one down to the least that one reads."""
    full = usual_size(canvas_width)
    size = int(full * times)
    while size >= full * _STEPS_PERCENT[-1] // 100 or size == int(full * times):
        yield size
        size = size * 9 // 10


def usual_size(canvas_width: int) -> int:
    """How large letters are that are neither large nor small, in pixels."""
    return next(_sizes(canvas_width))


def must_be_printable(text: str, typeface: Typeface) -> None:
    """Raises ``TextNotPrintable`` naming what none of the families can draw."""
    missing = typeface.missing(text.replace("\n", ""))
    if missing:
        raise TextNotPrintable(FieldProblem("text", f"we cannot print: {missing[:20]}", missing[:20]))


def _sizes(canvas_width: int) -> Iterator[int]:
    full = max(BASE_SIZE_PX * _LEAST_SCALE_TENTHS * 10, BASE_SIZE_PX * canvas_width * 100 // _DESIGN_WIDTH_PX)
    return (full * percent // 10_000 for percent in _STEPS_PERCENT)


def _broken(text: str, typeface: Typeface, *, size_px: int, width: int) -> list[str] | None:
    """The lines of a text, or None when a single word is wider than the room."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        words = [(word, typeface.width(word, size_px=size_px)) for word in paragraph.split(" ")]
        if max(wide for _, wide in words) > width:
            return None
        gap = typeface.width(" ", size_px=size_px)
        lines.extend(_balanced(words, gap, width))
    return lines


def _balanced(words: list[tuple[str, int]], gap: int, width: int) -> list[str]:
    """As few lines as possible, then the narrowest measure that still gives as few: no lonely last word."""
    fewest = len(_greedy(words, gap, width))
    low, high = max(wide for _, wide in words), width
    while low < high:
        middle = (low + high) // 2
        if len(_greedy(words, gap, middle)) <= fewest:
            high = middle
        else:
            low = middle + 1
    return _greedy(words, gap, high)


def _greedy(words: list[tuple[str, int]], gap: int, width: int) -> list[str]:
    lines: list[list[str]] = []
    used = 0
    for word, wide in words:
        if lines and used + gap + wide <= width:
            lines[-1].append(word)
            used += gap + wide
        else:
            lines.append([word])
            used = wide
    return [" ".join(line) for line in lines]


def _height(count: int, typeface: Typeface, size: int) -> int:
    between = (count - 1) * size * _LINE_PERCENT // 100
    return between + _ink(typeface.ink_top, size) + _ink(typeface.ink_bottom, size)


def _ink(thousandths: int, size: int) -> int:
    return -(-thousandths * size // 1000)


def _placed(
    lines: list[str], typeface: Typeface, size: int, *, colour: str, place: TextPlace, room: Box
) -> Lettering:
    height = _height(len(lines), typeface, size)
    spare = room.height - height
    top = room.top + {TextPlace.TOP: 0, TextPlace.MIDDLE: spare // 2, TextPlace.BOTTOM: spare}[place]
    first = top + _ink(typeface.ink_top, size)
    centre = room.left + room.width // 2
    set_lines = tuple(
        TextLine(
            line, centre, first + index * size * _LINE_PERCENT // 100, typeface.width(line, size_px=size)
        )
        for index, line in enumerate(lines)
    )
    widest = min(max(line.width for line in set_lines), room.width)
    box = Box(centre - widest // 2, top, widest, height)
    return Lettering(set_lines, size, typeface.families, colour, box)
