"""The endpoints of people: accounts, admin, sign-ins, documents and what they hang on, invoices, call requests."""

from collections.abc import Callable, Sequence

from starlette.requests import Request

from makeline.commerce.accounts.admin_routes import UserDesk, user_endpoints
from makeline.commerce.accounts.guesses import Guesses
from makeline.commerce.accounts.letter_routes import LetterWishDesk, letter_endpoints
from makeline.commerce.accounts.members import Members
from makeline.commerce.accounts.routes import AccountDesk, account_endpoints
from makeline.commerce.accounts.sign_in import SignInDesk
from makeline.commerce.accounts.sign_in_routes import SignInsDesk, sign_in_endpoints
from makeline.commerce.documents.attach import Cabinet
from makeline.commerce.documents.routes import DocumentDesk, document_endpoints
from makeline.commerce.invoices.routes import InvoiceDesk, invoice_endpoints
from makeline.foundation.web.endpoint import Endpoint
from makeline.main.billing import billing_of
from makeline.main.wiring import House
from makeline.parts.call_requests.routes import CallDesk, call_request_endpoints
from makeline.parts.geometry.paper_routes import FilePaperDesk, file_paper_endpoints
from makeline.parts.geometry.papers import PART_FILES
from makeline.parts.ordering.queries import order_that_needs

_MIB = 1024 * 1024
# What documents may be attached to.
HOLDERS = (PART_FILES,)


def sign_in_desk(house: House) -> SignInDesk:
    """What signing in needs of the house: one count of failures for programs and pages."""
    limits = house.settings.limits
    return SignInDesk(
        house.database.begin,
        house.database.read,
        house.passwords,
        house.tokens,
        house.limiter,
        limits.limit_sign_in,
        Guesses(house.limiter, most=limits.limit_sign_in_address or 10 * limits.limit_sign_in),
    )


def people_endpoints(
    house: House, members: Members, signing: SignInDesk, place: Callable[[Request], str]
) -> Sequence[tuple[Endpoint, ...]]:
    """Everything that people call about themselves and admins about people; one dialect."""
    database, limits = house.database, house.settings.limits
    accounts = AccountDesk(
        database, members, signing, place, limits.limit_registrations, limits.name_taken_seconds
    )
    sign_ins = SignInsDesk(database, members, house.passwords, house.limiter, limits.limit_sign_in)
    letters = LetterWishDesk(database, members, house.passwords, house.limiter, place, limits.limit_sign_in)
    parts = house.settings.parts
    cabinet = Cabinet(
        database.begin,
        house.storage,
        house.scanner,
        most=parts.quota_documents,
        room=parts.quota_documents_megabytes * _MIB,
    )
    largest = parts.largest_document_megabytes * _MIB
    spool = house.intake.spool
    documents = DocumentDesk(database, members, cabinet, largest, HOLDERS, order_that_needs, spool)
    calls = CallDesk(
        database,
        members,
        house.limiter,
        place,
        guests_an_hour=limits.limit_guest_calls,
        members_an_hour=limits.limit_calls,
    )
    invoices = InvoiceDesk(database, members, house.storage, billing_of(house.settings))
    return (
        account_endpoints(accounts),
        user_endpoints(UserDesk(database, members)),
        sign_in_endpoints(sign_ins),
        document_endpoints(documents),
        file_paper_endpoints(FilePaperDesk(database, members, HOLDERS)),
        letter_endpoints(letters),
        call_request_endpoints(calls),
        invoice_endpoints(invoices),
    )
