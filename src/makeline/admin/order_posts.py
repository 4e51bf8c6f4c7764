"""The forms of an order's page: each runs one verb of the room whose order it is, in the name of who pressed."""

from collections.abc import Callable
from datetime import date
from typing import Any

from starlette.responses import Response

from makeline.admin import print_deeds
from makeline.admin.acting import member_of
from makeline.admin.order_deeds import Deed
from makeline.admin.page import Post
from makeline.admin.questions.order_file import order_numbered
from makeline.admin.visit import Visit
from makeline.cases.kiosk.give_back import give_back
from makeline.cases.kiosk.renew_link import renew_link
from makeline.cases.privacy.erase import erase_order
from makeline.cases.production.rearrange import change_priority
from makeline.cases.shop.cancel_order import cancel_order
from makeline.cases.shop.hand_over import collect_order, ship_order
from makeline.cases.shop.queries import web_order_of
from makeline.commerce.orders.notes import note_order
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import FieldProblem, Invalid
from makeline.parts.ordering.bank import return_money, take_bank_payment
from makeline.parts.ordering.move import move_order
from makeline.parts.ordering.words import Standing

_AT = "/staff/orders/{number}"
_LONGEST_REASON = 300
_LONGEST_REFERENCE = 100


def move_to(target: Standing, notice: str) -> Callable[[Visit], Any]:
    """A form that moves an order for parts along its table."""

    async def act(visit: Visit) -> Response:
        member, number = member_of(visit), visit.value("number")
        await visit.begin(lambda unit: move_order(unit, member, order_numbered(unit, number).id, target))
        return _back(visit, notice)

    return act


async def record_payment(visit: Visit) -> Response:
    """What the bank's statement says of an order on invoice."""
    member, number = member_of(visit), visit.value("number")
    amount, reference, booked_on = _amount(visit), visit.form.text("reference"), _day(visit)
    if not 0 < len(reference) <= _LONGEST_REFERENCE:
        raise Invalid(FieldProblem("reference", f"must be 1 to {_LONGEST_REFERENCE} characters"))

    def work(unit: UnitOfWork) -> None:
        order = order_numbered(unit, number)
        take_bank_payment(unit, member, order.id, amount=amount, reference=reference, booked_on=booked_on)

    await visit.begin(work, fields={"date": "booked_on"})
    return _back(visit, "payment_recorded")


async def ship(visit: Visit) -> Response:
    """Given to a carrier."""
    number, form = visit.value("number"), visit.form
    await visit.begin(
        lambda unit: ship_order(unit, number, carrier=form.text("carrier"), tracking=form.text("tracking")),
    )
    return _back(visit, "order_sent")


async def collected(visit: Visit) -> Response:
    """Collected at its machine."""
    number = visit.value("number")
    await visit.begin(lambda unit: collect_order(unit, number))
    return _back(visit, "order_collected")


async def release(visit: Visit) -> Response:
    """Its print goes on."""
    number, reason = visit.value("number"), _reason(visit, Deed.RELEASE)
    await visit.begin(lambda unit: print_deeds.release(unit, number, reason=reason))
    return _back(visit, "print_released")


async def print_again(visit: Visit) -> Response:
    """Another print."""
    number, reason = visit.value("number"), _reason(visit, Deed.REPRINT)
    await visit.begin(
        lambda unit: print_deeds.print_again(unit, number, reason=reason), fields={"reason": "reprint_reason"}
    )
    return _back(visit, "print_repeated")


async def priority(visit: Visit) -> Response:
    """Sooner or later than others."""
    number, wanted = visit.value("number"), visit.form.number("priority")
    await visit.begin(lambda unit: change_priority(unit, number, wanted, reason="by staff"))
    return _back(visit, "priority_changed", n=wanted)


async def end_print(visit: Visit) -> Response:
    """Its print will not be made; at a machine the money is to be given back."""
    number, reason = visit.value("number"), _reason(visit, Deed.CANCEL_PRINT)
    await visit.begin(lambda unit: print_deeds.take_back(unit, number, reason=reason))
    return _back(visit, "print_cancelled")


async def refund(visit: Visit) -> Response:
    """All that came in for an order for parts was sent back."""
    member, number = member_of(visit), visit.value("number")
    reason = _reason(visit, Deed.REFUND)
    await visit.begin(
        lambda unit: return_money(unit, member, order_numbered(unit, number).id, reason=reason),
    )
    return _back(visit, "money_returned")


