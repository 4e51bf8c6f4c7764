"""Bodies of the partner's notices, for the API description; ``notices.py`` reads what really comes."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, RootModel

from makeline.adapters.print_partner.look import LONGEST_ID, LONGEST_TEXT
from makeline.adapters.print_partner.notices import LARGEST_BATCH

# A number stands for its text.
_Reference = Annotated[str, Field(min_length=1, max_length=LONGEST_ID)] | int | float
_Text = Annotated[str, Field(max_length=LONGEST_TEXT)] | int | float | None
_Digits = Annotated[str, Field(pattern=r"^[+-]?[0-9]{1,9}(\.0{1,9})?$")]
_Whole = int | _Digits
_Amount = Annotated[float, Field(ge=0)] | Annotated[str, Field(pattern=r"^([0-9]{1,12}(\.[0-9]{1,9})?)?$")]


class NothingSaid(BaseModel):
    """An empty object: somebody tries whether we answer."""

    model_config = ConfigDict(extra="forbid")


class PaymentNoticeBody(BaseModel):
    """How a payment stands: 1 pending, 2 being paid, 3 paid, 4 failed, 5 error."""

    third_id: _Reference
    status: _Whole
    message: _Text = None
    pay_type: _Whole | Annotated[str, Field(max_length=0)] | None = None
    pay_amount: _Amount | None = None
    pay_date: _Text = None


class OrderStatusUpdate(BaseModel):
    """What the partner says of an order; ``status`` is one of the six words or of the sixteen numbers."""

    order_id: _Reference
    status: str | int
    queue_number: _Text = None
    estimated_completion: _Text = None
    chinese_order_id: _Text = None
    equipment_id: _Text = None
    notes: Annotated[str, Field(max_length=4 * LONGEST_TEXT)] | int | float | None = None


class PaymentNotices(RootModel[Any]):
    """One notice, or up to a hundred. Of many each good one is applied, and each bad one is named in ``results``."""

    root: (
        PaymentNoticeBody
        | NothingSaid
        | Annotated[list[PaymentNoticeBody | Any], Field(max_length=LARGEST_BATCH)]
    )


class OrderNotices(RootModel[Any]):
    """One update, or up to a hundred. Of many each good one is kept, and each bad one is named in ``results``."""

    root: (
        OrderStatusUpdate
        | NothingSaid
        | Annotated[list[OrderStatusUpdate | Any], Field(max_length=LARGEST_BATCH)]
    )


class PaymentNoticed(BaseModel):
    """The documented success; ``results`` for many."""

    msg: str
    code: int
    data: str
    order_id: str | None
    status: int | None
    results: list[dict[str, Any]] = Field(default_factory=list)


class OrderStatusUpdated(BaseModel):
    """The order as it stands after the call; ``results`` for many."""

    success: bool
    message: str
    msg: str
    code: int
    data: str
    order_id: str | None
    status: str | None
    results: list[dict[str, Any]] = Field(default_factory=list)
