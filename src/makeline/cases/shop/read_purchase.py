"""Read what somebody wants to buy: whose approved design it is, where it goes, and what he believes it costs."""

from makeline.cases.designs.models import Design
from makeline.cases.designs.queries import access_draft, design, latest_approval
from makeline.cases.designs.states import DraftState
from makeline.cases.designs.visitors import Visitor
from makeline.cases.ordering.customer_page import LANGUAGES
from makeline.cases.shop.address import Address, read_address, read_buyer
from makeline.cases.shop.buy import Purchase
from makeline.cases.shop.order_schemas import BuyBody
from makeline.foundation.unit_of_work import Reading
from makeline.kernel.errors import FieldProblem, Invalid, Kind, Refusal
from makeline.kernel.money import Money, NotMoney

_USUAL = "GBP"


class DesignNotApproved(Refusal):
    """The design, or the revision that is meant, is not what its customer approved last."""

    code = "DESIGN_NOT_APPROVED"
    kind = Kind.CONFLICT


def read_purchase(unit: Reading, visitor: Visitor, body: BuyBody, *, language: str) -> Purchase:
    """Raises ``Invalid``, ``NotFound`` for a design that is not the caller's, ``DesignNotApproved``."""
    if body.quantity != 1:
        told = "must be 1: every case is ordered by itself, with a payment and a print of its own"
        raise Invalid(FieldProblem("quantity", told, body.quantity))
    email, name = read_buyer(body.customer_email, body.customer_name)
    address = _address(body)
    return Purchase(
        design=approved_design(unit, visitor, body.design_id, design_hash=body.design_hash),
        email=email,
        name=name,
        language=body.language if body.language in LANGUAGES else language,
        address=address,
        collect_at=None if address is not None else body.collect_at,
        extras=body.extras,
        expected=_expected(body),
        user_id=visitor.user_id,
    )


def approved_design(unit: Reading, visitor: Visitor, key: str, *, design_hash: str | None) -> Design:
    """What was approved last of a draft; with a hash it must be just that one."""
    draft = access_draft(unit, visitor, key)
    approval = latest_approval(unit, draft.id)
    if approval is None:
        raise DesignNotApproved("approve the design first")
    if design_hash is None and draft.state is not DraftState.APPROVED:
        raise DesignNotApproved(
            "the design was changed after it was approved; approve it again, or name its hash"
        )
    if design_hash not in (None, approval.design_hash):
        raise DesignNotApproved(
            "this is not the revision that was approved last", design_hash=approval.design_hash
        )
    return design(unit, approval.design_id)


def _address(body: BuyBody) -> Address | None:
    if (body.address is None) == (body.collect_at is None):
        raise Invalid(FieldProblem("address", "say either an address or where it is collected"))
    return None if body.address is None else read_address(body.address.model_dump())


def _expected(body: BuyBody) -> Money | None:
    if body.amount_minor is None:
        return None
    try:
        return Money(body.amount_minor, (body.currency or _USUAL).upper())
    except NotMoney as error:
        raise Invalid(FieldProblem("amount_minor", str(error), body.amount_minor)) from None
