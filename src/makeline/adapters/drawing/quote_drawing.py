"""Where everything stands on an offer."""

import io
from collections.abc import Iterator, Sequence
from typing import IO

from PIL import Image, UnidentifiedImageError
from reportlab.lib.colors import Color
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from makeline.adapters.drawing.lettering import BOLD, PLAIN, width_of
from makeline.adapters.drawing.office_paper import (
    ACCENT,
    GROUND,
    INK,
    LEFT,
    LINE,
    MM,
    ROOM,
    SOFT,
    Block,
    TablePages,
    below,
    beside,
    gap,
    labelled,
    letterhead,
    print_pages,
    rule,
    text,
)
from makeline.parts.quotes.paper import PaperLine, QuotePaper

_LABELS = 22 * MM
_PAD = 2 * MM
_PICTURE = 19 * MM
# Fine enough for print, small enough to send fifty of them.
_PIXELS = 260
_BODY, _SMALL = 9.5, 8
_ALARM, _ALARM_GROUND = Color(0.68, 0.13, 0.10), Color(0.995, 0.955, 0.945)
_WHITE = (255, 255, 255)
# Quantity, price, days and total are at least as wide as this; the part has what is left.
_NARROWEST = (14 * MM, 22 * MM, 17 * MM, 25 * MM)
_ALIGNED = "rrrr"


def draw_quote(paper: QuotePaper, file: IO[bytes]) -> None:
    """Write the PDF."""
    widths = _widths(paper)
    pages = TablePages(
        head=list(_head(paper)),
        columns=_columns(paper, widths),
        rows=[_row(line, widths) for line in paper.lines],
        tail=_tail(paper),
        running=below(text(paper.title, 8.5, SOFT), gap(8)),
    )
    print_pages(
        file,
        pages.paged(),
        title=paper.title,
        author=paper.seller[0],
        language=paper.language,
        foot=lambda page, pages: paper.page.format(page=page, pages=pages),
    )


def _head(paper: QuotePaper) -> Iterator[Block]:
    yield letterhead(paper.seller)
    yield text(paper.heading, 20, INK, BOLD)
    yield gap(1)
    yield text(" · ".join(paper.dates), 10.5, SOFT)
    yield gap(12)
    if paper.stamp:
        yield _stamp(paper)
        yield gap(12)
    for label, value in paper.parties:
        yield labelled(label, value, width=_LABELS, size=_BODY)
    if paper.parties:
        yield gap(8)


def _stamp(paper: QuotePaper) -> Block:
    inset = 3.5 * MM
    left, room = LEFT + inset, ROOM - 2 * inset
    colour, light = (_ALARM, _ALARM_GROUND) if paper.over else (ACCENT, GROUND)
    said = below(
        text(paper.stamp, 11, colour, BOLD, left=left, room=room),
        gap(1),
        text(paper.stamp_note, 9, INK, left=left, room=room),
    )
    height = said.height + 2 * inset

    def draw(canvas: Canvas, top: float) -> None:
        canvas.setFillColor(light)
        canvas.setStrokeColor(colour)
        canvas.setLineWidth(0.8)
        canvas.roundRect(LEFT, top - height, ROOM, height, 5, stroke=1, fill=1)
        said.draw(canvas, top - inset)

    return Block(height, draw)


def _figures(line: PaperLine) -> tuple[str, ...]:
    return line.quantity, line.price, line.days, line.total


def _widths(paper: QuotePaper) -> list[float]:
    """Of each column: as wide as what stands in it, and the part as what remains."""
    widths = []
    for number, least in enumerate(_NARROWEST):
        said = [width_of(_figures(line)[number], _BODY, PLAIN) for line in paper.lines]
        words = paper.columns[number + 1].split()
        said += [width_of(word, _SMALL, BOLD) for word in words]
        widths.append(max(least, max(said) + 2 * _PAD + 0.5))
    return [ROOM - sum(widths), *widths]


def _columns(paper: QuotePaper, widths: Sequence[float]) -> Block:
    cells = [text(paper.columns[0], _SMALL, INK, BOLD, left=LEFT + _PAD, room=widths[0] - 2 * _PAD)]
    cells += _right(paper.columns[1:], widths, _SMALL, bold=True)
    inner = beside(*cells)
    height = inner.height + 9

    def ground(canvas: Canvas, top: float) -> None:
        canvas.setFillColor(GROUND)
        canvas.rect(LEFT, top - height, ROOM, height, stroke=0, fill=1)
        canvas.setStrokeColor(INK)
        canvas.setLineWidth(0.8)
        canvas.line(LEFT, top - height, LEFT + ROOM, top - height)
        inner.draw(canvas, top - 4)

    return Block(height, ground)


