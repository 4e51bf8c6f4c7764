"""What staff decides about one print, on whichever page it is shown: it goes on, is made again, or is not made.

Whoever has seen to a print need not see to the promise to hand it over that was given up as well: it is off the list
with the same unit. Moving a print lets go of nothing: one that is queued is still handed over by the promise it had.
"""

from makeline.admin.questions.held_prints import submits_given_up
from makeline.cases.production.models import PrintJob
from makeline.cases.production.release import release_print
from makeline.cases.production.reprint import reprint
from makeline.cases.production.withdraw import cancel_print
from makeline.cases.shop.cancel_order import cancel_order
from makeline.cases.shop.queries import web_order_of
from makeline.foundation.promises import let_go
from makeline.foundation.unit_of_work import UnitOfWork

_LONGEST_REASON = 500


def release(unit: UnitOfWork, called: str, *, reason: str) -> PrintJob:
    """A print that waits for staff goes on; who doubted what it shows is overruled with it."""
    return _seen_to(unit, release_print(unit, called, reason=reason), reason)


def print_again(unit: UnitOfWork, called: str, *, reason: str) -> PrintJob:
    """Another print of the same case."""
    return _seen_to(unit, reprint(unit, called, reason=reason), reason)


def take_back(unit: UnitOfWork, called: str, *, reason: str) -> PrintJob:
    """It is not made. At a machine its money is then to be given back by hand."""
    return _seen_to(unit, cancel_print(unit, called, reason=reason), reason)


def refuse(unit: UnitOfWork, order_id: int, number: str, *, reason: str) -> None:
    """What an order shows is not made: one of the webstore ends with it, and its money goes back by itself."""
    if web_order_of(unit, order_id) is None:
        take_back(unit, number, reason=reason)
        return
    cancel_order(unit, number, reason=reason)
    _let_go(unit, order_id, reason)


def _seen_to(unit: UnitOfWork, job: PrintJob, reason: str) -> PrintJob:
    _let_go(unit, job.order_id, reason)
    return job


def _let_go(unit: UnitOfWork, order_id: int, reason: str) -> None:
    for delivery_id in submits_given_up(unit, order_id):
        let_go(unit, delivery_id, reason=f"the print was seen to: {reason}"[:_LONGEST_REASON])
