"""How a copy is said in SQL, so that the database makes the copies itself: one tongue for each engine.

``c`` is a row of ``growth_copies``; the columns of a piece hold what ``names.Piece`` says.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tools.growth.names import HASH_DIGITS, RANDOM_DIGITS, Kind

# Copies begin a little earlier than the block, each at a moment of its own within the hour.
_HOUR = 3600
_STEP = 2243
# The print partner's form holds a million numbers a day; the next million happened a year earlier.
_DAY = 1_000_000


@dataclass(frozen=True, slots=True)
class Tongue:
    """The words of one engine. ``held``: a moment as its stage keeps it; ``shift``: how much earlier a copy is, as
    ``growth_copies`` keeps it."""

    zeros: Callable[[str, int], str]
    hexadecimal: Callable[[str, int, str], str]
    xor: Callable[[str, str], str]
    moment: Callable[[str], str]
    held: Callable[[Any], Any]
    shift: Callable[[timedelta], Any]

    def said(self, kind: Kind, columns: Sequence[str]) -> str:
        """A piece of this kind, of these columns of its stage."""
        return _SAID[kind](self, *columns)


def earlier(copy: int, months: int) -> timedelta:
    """How much earlier than in the block everything happened in a copy, that is so many months old."""
    return timedelta(days=30 * months, seconds=copy * _STEP % _HOUR, microseconds=copy % 1000)


def moved(value: str, step: str, which: str) -> str:
    """An id in a copy; ``which``: "copy", or "home" where a copy has no such row of its own."""
    return f"({value} + {step} * c.{which})"


def _dated(tongue: Tongue, form: str, year: str, day: str, number: str, step: str) -> str:
    late = moved(number, step, "copy")
    # The block keeps its year, and so does what is sold after it: no copy may have been called so before.
    years = tongue.zeros(f"(({year} + 99 - {late} / {_DAY}) % 100)", 2)
    return f"{form} || {years} || {day} || {tongue.zeros(f'({late} % {_DAY})', 6)}"


_SAID: dict[Kind, Callable[..., str]] = {
    Kind.TEXT: lambda tongue, text: text,
    Kind.KIOSK: lambda tongue, number: f"'KIOSK' || c.six || 'X' || {number}",
    Kind.BUYER: lambda tongue, number: f"'buyer' || c.six || 'x' || {number}",
    Kind.RANDOM: lambda tongue, low, rest: (
        f"{tongue.hexadecimal(tongue.xor(low, 'c.random'), RANDOM_DIGITS, 'X')} || {rest}"
    ),
    Kind.ORDER: lambda tongue, number, step: f"'ORDER_' || {tongue.zeros(moved(number, step, 'copy'), 8)}",
    Kind.DATED: _dated,
    Kind.HASH: lambda tongue, low, rest: (
        f"{tongue.hexadecimal(tongue.xor(low, 'c.hash'), HASH_DIGITS, 'x')} || {rest}"
    ),
    Kind.ID: lambda tongue, number, step: f"CAST({moved(number, step, 'copy')} AS TEXT)",
}


def _microseconds(value: str | None) -> int | None:
    if value is None:
        return None
    moment = datetime.fromisoformat(value)
    return int(moment.timestamp()) * 1_000_000 + moment.microsecond


def _sqlite_moment(column: str) -> str:
    when = f"({column} - c.earlier)"
    return f"strftime('%Y-%m-%dT%H:%M:%S', {when} / 1000000, 'unixepoch') || printf('.%06d+00:00', {when} % 1000000)"


def _postgres_hexadecimal(number: str, digits: int, case: str) -> str:
    said = f"lpad(to_hex({number}), {digits}, '0')"
    return f"upper({said})" if case == "X" else said


SQLITE = Tongue(
    zeros=lambda number, digits: f"printf('%0{digits}d', {number})",
    hexadecimal=lambda number, digits, case: f"printf('%0{digits}l{case}', {number})",
    xor=lambda one, other: f"(({one} | {other}) - ({one} & {other}))",
    moment=_sqlite_moment,
    held=_microseconds,
    shift=lambda shift: shift // timedelta(microseconds=1),
)
POSTGRESQL = Tongue(
    zeros=lambda number, digits: f"lpad(CAST({number} AS TEXT), {digits}, '0')",
    hexadecimal=_postgres_hexadecimal,
    xor=lambda one, other: f"({one} # {other})",
    moment=lambda column: f"({column} - c.earlier)",
    held=lambda moment: moment,
    shift=lambda shift: shift,
)
