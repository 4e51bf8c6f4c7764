"""The paths of customers' pictures: handed out, restyled, erased."""

from collections.abc import Callable, Sequence

from starlette.requests import Request

from makeline.cases.kiosk.order_page import render_refusal
from makeline.cases.kiosk.recognise import Recogniser
from makeline.cases.kiosk.style_routes import StyleDesk, style_endpoints
from makeline.cases.privacy.routes import (
    PrivacyDesk,
    design_privacy_endpoints,
    page_privacy_endpoints,
    visit_privacy_endpoints,
    web_privacy_endpoints,
)
from makeline.cases.shop.order_page import render_web_refusal
from makeline.cases.shop.web_links import WebLinks
from makeline.cases.styles.draft_routes import DraftStyleDesk, draft_style_endpoints
from makeline.cases.styles.draft_styles import DraftQuotas
from makeline.commerce.accounts.members import Members
from makeline.commerce.files.routes import ImageDesk, RecentBytes, image_endpoints
from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.event_stream import Streams
from makeline.foundation.web.refusals import Renderer, render_image, render_partner
from makeline.main.design_paths import Visitors
from makeline.main.privacy_cli import clocks_of
from makeline.main.wiring import House

_PICTURE_MEMORY = 64 * 1024 * 1024


def picture_paths(
    house: House,
    members: Members,
    recogniser: Recogniser,
    streams: Streams,
    place: Callable[[Request], str],
) -> Sequence[tuple[Sequence[Endpoint], Renderer]]:
    """Everything that is called about stored pictures; their memory hears when one of them changes."""
    database, settings, links = house.database, house.settings, house.links
    recent = RecentBytes(_PICTURE_MEMORY)
    database.changes.listen(recent.hear)
    images = ImageDesk(database, house.storage, links, recent, house.accesses, recogniser.address_of)
    restyling = StyleDesk(database, recogniser, links, streams, settings.styles.styles_per_session)
    visitor = Visitors(members, recogniser).visitor
    forgetting = PrivacyDesk(
        database, recogniser, house.order_links, WebLinks(links), visitor, clocks_of(settings)
    )
    quotas = DraftQuotas(settings.styles.styles_per_guest, settings.styles.styles_per_account)
    drafts = DraftStyleDesk(
        database,
        visitor,
        links,
        streams,
        quotas,
        house.limiter,
        place,
        settings.styles.limit_guest_styles,
    )
    return (
        (image_endpoints(images), render_image),
        (style_endpoints(restyling), render_partner),
        (visit_privacy_endpoints(forgetting), render_partner),
        (draft_style_endpoints(drafts), render_partner),
        (design_privacy_endpoints(forgetting), render_partner),
        (page_privacy_endpoints(forgetting), render_refusal),
        (web_privacy_endpoints(forgetting), render_web_refusal),
    )
