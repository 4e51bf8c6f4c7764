"""The endpoints of quotes: for their owners, for staff, and for whoever holds an address."""

from collections.abc import Sequence

from makeline.commerce.accounts.members import Members
from makeline.foundation.settings import Settings
from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.refusals import Renderer, render_service
from makeline.main.intake import quota_of
from makeline.main.order_paths import sales_terms_of
from makeline.main.wiring import House
from makeline.parts.catalog.board import RateBoard
from makeline.parts.quotes.make import QuoteTerms
from makeline.parts.quotes.paper import Letterhead
from makeline.parts.quotes.paper_routes import QuotePaperDesk, quote_paper_endpoints
from makeline.parts.quotes.print_quote import QuotePrinter
from makeline.parts.quotes.quote_desk import QuoteDesk
from makeline.parts.quotes.quote_routes import QuoteOwnerDesk, quote_endpoints
from makeline.parts.quotes.read_lines import LineReader
from makeline.parts.quotes.shared_page import render_quote_refusal
from makeline.parts.quotes.shared_routes import (
    SharedQuoteDesk,
    shared_page_endpoints,
    shared_quote_endpoints,
)
from makeline.parts.quotes.staff_routes import QuoteStaffDesk, quote_staff_endpoints


def quote_paths(
    house: House, members: Members, rates: RateBoard
) -> Sequence[tuple[Sequence[Endpoint], Renderer]]:
    """Everything that is called about quotes."""
    database, settings = house.database, house.settings
    letterhead = letterhead_of(settings)
    printer = QuotePrinter(database, rates, house.storage, house.quote_press, letterhead)
    shared = SharedQuoteDesk(database, rates, house.storage, letterhead)
    desk = QuoteDesk(database, members, LineReader(database, rates), terms_of(settings))
    return (
        (quote_endpoints(QuoteOwnerDesk(desk, settings.base_url)), render_service),
        (quote_staff_endpoints(QuoteStaffDesk(desk)), render_service),
        (quote_paper_endpoints(QuotePaperDesk(members, printer)), render_service),
        (shared_quote_endpoints(shared), render_service),
        (shared_page_endpoints(shared), render_quote_refusal),
    )


def terms_of(settings: Settings) -> QuoteTerms:
    """How long offers are good for, as the settings have it."""
    said, sales = settings.quotes, sales_terms_of(settings)
    return QuoteTerms(
        days=said.quote_days,
        review_hours=said.quote_review_hours,
        working_time=said.working_time,
        quota=quota_of(settings),
        vat=sales.vat,
        vat_rate=sales.vat_rate,
    )


def letterhead_of(settings: Settings) -> Letterhead:
    """Who offers, as the settings have it."""
    seller, quotes = settings.seller, settings.quotes
    lines = filter(None, (line.strip() for line in seller.seller_address.split(";")))
    terms = filter(None, (line.strip() for line in quotes.quote_terms.split(";")))
    return Letterhead((seller.seller_name or "Makeline", *lines), quotes.working_zone, tuple(terms))