async def give_money_back(visit: Visit) -> Response:
    """The customer of a machine has his money back."""
    number, reason = visit.value("number"), _reason(visit, Deed.GIVE_BACK)
    await visit.begin(lambda unit: give_back(unit, number, reason=reason))
    return _back(visit, "money_returned")


async def new_link(visit: Visit) -> Response:
    """The old addresses of its page open nothing any more."""
    number = visit.value("number")
    await visit.begin(lambda unit: renew_link(unit, number))
    return _back(visit, "link_renewed")


async def cancel(visit: Visit) -> Response:
    """It will not be made; what was held or taken on the web goes back by itself."""
    member, number, reason = member_of(visit), visit.value("number"), _reason(visit, Deed.CANCEL)

    def work(unit: UnitOfWork) -> None:
        order = order_numbered(unit, number)
        if web_order_of(unit, order.id) is not None:
            cancel_order(unit, number, reason=reason)
            return
        move_order(unit, member, order.id, Standing.CANCELLED)
        note_order(
            unit, order.id, author_id=member.user_id, text=visit.say("cancelled_because", reason=reason)
        )

    await visit.begin(work)
    return _back(visit, "order_cancelled")


async def erase(visit: Visit) -> Response:
    """Its customer wants his pictures gone."""
    number, clocks = visit.value("number"), visit.office.clocks
    erased = await visit.begin(lambda unit: erase_order(unit, number, clocks))
    return _back(visit, "pictures_erased", gone=erased.gone, waiting=erased.waiting)


async def write_note(visit: Visit) -> Response:
    """For each other; its customer does not see it."""
    number, author = visit.value("number"), visit.member.user_id
    text = visit.form.text("note")
    await visit.begin(
        lambda unit: note_order(unit, order_numbered(unit, number).id, author_id=author, text=text),
        fields={"text": "note"},
    )
    return _back(visit, "note_written")


def reason_field(deed: Deed) -> str:
    """How the form of a deed calls the reason that it asks for: every form of the page its own way."""
    return f"{deed.value.replace('-', '_')}_reason"


def _reason(visit: Visit, deed: Deed) -> str:
    name = reason_field(deed)
    text = visit.form.text(name)
    if not 0 < len(text) <= _LONGEST_REASON:
        raise Invalid(FieldProblem(name, f"must say why in 1 to {_LONGEST_REASON} characters", text[:40]))
    return text


def _amount(visit: Visit) -> float:
    text = visit.form.text("amount").replace(" ", "").replace("\u00a0", "").replace(",", ".")
    try:
        return float(text)
    except ValueError:
        raise Invalid(FieldProblem("amount", "must be an amount of money, as 1250.50", text[:40])) from None


def _day(visit: Visit) -> date:
    text = visit.form.text("booked_on")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(FieldProblem("booked_on", "must be a day, as 2026-03-31", text[:40])) from None


def _back(visit: Visit, notice: str, **values: Any) -> Response:
    return visit.go(_AT.format(number=visit.value("number")), notice, **values)


POSTS = (
    Post(f"{_AT}/{Deed.BEGIN}", move_to(Standing.PROCESSING, "order_begun")),
    Post(f"{_AT}/{Deed.COMPLETE}", move_to(Standing.COMPLETED, "order_completed")),
    Post(f"{_AT}/{Deed.RECORD_PAYMENT}", record_payment),
    Post(f"{_AT}/{Deed.SHIP}", ship),
    Post(f"{_AT}/{Deed.COLLECT}", collected),
    Post(f"{_AT}/{Deed.RELEASE}", release),
    Post(f"{_AT}/{Deed.REPRINT}", print_again),
    Post(f"{_AT}/{Deed.PRIORITY}", priority),
    Post(f"{_AT}/{Deed.CANCEL_PRINT}", end_print),
    Post(f"{_AT}/{Deed.REFUND}", refund),
    Post(f"{_AT}/{Deed.GIVE_BACK}", give_money_back),
    Post(f"{_AT}/{Deed.RENEW_LINK}", new_link),
    Post(f"{_AT}/{Deed.CANCEL}", cancel),
    Post(f"{_AT}/{Deed.ERASE}", erase),
    Post(f"{_AT}/note", write_note),
)
