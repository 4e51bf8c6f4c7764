"""Sheets of A4 as offices use them: blocks from the top down, tables that go on over the page, numbered feet."""

from collections.abc import Callable, Sequence
from typing import IO, NamedTuple

import segno
from reportlab.lib.colors import Color
from reportlab.pdfgen.canvas import Canvas

from makeline.adapters.drawing.lettering import BOLD, PLAIN, Face, width_of, wrap, write

MM = 72 / 25.4
WIDTH, HEIGHT = 210 * MM, 297 * MM
# Wide enough at the left to be filed.
LEFT, RIGHT = 20 * MM, WIDTH - 14 * MM
ROOM = RIGHT - LEFT
_TOP, _BOTTOM = HEIGHT - 15 * MM, 20 * MM
LEADING = 1.32
INK, SOFT = Color(0.10, 0.12, 0.14), Color(0.40, 0.43, 0.47)
LINE, GROUND, ACCENT = Color(0.82, 0.83, 0.83), Color(0.955, 0.962, 0.958), Color(0.04, 0.42, 0.33)

# Draws what begins at this height.
Draw = Callable[[Canvas, float], None]


class Block(NamedTuple):
    """Something of a height in points that stays on one page."""

    height: float
    draw: Draw


def gap(points: float) -> Block:
    """Nothing."""
    return Block(points, lambda _canvas, _top: None)


def rule(colour: Color = LINE, thickness: float = 0.6, *, left: float = LEFT) -> Block:
    """A line to the right edge."""

    def draw(canvas: Canvas, top: float) -> None:
        canvas.setStrokeColor(colour)
        canvas.setLineWidth(thickness)
        canvas.line(left, top, RIGHT, top)

    return Block(0, draw)


def text(
    said: str,
    size: float,
    colour: Color = INK,
    face: Face = PLAIN,
    *,
    left: float = LEFT,
    room: float = ROOM,
    align: str = "l",
) -> Block:
    """Lines as wide as ``room``; ``align``: ``l``, ``c`` or ``r``."""
    lines = wrap(said, size, room, face)

    def draw(canvas: Canvas, top: float) -> None:
        canvas.setFillColor(colour)
        for number, line in enumerate(lines):
            free = room - width_of(line, size, face)
            x = left + {"l": 0.0, "c": free / 2, "r": free}[align]
            write(canvas, x, top - size - number * size * LEADING, line, size, face)

    return Block(len(lines) * size * LEADING, draw)


def beside(*blocks: Block) -> Block:
    """Blocks that begin at the same height."""

    def draw(canvas: Canvas, top: float) -> None:
        for block in blocks:
            block.draw(canvas, top)

    return Block(max((block.height for block in blocks), default=0), draw)


def below(*blocks: Block) -> Block:
    """Blocks one under the other, as one that stays together."""

    def draw(canvas: Canvas, top: float) -> None:
        for block in blocks:
            block.draw(canvas, top)
            top -= block.height

    return Block(sum(block.height for block in blocks), draw)


def boxed(inner: Block, *, inset: float) -> Block:
    """On a light ground with round corners."""
    height = inner.height + 2 * inset

    def draw(canvas: Canvas, top: float) -> None:
        canvas.setFillColor(GROUND)
        canvas.setStrokeColor(LINE)
        canvas.setLineWidth(0.6)
        canvas.roundRect(LEFT, top - height, ROOM, height, 5, stroke=1, fill=1)
        inner.draw(canvas, top - inset)

    return Block(height, draw)


def square_code(said: str, side: float, *, left: float) -> Block:
    """A QR code of UTF-8, on white so that it can be read."""
    rows = [
        bytes(row)
        for row in segno.make(said, error="m", micro=False, encoding="utf-8", boost_error=False).matrix
    ]
    step = side / (len(rows) + 4)

    def draw(canvas: Canvas, top: float) -> None:
        canvas.setFillColor(Color(1, 1, 1))
        canvas.rect(left, top - side, side, side, stroke=0, fill=1)
        canvas.setFillColor(INK)
        path = canvas.beginPath()
        for down, row in enumerate(rows, start=3):
            for across, dark in enumerate(row, start=2):
                if dark:
                    path.rect(left + across * step, top - down * step, step, step)
        canvas.drawPath(path, stroke=0, fill=1)

    return Block(side, draw)


def letterhead(sender: Sequence[str]) -> Block:
    """Whose paper it is: his name, what else there is to say of him, and a rule."""
    return below(
        text(sender[0], 12, ACCENT, BOLD),
        *(text(line, 8, SOFT) for line in sender[1:]),
        gap(5),
        rule(ACCENT, 1.4),
        gap(13),
    )


def labelled(label: str, value: str, *, width: float, size: float) -> Block:
    """A value beside its label, which is ``width`` wide; a gap stands under both."""
    return below(
        beside(
            below(gap(1.1), text(label, 8.5, SOFT, room=width)),
            text(value, size, left=LEFT + width, room=ROOM - width),
        ),
        gap(4),
    )


class TablePages(NamedTuple):
    """A table between what stands above and below it; ``tail`` never stands alone on a page."""

    head: Sequence[Block]
    columns: Block
    rows: Sequence[Block]
    tail: Block
    running: Block

    def paged(self) -> list[list[Block]]:
        """The blocks of each page; the names of the columns stand on each that has rows."""
        pages = [[*self.head, self.columns]]
        left = _TOP - _BOTTOM - sum(block.height for block in pages[0])
        rows_on_page = 0
        for row in self.rows:
            if row.height > left and rows_on_page:
                pages.append([self.running, self.columns])
                left, rows_on_page = self._room_of_next(), 0
            pages[-1].append(row)
            left -= row.height
            rows_on_page += 1
        if self.tail.height > left:
            # The last row goes along, unless its page would stay without any.
            carried = [pages[-1].pop()] if rows_on_page > 1 else []
            pages.append([self.running, *([self.columns] if carried else []), *carried])
        pages[-1].append(self.tail)
        return pages

    def _room_of_next(self) -> float:
        return _TOP - _BOTTOM - self.running.height - self.columns.height


def print_pages(
    paper: IO[bytes],
    pages: Sequence[Sequence[Block]],
    *,
    title: str,
    author: str,
    language: str,
    foot: Callable[[int, int], str],
) -> None:
    """Write the PDF; ``foot`` tells what stands under a page of so many. Equal pages are equal bytes."""
    canvas = Canvas(paper, pagesize=(WIDTH, HEIGHT), invariant=1, pageCompression=1, lang=language)
    canvas.setTitle(title)
    canvas.setAuthor(author)
    for number, blocks in enumerate(pages, start=1):
        top = _TOP
        for block in blocks:
            block.draw(canvas, top)
            top -= block.height
        below(rule(), gap(4), text(foot(number, len(pages)), 7.5, SOFT, align="r")).draw(
            canvas, _BOTTOM - 5 * MM
        )
        canvas.showPage()
    canvas.save()