def _row(line: PaperLine, widths: Sequence[float]) -> Block:
    left = LEFT + _PAD + (_PICTURE + 3 * MM)
    room = LEFT + widths[0] - _PAD - left
    words = [text(line.title, _BODY, INK, BOLD, left=left, room=room), gap(1.5)]
    words += [text(detail, _SMALL, SOFT, left=left, room=room) for detail in line.details]
    if line.note:
        words += [gap(2), text(line.note, _SMALL, INK, left=left, room=room)]
    if line.remark:
        space = ROOM - widths[0] - widths[1] - 2 * _PAD
        start = LEFT + widths[0] + widths[1] + _PAD
        figures = _right((line.quantity,), widths, _BODY, bold=False)
        figures.append(text(line.remark, _SMALL + 0.5, ACCENT, left=start, room=space, align="r"))
    else:
        figures = _right(_figures(line), widths, _BODY, bold=False)
    body = beside(_picture(line.picture), below(*words), *figures)
    tall = max(body.height, _PICTURE)
    return below(gap(6), Block(tall, body.draw), gap(6), rule(LINE, 0.5))


def _right(cells: Sequence[str], widths: Sequence[float], size: float, *, bold: bool) -> list[Block]:
    """Figures under one another, at the right edges of their columns."""
    blocks, left = [], LEFT + widths[0]
    for cell, width in zip(cells, widths[1:], strict=False):
        face = BOLD if bold else PLAIN
        blocks.append(text(cell, size, INK, face, left=left + _PAD, room=width - 2 * _PAD, align="r"))
        left += width
    return blocks


def _picture(data: bytes | None) -> Block:
    """The part on its ground; without a picture a quiet sign in its place."""
    image = None if data is None else _small(data)

    def draw(canvas: Canvas, top: float) -> None:
        left, bottom = LEFT + _PAD, top - _PICTURE
        if image is not None:
            canvas.drawImage(image, left, bottom, _PICTURE, _PICTURE)
        else:
            canvas.setFillColor(GROUND)
            canvas.rect(left, bottom, _PICTURE, _PICTURE, stroke=0, fill=1)
            _draw_block(canvas, left + _PICTURE / 2, bottom + _PICTURE / 2, _PICTURE * 0.24)
        canvas.setStrokeColor(LINE)
        canvas.setLineWidth(0.5)
        canvas.roundRect(left, bottom, _PICTURE, _PICTURE, 2, stroke=1, fill=0)

    return Block(_PICTURE, draw)


def _draw_block(canvas: Canvas, x: float, y: float, edge: float) -> None:
    """The outline of a cube: a part of which only sizes are known."""
    canvas.setStrokeColor(SOFT)
    canvas.setLineWidth(0.8)
    across, half = edge * 0.866, edge / 2
    hull = ((0, edge), (across, half), (across, -half), (0, -edge), (-across, -half), (-across, half))
    path = canvas.beginPath()
    path.moveTo(x + hull[-1][0], y + hull[-1][1])
    for right, up in hull:
        path.lineTo(x + right, y + up)
    for right, up in ((-across, half), (across, half), (0, -edge)):
        path.moveTo(x, y)
        path.lineTo(x + right, y + up)
    canvas.drawPath(path, stroke=1, fill=0)


def _small(data: bytes) -> ImageReader | None:
    """On white, and no finer than paper shows; None for what is no picture: the paper is whole without it."""
    try:
        with Image.open(io.BytesIO(data)) as drawn:
            whole = drawn.convert("RGBA")
    except (UnidentifiedImageError, OSError):
        return None
    ground = Image.new("RGBA", whole.size, (*_WHITE, 255))
    ground.alpha_composite(whole)
    return ImageReader(ground.convert("RGB").resize((_PIXELS, _PIXELS), Image.Resampling.LANCZOS))


def _tail(paper: QuotePaper) -> Block:
    blocks = [gap(8)]
    for pair in paper.totals:
        blocks += [_total(pair, 9.5), gap(2)]
    blocks += [
        gap(3),
        rule(INK, 0.8, left=_total_left()),
        gap(5),
        _total(paper.due, 12.5, strong=True),
        gap(20),
    ]
    for note in paper.notes:
        blocks += [text(note, 8.5, SOFT), gap(3)]
    return below(*blocks)


def _total_left() -> float:
    return LEFT + ROOM * 0.45


def _total(pair: tuple[str, str], size: float, *, strong: bool = False) -> Block:
    label, amount = pair
    face = BOLD if strong else PLAIN
    room = ROOM * 0.55 - width_of(amount, size, face) - 2 * _PAD
    return beside(
        text(label, size, INK if strong else SOFT, face, left=_total_left(), room=room),
        text(amount, size, INK, face, left=LEFT, room=ROOM - _PAD, align="r"),
    )
