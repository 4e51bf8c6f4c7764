"""Where everything stands on a receipt."""

from collections.abc import Callable
from typing import IO

import segno
from reportlab.lib.colors import Color
from reportlab.pdfgen.canvas import Canvas

from makeline.adapters.drawing.lettering import width_of, wrap, write
from makeline.cases.ordering.slip import Slip

_MM = 72 / 25.4
_WIDTH = 100 * _MM
_MARGIN = 9 * _MM
_ROOM = _WIDTH - 2 * _MARGIN
_LEADING = 1.42
_QR = 30 * _MM
_INK, _SOFT = Color(0.11, 0.13, 0.15), Color(0.36, 0.39, 0.43)
_LINE, _ACCENT, _ALARM = Color(0.83, 0.82, 0.8), Color(0.04, 0.42, 0.33), Color(0.68, 0.13, 0.1)

Draw = Callable[[Canvas, float], None]


class SlipDrawing:
    """Collects the parts of a slip from the top down; its height is known when all are there."""

    def __init__(self, slip: Slip) -> None:
        self._parts: list[tuple[float, Draw]] = []
        self._depth = _MARGIN
        self._slip = slip
        self._head(slip)
        self._pairs(slip.facts, size=8.5)
        self._goods(slip)
        self._foot(slip)

    def save(self, paper: IO[bytes]) -> None:
        """Write the PDF."""
        height = self._depth + _MARGIN
        # Invariant: no clock and no random id, so that equal slips are equal bytes.
        canvas = Canvas(
            paper, pagesize=(_WIDTH, height), invariant=1, pageCompression=1, lang=self._slip.language
        )
        canvas.setTitle(f"{self._slip.heading} {self._slip.number}")
        canvas.setAuthor(self._slip.seller[0])
        for depth, draw in self._parts:
            draw(canvas, height - depth)
        canvas.showPage()
        canvas.save()

    def _head(self, slip: Slip) -> None:
        self._text(slip.seller[0], 13, _ACCENT)
        for line in slip.seller[1:]:
            self._text(line, 8, _SOFT)
        self._gap(10)
        self._text(slip.heading, 20, _INK)
        if slip.stamp:
            self._gap(4)
            self._stamp(slip.stamp, slip.note)
        self._gap(8)

    def _goods(self, slip: Slip) -> None:
        self._rule()
        self._text(slip.item_heading, 8, _SOFT)
        for line in slip.lines:
            self._pair(line.title, line.amount, 10, _INK)
            self._text(line.count, 8, _SOFT)
            self._gap(3)
        self._rule()
        (label, total), *more = slip.totals
        self._pair(label, total, 13, _INK)
        self._pairs(tuple(more), size=8.5)

    def _foot(self, slip: Slip) -> None:
        if slip.remark:
            self._gap(6)
            self._text(slip.remark, 8.5, _ALARM)
        self._gap(10)
        self._rule()
        self._code(slip.address)
        self._text(slip.address_heading, 8, _SOFT, centred=True)

    def _pairs(self, pairs: tuple[tuple[str, str], ...], *, size: float) -> None:
        for label, value in pairs:
            self._pair(label, value, size, _SOFT)

    def _text(
        self, text: str, size: float, colour: Color, *, centred: bool = False, inset: float = 0
    ) -> None:
        for line in wrap(text, size, _ROOM - 2 * inset):
            x = (_WIDTH - width_of(line, size)) / 2 if centred else _MARGIN + inset
            self._line(size, colour, ((x, line),))

    def _pair(self, label: str, value: str, size: float, colour: Color) -> None:
        """A label at the left and its value at the right; whichever is long goes on below."""
        right = wrap(value, size, _ROOM * 0.62)
        widest = max((width_of(line, size) for line in right), default=0)
        left = wrap(label, size, _ROOM - widest - 3 * _MM)
        for number in range(max(len(left), len(right))):
            pieces = [(_MARGIN, left[number])] if number < len(left) else []
            if number < len(right):
                pieces.append((_WIDTH - _MARGIN - width_of(right[number], size), right[number]))
            self._line(size, colour, tuple(pieces))

    def _line(self, size: float, colour: Color, pieces: tuple[tuple[float, str], ...]) -> None:
        def draw(canvas: Canvas, y: float) -> None:
            canvas.setFillColor(colour)
            for x, text in pieces:
                write(canvas, x, y, text, size)

        self._parts.append((self._depth + size, draw))
        self._depth += size * _LEADING

    def _stamp(self, stamp: str, note: str) -> None:
        top = self._depth
        self._gap(6)
        self._text(stamp, 11, _ALARM, inset=8)
        self._text(note, 8, _INK, inset=8)
        self._gap(5)
        height = self._depth - top

        def frame(canvas: Canvas, y: float) -> None:
            canvas.setStrokeColor(_ALARM)
            canvas.setLineWidth(1.2)
            canvas.roundRect(_MARGIN, y, _ROOM, height, 6)

        self._parts.append((self._depth, frame))

    def _rule(self) -> None:
        def draw(canvas: Canvas, y: float) -> None:
            canvas.setStrokeColor(_LINE)
            canvas.setLineWidth(0.7)
            canvas.line(_MARGIN, y, _WIDTH - _MARGIN, y)

        self._gap(5)
        self._parts.append((self._depth, draw))
        self._gap(5)

    def _gap(self, points: float) -> None:
        self._depth += points

    def _code(self, address: str) -> None:
        rows = [bytes(row) for row in segno.make(address, error="m", micro=False).matrix]
        side = _QR / len(rows)
        left = (_WIDTH - _QR) / 2

        def draw(canvas: Canvas, y: float) -> None:
            canvas.setFillColor(_INK)
            path = canvas.beginPath()
            for down, row in enumerate(rows, start=1):
                for across, dark in enumerate(row):
                    if dark:
                        path.rect(left + across * side, y + _QR - down * side, side, side)
            canvas.drawPath(path, stroke=0, fill=1)
            canvas.linkURL(address, (left, y, left + _QR, y + _QR))

        self._gap(8)
        self._depth += _QR
        self._parts.append((self._depth, draw))
        self._gap(6)
