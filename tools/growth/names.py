"""Names in a copied row: what has to be another one in each copy, wherever it stands in a text.

A name is found by its form: a kiosk, a session, an order, the print partner's ids, a hash, a buyer. A copy of it keeps
the form, never repeats, and is spread as the original would be, so that indexes grow as they do in a shop.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

KIOSK = "GROWTHKIOSK"
BUYER = "growthbuyer"
_BASE32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# Odd, so that multiplying by it loses nothing; large, so that neighbours come to lie far apart.
_SPREAD = 0x9E3779B97F4A7C15
# Hexadecimal digits of a random name, and of a hash, that differ from copy to copy.
RANDOM_DIGITS, HASH_DIGITS = 12, 15

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


class Kind(StrEnum):
    """What a piece of a text is."""

    TEXT = "text"
    KIOSK = "kiosk"
    BUYER = "buyer"
    RANDOM = "random"
    ORDER = "order"
    DATED = "dated"
    HASH = "hash"
    ID = "id"


@dataclass(frozen=True, slots=True)
class Strides:
    """By how much the ids of each table grow from one copy to the next, and the highest id that is not copied."""

    of: Mapping[str, int]
    base: Mapping[str, int]

    def step(self, table: str, number: int | None) -> int:
        """By how much this id grows; a row of the sample shop is the same in all copies."""
        return self.of[table] if number is not None and number > self.base[table] else 0


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text: what of it the database has to know to make a copy of it."""

    kind: Kind
    held: tuple[str | int, ...]


def kiosk_called(number: int) -> str:
    """The key of a kiosk."""
    return f"{KIOSK}{number:02d}"


def device_called(number: int) -> str:
    """The name of its device at the print partner."""
    return f"DEV_{KIOSK}{number:02d}"


def mixed(copy: int, digits: int) -> int:
    """What is mixed into random names of so many hexadecimal digits in this copy."""
    return copy * _SPREAD & (1 << 4 * digits) - 1


def pieces(text: str, strides: Strides) -> list[Piece]:
    """A text as what stays and what differs from copy to copy."""
    found: list[Piece] = []
    end = 0
    for match in _NAME.finditer(text):
        piece = _piece(match, text, strides)
        if piece is None:
            continue
        if match.start() > end:
            found.append(Piece(Kind.TEXT, (text[end : match.start()],)))
        found.append(piece)
        end = match.end()
    if end < len(text):
        found.append(Piece(Kind.TEXT, (text[end:],)))
    return found


def _piece(match: re.Match[str], text: str, strides: Strides) -> Piece | None:
    kind = Kind(match.lastgroup or "text")
    value = match[kind.value]
    if kind is Kind.KIOSK or kind is Kind.BUYER:
        return Piece(kind, (value,))
    if kind is Kind.RANDOM:
        # Twelve letters are sixty bits; the copies' are hexadecimal digits, which are letters of the same kind.
        low = _from_base32(value[:12]) & (1 << 4 * RANDOM_DIGITS) - 1
        return Piece(kind, (low, value[12:]))
    if kind is Kind.ORDER:
        return Piece(kind, (int(value), strides.step("orders", int(value))))
    if kind is Kind.DATED:
        table = "payments" if value.startswith("PYEN") else "print_jobs"
        number = int(value[10:])
        return Piece(kind, (value[:4], int(value[4:6]), value[6:10], number, strides.step(table, number)))
    if kind is Kind.HASH:
        return Piece(kind, (int(value[:HASH_DIGITS], 16), value[HASH_DIGITS:]))
    table = _TABLE_OF_ID.get(text[: match.start() - 5].rpartition('"')[2])
    if table is None:
        return None
    return Piece(Kind.ID, (int(value), strides.step(table, int(value))))


def _from_base32(text: str) -> int:
    number = 0
    for letter in text:
        number = number << 5 | _BASE32.index(letter)
    return number
