"""Read what staff wants changed on the sheet, and say exactly what differs; every bad value is named."""

from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple

from makeline.cases.catalog.models import OfferField, OfferKind
from makeline.cases.catalog.sheet import NO, YES, Entry, Place, Sheet
from makeline.kernel.errors import FieldProblem, Invalid
from makeline.kernel.money import Money, NotMoney

# A slip of the keyboard costs at most this much, in minor units.
_DEAREST = 1_000_000
_MAY_BE_FREE = {
    (OfferKind.DELIVERY, OfferField.WEB_PRICE),
    # Nobody can order it but where a partner makes free orders.
    (OfferKind.TEMPLATE, OfferField.WEB_PRICE),
}
_MOST_PROBLEMS = 200
_TRUTHS = {"yes": YES, "true": YES, "1": YES, "no": NO, "false": NO, "0": NO}


class Wish(NamedTuple):
    """A value as somebody wrote it. ``row`` is where, in words: ``line 3``; ``columns`` name the place of each cell."""

    row: str
    kind: str
    item: str
    field: str
    value: str
    currency: str = ""
    columns: Sequence[str] = ("kind", "id", "field", "value", "currency")


class Difference(NamedTuple):
    """What changes, and what it was before."""

    row: str
    entry: Entry
    new: str

    @property
    def words(self) -> str:
        """One line for people."""
        kind, item, field = self.entry.place
        unit = f" {self.entry.currency}" if self.entry.currency else ""
        return f"{kind} {item}, {field.replace('_', ' ')}: {self.entry.value} → {self.new}{unit}"


def differences_of(sheet: Sheet, wishes: Sequence[Wish]) -> list[Difference]:
    """Only what differs from the sheet; raises ``Invalid`` with row and column of everything that cannot be read."""
    problems, found, seen = list[FieldProblem](), list[Difference](), dict[Place, str]()
    for wish in wishes:
        try:
            entry = _entry(sheet, wish)
            _once(seen, entry.place, wish.row)
            value = _value(entry, wish)
        except _Bad as bad:
            cell = (wish.kind, wish.item, wish.field, wish.value, wish.currency)[bad.column]
            problems.append(FieldProblem(f"{wish.row}, {wish.columns[bad.column]}", bad.message, cell[:40]))
            continue
        if value != entry.value:
            found.append(Difference(wish.row, entry, value))
    if problems:
        raise Invalid(*problems[:_MOST_PROBLEMS])
    return found


def draft_name(differences: Sequence[Difference]) -> str:
    """The same changes to the same values have the same name, so that what was looked at is what is done."""
    said = "\n".join(sorted(difference.words for difference in differences))
    return sha256(said.encode()).hexdigest()[:16]


class _Bad(Exception):
    def __init__(self, column: int, message: str) -> None:
        super().__init__(message)
        self.column = column
        self.message = message


def _entry(sheet: Sheet, wish: Wish) -> Entry:
    try:
        kind = OfferKind(wish.kind)
    except ValueError:
        raise _Bad(0, f"must be one of {', '.join(OfferKind)}") from None
    of_item = {place.field: entry for place, entry in sheet.items() if place[:2] == (kind, wish.item)}
    if not of_item:
        raise _Bad(1, f"is no {kind} of ours")
    try:
        return of_item[OfferField(wish.field)]
    except (ValueError, KeyError):
        raise _Bad(2, f"must be one of {', '.join(of_item)} for a {kind}") from None


def _once(seen: dict[Place, str], place: Place, row: str) -> None:
    if place in seen:
        raise _Bad(1, f"stands in {seen[place]} already")
    seen[place] = row


def _value(entry: Entry, wish: Wish) -> str:
    if entry.currency is None:
        known = _TRUTHS.get(wish.value.casefold())
        if known is None:
            raise _Bad(3, "must be yes or no")
        return known
    if wish.currency and wish.currency.upper() != entry.currency:
        raise _Bad(4, f"must stay {entry.currency}")
    try:
        price = Money.of(wish.value, entry.currency)
    except NotMoney as error:
        raise _Bad(3, f"must be a price such as 19.99: {error}") from None
    least = 0 if (entry.place.kind, entry.place.field) in _MAY_BE_FREE else 1
    if not least <= price.minor <= _DEAREST:
        told = f"must be from {Money(least, entry.currency)} to {Money(_DEAREST, entry.currency)}"
        raise _Bad(3, told)
    return str(price.decimal())
