"""Names in a copied row: what has to be another one in each copy, wherever it stands in a text.

A name is found by its form: a kiosk, a session, an order, the print partner's ids, a hash, a buyer. A copy of it keeps
the form, never repeats, and is spread as the original would be, so that indexes grow as they do in a shop.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

KIOSK = "GROWTHKIOSK"
BUYER = "growthbuyer"
_BASE32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# Odd, so that multiplying by it loses nothing; large, so that neighbours come to lie far apart.
_SPREAD = 0x9E3779B97F4A7C15

_NAME = re.compile(
    rf"{KIOSK}(?P<kiosk>[0-9]{{2}})"
    rf"|{BUYER}(?P<buyer>[0-9]{{2}})"
    r"|(?<=_[0-9]{6}_)(?P<random>[0-9A-Z]{16})"
    r"|ORDER_(?P<order>[0-9]{8,})"
    r"|(?P<dated>(?:PYEN|OREN)[0-9]{12})"
    r"|(?P<hash>\b[0-9a-f]{40,64}\b)"
    r'|(?<=_id":)(?P<id>[0-9]+)'
)
_TABLE_OF_ID = {"order": "orders", "payment": "payments", "file": "part_files", "user": "users"}


@dataclass(frozen=True, slots=True)
class Strides:
    """By how much the ids of each table grow from one copy to the next, and the highest id that is not copied."""

    of: Mapping[str, int]
    base: Mapping[str, int]

    def moved(self, table: str, number: int, copy: int) -> int:
        """The id of the same row in a copy; a row of the sample shop is the same in all."""
        return number + self.of[table] * copy if number > self.base[table] else number


# What a piece of a text is in copy number so and so.
Piece = Callable[[int], str]


def kiosk_called(number: int, copy: int = 0) -> str:
    """The key of a kiosk."""
    return f"{KIOSK}{number:02d}" if copy == 0 else f"KIOSK{copy:06d}X{number:02d}"


def device_called(number: int) -> str:
    """The name of its device at the print partner."""
    return f"DEV_{KIOSK}{number:02d}"


def pieces(text: str, strides: Strides) -> list[str | Piece]:
    """A text as what stays and what differs from copy to copy."""
    found: list[str | Piece] = []
    end = 0
    for match in _NAME.finditer(text):
        piece = _piece(match, text, strides)
        if piece is None:
            continue
        if match.start() > end:
            found.append(text[end : match.start()])
        found.append(piece)
        end = match.end()
    if end < len(text):
        found.append(text[end:])
    return found


def _piece(match: re.Match[str], text: str, strides: Strides) -> Piece | None:
    kind, value = match.lastgroup, match[match.lastgroup or 0]
    if kind == "kiosk":
        return lambda copy: kiosk_called(int(value), copy)
    if kind == "buyer":
        return lambda copy: f"buyer{copy:06d}x{value}"
    if kind == "random":
        return lambda copy: _as_base32(_from_base32(value[:12]) ^ _mixed(copy, 60)) + value[12:]
    if kind == "order":
        return lambda copy: f"ORDER_{strides.moved('orders', int(value), copy):08d}"
    if kind == "dated":
        numbered = "payments" if value.startswith("PYEN") else "print_jobs"
        return lambda copy: _dated(value, strides.moved(numbered, int(value[10:]), copy))
    if kind == "hash":
        return lambda copy: f"{int(value[:15], 16) ^ _mixed(copy, 60):015x}{value[15:]}"
    table = _TABLE_OF_ID.get(text[: match.start() - 5].rpartition('"')[2])
    if table is None:
        return None
    return lambda copy: str(strides.moved(table, int(value), copy))


def _dated(value: str, number: int) -> str:
    """The print partner's form holds a million numbers a day; the next million happens a year later."""
    years, number = divmod(number, 1_000_000)
    return f"{value[:4]}{(int(value[4:6]) + years) % 100:02d}{value[6:10]}{number:06d}"


def _mixed(copy: int, bits: int) -> int:
    return copy * _SPREAD & (1 << bits) - 1


def _from_base32(text: str) -> int:
    number = 0
    for letter in text:
        number = number << 5 | _BASE32.index(letter)
    return number


def _as_base32(number: int) -> str:
    return "".join(_BASE32[number >> shift & 31] for shift in range(55, -1, -5))
