"""Bodies of the session paths, as the partner guide 2.2.0 documents them."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from makeline.cases.designs.schemas import StickerBody, TextSpotBody
from makeline.foundation.web.strict_body import Body

Name = Annotated[str, Field(min_length=1, max_length=200)]
ShortText = Annotated[str, Field(max_length=500)]
# Strict: no text, no truth value; a whole number is one, too.
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]


class CreateSession(Body):
    """Open a session at a machine."""

    machine_id: Name
    location: ShortText | None = None
    session_timeout_minutes: Annotated[int, Field(ge=1, le=10**9)] | None = None
    metadata: dict[str, Any] = Field(default_factory=dict)


class RegisterUser(Body):
    """The phone has scanned the code."""

    machine_id: Name | None = None
    session_id: Name | None = None
    location: ShortText | None = None
    user_agent: Annotated[str, Field(max_length=1000)] | None = None
    ip_address: Annotated[str, Field(max_length=100)] | None = None


class Colours(Body):
    """Colours of a design, ``#RRGGBB``."""

    background: Annotated[str, Field(max_length=40)] | None = None
    text: Annotated[str, Field(max_length=40)] | None = None


class PictureView(Body):
    """Which part of a picture shows: ``zoom`` 1–4, shifts from -1 (left, top) to 1, ``turn`` clockwise."""

    zoom: Annotated[float, Field(strict=True, ge=1, le=4, allow_inf_nan=False)] = 1.0
    shift_x: Annotated[float, Field(strict=True, ge=-1, le=1, allow_inf_nan=False)] = 0.0
    shift_y: Annotated[float, Field(strict=True, ge=-1, le=1, allow_inf_nan=False)] = 0.0
    turn: Literal[0, 90, 180, 270] = 0


class OrderData(Body):
    """What the customer made; fields beyond these are kept and shown."""

    model_config = ConfigDict(strict=True, extra="allow")

    brand: Name | None = None
    model: Name
    template: Name
    images: Annotated[list[Annotated[str, Field(min_length=1, max_length=1000)]], Field(max_length=8)] = (
        Field(default_factory=list)
    )
    text: Annotated[str, Field(max_length=1000)] | None = None
    font: Annotated[str, Field(max_length=100)] | None = None
    text_place: Literal["top", "middle", "bottom"] | None = None
    colors: Colours = Field(default_factory=Colours)
    views: Annotated[list[PictureView], Field(max_length=8)] = Field(default_factory=list)
    text_spot: TextSpotBody | None = None
    stickers: Annotated[list[StickerBody], Field(max_length=20)] = Field(default_factory=list)
    backdrop: Name | None = None


class OrderSummary(Body):
    """The design is complete; the amount is compared with our price."""

    session_id: Name | None = None
    order_data: OrderData
    payment_amount: Number
    currency: Annotated[str, Field(max_length=10)] | None = None


class ConfirmPayment(Body):
    """The machine's terminal took the money."""

    session_id: Name | None = None
    payment_method: Literal["card", "cash", "contactless"]
    payment_amount: Number
    currency: Annotated[str, Field(max_length=10)] | None = None
    transaction_id: Annotated[str, Field(min_length=1, max_length=100)]
    payment_data: dict[str, Any] = Field(default_factory=dict)


class QrData(BaseModel):
    """What the code on the screen says."""

    session_id: str
    machine_id: str
    expires_at: str
    qr_url: str


class SessionInfo(BaseModel):
    """Standing of a fresh session."""

    status: str
    user_progress: str
    expires_at: str
    created_at: str


class CreatedSession(BaseModel):
    """Answer to a new session."""

    success: bool
    session_id: str
    qr_data: QrData
    session_info: SessionInfo


class SessionStatusAnswer(BaseModel):
    """Answer to a poll; null where nothing is known yet."""

    session_id: str
    status: str
    user_progress: str
    expires_at: str
    created_at: str
    last_activity: str
    machine_id: str
    security_validated: bool
    order_id: str | None
    payment_amount: float | None
    session_data: dict[str, Any] | None


class RegisteredUser(BaseModel):
    """Answer to a scan; ``client_token`` and the order page's address only for the first phone."""

    success: bool
    message: str
    session_status: dict[str, Any]
    user_registered: bool
    client_token: str | None = None
    order_url: str | None = None


class UploadedPicture(BaseModel):
    """Answer to an upload; ``image`` or ``url`` goes into ``order_data.images``."""

    success: bool
    image: str
    url: str
    width: int
    height: int
    sha256: str


class SummaryReceived(BaseModel):
    """Answer to an order summary; ``order_url`` is the customer's page."""

    success: bool
    message: str
    session_updated: bool
    payment_required: bool
    session_status: dict[str, Any]
    warnings: list[str]
    order_url: str


class PaymentBegun(BaseModel):
    """Answer to a payment that begins."""

    success: bool
    third_id: str
    chinese_payment_id: str | None
    order_id: str
    amount: float
    currency: str


class PaymentConfirmed(BaseModel):
    """Answer to a confirmed payment; ``order_url`` is the customer's page, to be shown as a QR code."""

    success: bool
    message: str
    order_created: bool
    order_id: str
    queue_number: str
    session_status: dict[str, Any]
    print_status: str
    order_url: str


class OrderInfo(BaseModel):
    """What is to be paid, for the machine's screen."""

    session_id: str
    order_summary: dict[str, Any]
    payment_info: dict[str, Any]
    machine_info: dict[str, Any]
    session_status: dict[str, Any]


class ValidatedSession(BaseModel):
    """Whether the session is good, computed at this moment."""

    session_id: str
    valid: bool
    security_validated: bool
    session_health: dict[str, Any]
    security_info: dict[str, Any]


class ClosedSession(BaseModel):
    """Answer to DELETE."""

    success: bool
    message: str
    session_id: str
