"""A letter to staff: somebody waits to be called."""

from makeline.commerce.accounts.post_office import PostOffice
from makeline.commerce.notices.mailer import Letter
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.foundation.web.answers import utc_text
from makeline.parts.call_requests.models import CallRequest
from makeline.parts.call_requests.queries import call_request_of
from makeline.parts.call_requests.states import CallRequestStatus

_TEXT = """{who} wants to be called. What stands behind a bar was written by the caller.

Name
{name}
Telephone
{phone}
About
{product}
When
{time}
Further
{additional}

Call request {id} of {asked}. Consent: text {version}, {agreed}.
"""


async def tell_staff(post: PostOffice, call_request_id: int) -> None:
    """None when nobody set an address for staff, or somebody has called already. Raises ``MailTrouble``."""

    def write(unit: UnitOfWork) -> Letter | None:
        request = call_request_of(unit, call_request_id)
        if not post.staff or request.status is not CallRequestStatus.NEW:
            return None
        return Letter(post.staff, f"Call request {request.id}", _letter(request))

    letter = await post.begin(write, actor="post office")
    if letter is not None:
        await post.mailer.send(letter)


def _letter(request: CallRequest) -> str:
    return _TEXT.format(
        who="A guest" if request.user_id is None else f"User {request.user_id}",
        name=_quoted(request.name),
        phone=_quoted(request.phone),
        product=_quoted(request.product),
        time=_quoted(request.wished_time),
        additional=_quoted(request.additional),
        id=request.id,
        asked=utc_text(request.created_at),
        version=request.agreement_version,
        agreed=utc_text(request.agreed_at),
    )


def _quoted(text: str) -> str:
    # Every line behind a bar, and nothing that a terminal or a mail program would obey: no line of ours is forged.
    lines = "".join(sign if sign.isprintable() or sign == "\n" else "\ufffd" for sign in text).split("\n")
    return "\n".join(f"  | {line}" for line in lines)
