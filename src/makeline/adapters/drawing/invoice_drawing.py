"""Where everything stands on an invoice."""

from collections.abc import Iterator, Sequence
from typing import IO

from reportlab.pdfgen.canvas import Canvas

from makeline.adapters.drawing.lettering import BOLD, PLAIN, width_of
from makeline.adapters.drawing.office_paper import (
    ACCENT,
    GROUND,
    INK,
    LEADING,
    LEFT,
    LINE,
    MM,
    RIGHT,
    ROOM,
    SOFT,
    Block,
    TablePages,
    below,
    beside,
    boxed,
    gap,
    labelled,
    letterhead,
    print_pages,
    rule,
    square_code,
    text,
)
from makeline.commerce.invoices.sheet import Pair, Sheet

_INSET = 4 * MM
_CODE = 35 * MM
_LABELS = 27 * MM
_PAD = 2 * MM
_SMALL, _BODY = 7.5, 9.5
# Numbers, quantities, measures and amounts are at least as wide as this; the title has what is left.
_NARROWEST = (7 * MM, 0.0, 15 * MM, 12 * MM, 22 * MM, 20 * MM, 25 * MM)


def draw_invoice(sheet: Sheet, paper: IO[bytes]) -> None:
    """Write the PDF."""
    widths = _widths(sheet)
    pages = TablePages(
        head=list(_head(sheet)),
        columns=_columns(sheet, widths),
        rows=[_row(sheet, widths, cells) for cells in sheet.rows],
        tail=_tail(sheet),
        running=below(text(sheet.title, 8.5, SOFT), gap(8)),
    )
    print_pages(
        paper,
        pages.paged(),
        title=sheet.title,
        author=sheet.seller[0],
        language=sheet.language,
        foot=lambda page, pages: sheet.page.format(page=page, pages=pages),
    )


def _head(sheet: Sheet) -> Iterator[Block]:
    yield letterhead(sheet.seller)
    yield text(sheet.heading, 21, INK, BOLD)
    yield text(", ".join(sheet.dates), 10.5, SOFT)
    yield gap(12)
    yield _payment(sheet)
    yield gap(12)
    for label, value in sheet.parties:
        yield labelled(label, value, width=_LABELS, size=_BODY)
    yield gap(8)


def _payment(sheet: Sheet) -> Block:
    """The account, and beside it the code that fills a payment in."""
    room = ROOM - 2 * _INSET
    if not sheet.payment_code:
        return boxed(_requisites(sheet, room), inset=_INSET)
    left = RIGHT - _INSET - _CODE
    code = below(
        square_code(sheet.payment_code, _CODE, left=left),
        gap(3),
        text(sheet.payment_caption, 6.5, SOFT, left=left, room=_CODE, align="c"),
    )
    return boxed(beside(_requisites(sheet, room - _CODE - 6 * MM), code), inset=_INSET)


def _requisites(sheet: Sheet, room: float) -> Block:
    left, half = LEFT + _INSET, (room - 5 * MM) / 2
    rows: list[Block] = [text(sheet.requisites_heading, 9, ACCENT, BOLD, left=left, room=room), gap(4)]
    for pairs in sheet.requisites:
        if len(pairs) == 2 and all(width_of(value, _BODY, PLAIN) <= half for _, value in pairs):
            first, second = pairs
            rows.append(beside(_said(first, left, half), _said(second, left + half + 5 * MM, half)))
        else:
            rows += [_said(pair, left, room) for pair in pairs]
        rows.append(gap(5))
    return below(*rows[:-1])


def _said(pair: Pair, left: float, room: float) -> Block:
    label, value = pair
    return below(text(label, _SMALL, SOFT, left=left, room=room), text(value, _BODY, left=left, room=room))


def _widths(sheet: Sheet) -> list[float]:
    """Of each column: as wide as what stands in it, and the title as what remains."""
    narrowest = _NARROWEST if len(sheet.columns) == len(_NARROWEST) else (*_NARROWEST[:5], _NARROWEST[-1])
    widths = []
    for number, least in enumerate(narrowest):
        said = [width_of(row[number], 9, PLAIN) for row in sheet.rows]
        said.append(width_of(sheet.columns[number], 8, BOLD))
        widths.append(max(least, max(said) + 2 * _PAD + 0.5) if least else 0.0)
    widths[1] = max(30 * MM, ROOM - sum(widths))
    return widths


def _columns(sheet: Sheet, widths: Sequence[float]) -> Block:
    cells = _cells(sheet, widths, sheet.columns, size=8, bold=True)
    height = cells.height + 9

    def ground(canvas: Canvas, top: float) -> None:
        canvas.setFillColor(GROUND)
        canvas.rect(LEFT, top - height, ROOM, height, stroke=0, fill=1)
        canvas.setStrokeColor(INK)
        canvas.setLineWidth(0.8)
        canvas.line(LEFT, top - height, RIGHT, top - height)
        cells.draw(canvas, top - 4)

    return Block(height, ground)


def _row(sheet: Sheet, widths: Sequence[float], cells: Sequence[str]) -> Block:
    return below(gap(4), _cells(sheet, widths, cells, size=9, bold=False), gap(4), rule(LINE, 0.5))


def _cells(sheet: Sheet, widths: Sequence[float], cells: Sequence[str], *, size: float, bold: bool) -> Block:
    left = LEFT
    blocks = []
    for cell, width, align in zip(cells, widths, sheet.aligned, strict=True):
        room = width - 2 * _PAD
        blocks.append(
            text(cell, size, INK, BOLD if bold else PLAIN, left=left + _PAD, room=room, align=align)
        )
        left += width
    return beside(*blocks)


def _tail(sheet: Sheet) -> Block:
    blocks = [gap(8)]
    for label, amount in sheet.totals:
        blocks += [_total((label, amount), 9.5), gap(2)]
    label, amount = sheet.due
    blocks += [gap(3), rule(INK, 0.8, left=_total_left()), gap(5), _total((label, amount), 12.5, strong=True)]
    blocks += [gap(12), text(sheet.count, 9, SOFT), gap(1), text(sheet.in_words, 10.5, INK, BOLD), gap(8)]
    for note in sheet.notes:
        blocks += [text(note, 8.5, SOFT), gap(3)]
    for signature in sheet.signatures:
        blocks += [gap(20), _signature(signature)]
    return below(*blocks)


def _total_left() -> float:
    return LEFT + ROOM * 0.45


def _total(pair: Pair, size: float, *, strong: bool = False) -> Block:
    label, amount = pair
    face = BOLD if strong else PLAIN
    shown = width_of(amount, size, face)
    room = ROOM * 0.55 - shown - 2 * _PAD
    return beside(
        text(label, size, INK if strong else SOFT, face, left=_total_left(), room=room),
        text(amount, size, INK, face, left=LEFT, room=ROOM - _PAD, align="r"),
    )


def _signature(pair: Pair) -> Block:
    role, name = pair
    start, end = LEFT + 38 * MM, LEFT + 100 * MM

    def line(canvas: Canvas, top: float) -> None:
        canvas.setStrokeColor(SOFT)
        canvas.setLineWidth(0.6)
        base = top - 9 * LEADING
        canvas.line(start, base, end, base)

    return beside(
        text(role, 9, SOFT, room=36 * MM),
        Block(0, line),
        text(name, 9.5, left=end + 4 * MM, room=RIGHT - end - 4 * MM),
    )
