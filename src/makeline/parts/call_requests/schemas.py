"""The documented requests and answers about calls."""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, RootModel, StrictBool, StringConstraints

from makeline.foundation.web.answers import utc_text, utc_text_or_none
from makeline.parts.call_requests.agreement import VERSION
from makeline.parts.call_requests.models import CallRequest
from makeline.parts.call_requests.request_call import CallWish
from makeline.parts.call_requests.states import CallRequestStatus

_PHONE = re.compile(r"[0-9 +()-]{5,20}")
_PRINTABLE = r"^[^\x00-\x1f\x7f]*$"


def _one_phone(value: str) -> str:
    if not _PHONE.fullmatch(value) or not any(sign.isdigit() for sign in value):
        raise ValueError("must be 5 to 20 digits, spaces, + ( ) or -")
    return value


def _given(value: bool) -> bool:
    if not value:
        raise ValueError("must be true: without consent nobody is called")
    return value


def _or_empty(value: Any) -> Any:
    return "" if value is None else value


def _or_present(value: Any) -> Any:
    return VERSION if value is None or value == "" else value


Line = Annotated[
    str,
    BeforeValidator(_or_empty),
    StringConstraints(strip_whitespace=True, max_length=200, pattern=_PRINTABLE),
]


class NewCallRequest(BaseModel):
    """Who wants to be called; ``agreement_version``: the text that was shown to him, if not the present one's."""

    name: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=_PRINTABLE)
    ]
    phone: Annotated[str, AfterValidator(_one_phone)]
    product: Line = ""
    time: Line = ""
    additional: Annotated[str, BeforeValidator(_or_empty), StringConstraints(max_length=2000)] = ""
    agreement: Annotated[StrictBool, AfterValidator(_given)]
    agreement_version: Annotated[str, BeforeValidator(_or_present), StringConstraints(max_length=40)] = (
        VERSION
    )

    def wish(self) -> CallWish:
        """What the verb takes."""
        return CallWish(
            self.name, self.phone, self.product, self.time, self.additional, self.agreement_version
        )


class CallRequestAnswer(BaseModel):
    """A call request; ``user_id`` null for a guest's, ``agreed_at`` and ``agreement_version``: when to which
    text; ``forgotten_at``: since when the texts are empty."""

    id: int
    name: str
    phone: str
    product: str
    time: str
    additional: str
    agreement: bool
    status: str
    created_at: str
    user_id: int | None
    agreement_version: str
    agreed_at: str
    forgotten_at: str | None


class CallRequests(RootModel[list[CallRequestAnswer]]):
    """The newest first."""


class CallRequestChange(BaseModel):
    """How it went."""

    status: CallRequestStatus


class AgreementAnswer(BaseModel):
    """The present text by language."""

    version: str
    text: dict[str, str]


def call_request_answer(request: CallRequest) -> dict[str, Any]:
    """``CallRequestAnswer`` as JSON values."""
    return {
        "id": request.id,
        "name": request.name,
        "phone": request.phone,
        "product": request.product,
        "time": request.wished_time,
        "additional": request.additional,
        "agreement": True,
        "status": request.status.value,
        "created_at": utc_text(request.created_at),
        "user_id": request.user_id,
        "agreement_version": request.agreement_version,
        "agreed_at": utc_text(request.agreed_at),
        "forgotten_at": utc_text_or_none(request.forgotten_at),
    }
