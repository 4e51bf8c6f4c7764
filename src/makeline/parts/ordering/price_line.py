"""The price of a wanted line: by the server alone, from a file that is the customer's in the same breath."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from makeline.commerce.accounts.members import Member
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import FieldProblem, Invalid, Kind, Refusal
from makeline.kernel.money import Money
from makeline.parts.catalog.queries import Rates, current_rates
from makeline.parts.geometry.models import PartFile
from makeline.parts.geometry.queries import file_to_use
from makeline.parts.geometry.wait import must_be_ready
from makeline.parts.ordering.wanted import WantedLine
from makeline.parts.pricing.refusals import Unpriceable
from makeline.parts.quotes.ask import buyer_of
from makeline.parts.quotes.confidence import Confidence, Doubt
from makeline.parts.quotes.keep import keep_price
from makeline.parts.quotes.kept import KeptPrice, kept_price
from makeline.parts.quotes.measured import measured_part
from makeline.parts.quotes.priced import Priced, price_request

# Every other doubt is about the file.
_FIELD_OF = {"MASKED_THREADS": "special_instructions"}


class PartPriceMismatch(Refusal):
    """The caller's price is not ours; ours is told and his is never used."""

    code = "PRICE_MISMATCH"
    kind = Kind.MALFORMED


class NeedsReview(Invalid):
    """A person has to look at a part before its price is a promise; ``reasons`` says why, a quote is the way."""

    code = "NEEDS_REVIEW"

    def __init__(self, doubts: Sequence[Doubt], *, at: str) -> None:
        fields = [f"{at}{_FIELD_OF.get(doubt.code, 'file_id')}" for doubt in doubts]
        told = list(zip(doubts, fields, strict=True))
        super().__init__(*(FieldProblem(field, doubt.message) for doubt, field in told))
        self.message = f"a person has to look at this part first, ask for a quote: {self.message}"
        self.extras = {"reasons": [doubt.told(field) for doubt, field in told]}


class SoldLine(NamedTuple):
    """A line with the price that is kept for it; ``breakdown`` in minor units per part."""

    kept: KeptPrice
    title: str
    file_id: int | None
    service: str
    location: str
    breakdown: Mapping[str, int]


def price_line(unit: UnitOfWork, member: Member, line: WantedLine, *, instructions: str) -> SoldLine:
    """Price, compare and keep. Raises ``Unpriceable``, ``NeedsReview`` for what no card may promise, ``NotFound`` for
    a file that is not his, ``FileNotReady``, ``PartPriceMismatch``; each names the field by where it stands.

    ``instructions``: what was said of the whole order.
    """
    rates = current_rates(unit)
    file, priced = _priced(unit, member, line, rates, instructions)
    if priced.judgement.confidence is Confidence.LOW:
        raise NeedsReview(priced.judgement.doubts, at=line.at)
    unit_price = Money.of(priced.price.unit, priced.price.currency)
    must_agree(line.unit, unit_price, f"{line.at}detail_price")
    must_agree(line.total, unit_price.times(priced.price.quantity), f"{line.at}total_price")
    kept = kept_price(unit, keep_price(unit, priced, owner_id=member.user_id))
    return sold_line(kept, rates, title=line.title or named(file, priced))


def sold_line(kept: KeptPrice, rates: Rates, *, title: str) -> SoldLine:
    """A kept price as a line of an order; one that was made by hand is one amount, made wherever it was asked for."""
    asked, told = kept.asked, kept.told
    service = str(asked.get("service_id") or "")
    place = told.get("location") or asked.get("location") or _nearest(rates, service)
    lines = told.get("breakdown") or [{"line": "part", "amount": kept.unit.decimal()}]
    return SoldLine(
        kept,
        title,
        kept.file_id,
        service,
        str(place),
        {str(one["line"]): Money.of(Decimal(one["amount"]), kept.currency).minor for one in lines},
    )


def named(file: PartFile | None, priced: Priced) -> str:
    """What the line is called where nobody called it anything: its file or its sizes, and what of."""
    request = priced.request
    if file is not None:
        what = file.original_name
    else:
        sizes = request.sizes
        given = (sizes.length, sizes.width, sizes.height, sizes.diameter)
        what = " × ".join(f"{size.normalize():f}" for size in given if size is not None) + " mm"
    return f"{what}, {request.material} {request.form}, {request.service.value}"


def must_agree(said: Money | None, ours: Money, field: str) -> None:
    """Raises ``PartPriceMismatch`` telling ours."""
    if said is not None and said != ours:
        raise PartPriceMismatch(
            f"{field} is {said}, the price is {ours}",
            field=field,
            expected_amount=ours.as_number(),
            currency=ours.currency,
        )


def _priced(
    unit: UnitOfWork, member: Member, line: WantedLine, rates: Rates, instructions: str
) -> tuple[PartFile | None, Priced]:
    file = None
    if line.file_id is not None:
        file = file_to_use(unit, member.user_id, line.file_id)
        must_be_ready(file, field=f"{line.at}file_id")
    card = line.fields.get("rate_card")
    if card not in (None, "", rates.card):
        raise Invalid(FieldProblem(f"{line.at}rate_card", f"orders are priced by {rates.card}"))
    measured = None if file is None else measured_part(file)
    said = (line.fields.get("special_instructions"), instructions)
    words = "\n".join(one for one in said if isinstance(one, str))
    fields = {**line.fields, "special_instructions": words}
    try:
        return file, price_request(fields, rates, measured=measured, buyer=buyer_of(member))
    except Unpriceable as refusal:
        if not line.at:
            raise
        raise Unpriceable([reason.placed(line.at) for reason in refusal.reasons]) from None


def _nearest(rates: Rates, service: str) -> str:
    """Of the places that offer a service the one that sends for the least."""
    offering = [place for place in rates.tables.locations.values() if service in place.services]
    places = offering or list(rates.tables.locations.values())
    return min(places, key=lambda place: (place.shipping, place.id)).id
