"""Bodies of the paths about printing, as both documents have them."""

from typing import Annotated, Any

from pydantic import BaseModel, Field, field_validator

from makeline.adapters.print_partner.routes.session_schemas import Body, Name, ShortText

_MOST_DETAILS = 50


class TriggerPrint(Body):
    """Print a paid order; ``print_data`` is kept and shown, never used."""

    order_id: Name
    equipment_id: Name | None = None
    print_data: Annotated[dict[str, Any], Field(max_length=_MOST_DETAILS)] = Field(default_factory=dict)


class CustomerInfo(Body):
    """Either document's form: who bought it, or where it was bought."""

    vending_machine_id: ShortText | None = None
    session_id: ShortText | None = None
    third_party_payment_id: ShortText | None = None
    name: ShortText | None = None
    email: Annotated[str, Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")] | None = None
    phone: Annotated[str, Field(max_length=40, pattern=r"^[0-9+() \-]{5,40}$")] | None = None


class PrintCommandBody(Body):
    """The same print as ``print/trigger``; the addresses are kept and shown, never fetched."""

    order_id: Name
    image_urls: Annotated[list[Annotated[str, Field(min_length=1, max_length=1000)]], Field(max_length=20)]
    phone_model: Name
    customer_info: CustomerInfo
    priority: Annotated[int, Field(ge=1, le=10)] | None = None

    @field_validator("image_urls")
    @classmethod
    def are_web_addresses(cls, value: list[str]) -> list[str]:
        """Anything else could never have been a picture of ours."""
        if any(not address.lower().startswith(("https://", "http://")) for address in value):
            raise ValueError("must hold web addresses only")
        return value


class PrintTriggered(BaseModel):
    """Answer to a trigger; the same job however often."""

    success: bool
    message: str
    order_id: str
    print_job_id: str
    image_urls: list[str]
    phone_model: str
    equipment_id: str
    status: str


class PrintCommanded(BaseModel):
    """Answer to a print command."""

    success: bool
    message: str
    order_id: str
    command_id: str
    print_job_id: str
    status: str
    image_count: int
    phone_model: str
    priority: int


class PrintStatus(BaseModel):
    """Both documents' answer in one. ``progress`` is 50, or "50%" for readers of 2.1."""

    success: bool
    order_id: str
    status: str
    print_status: str
    print_job_id: str | None
    progress: int | str
    estimated_completion: str | None
    started_at: str | None
    completed_at: str | None
    equipment_id: str
    quality_check: str | None
    queue_number: str | None
    partner_queue_number: str | None
    chinese_order_id: str | None
    reported_equipment_id: str | None
    notes: str | None
    priority: int | None
    print_data: dict[str, Any] | None
    image_urls: list[str] | None
    customer_info: dict[str, Any] | None


class OrderDataAnswer(BaseModel):
    """What the partner is sent to print an order; the picture's address is fresh."""

    third_pay_id: str
    third_id: str
    mobile_model_id: str
    mobile_shell_id: str
    pic: str
    device_id: str


def masked(info: CustomerInfo) -> dict[str, str]:
    """What is kept of a customer: ids as they are, of a person no more than tells two people apart."""
    kept = info.model_dump(exclude_none=True)
    if info.name:
        kept["name"] = " ".join(f"{word[:1]}." for word in info.name.split())
    if info.email:
        kept["email"] = f"{info.email[:1]}***@{info.email.rpartition('@')[2]}"
    if info.phone:
        kept["phone"] = f"***{info.phone[-3:]}"
    return kept
