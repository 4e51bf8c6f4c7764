"""The endpoints of designs, and who may touch which."""

from collections.abc import Sequence

from starlette.requests import Request

from makeline.adapters.drawing.font_routes import font_endpoints
from makeline.cases.designs.artwork_routes import artwork_endpoints
from makeline.cases.designs.inspect import Inspector
from makeline.cases.designs.outline_routes import OutlineDesk, outline_endpoints
from makeline.cases.designs.routes import DraftDesk, draft_endpoints, picture_endpoints
from makeline.cases.designs.verdict_routes import VerdictDesk, verdict_endpoints
from makeline.cases.designs.visitors import Visitor
from makeline.cases.kiosk.draft_routes import VisitVisitors, visit_draft_endpoints
from makeline.cases.kiosk.recognise import Recogniser
from makeline.cases.kiosk.verdict_routes import VisitVerdictDesk, visit_verdict_endpoints
from makeline.commerce.accounts.members import Members
from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.refusals import Renderer, render_partner
from makeline.kernel.errors import Unrecognised
from makeline.main.wiring import House

# No other secret of ours holds dots.
_DOTS_OF_A_SIGN_IN = 2


class Visitors:
    """Tells who is at work on a design: an account by its sign-in, everybody else by the secret he shows, which is a
    guest's own or that of the phone at a machine."""

    def __init__(self, members: Members, recogniser: Recogniser) -> None:
        self._members = members
        self._recogniser = recogniser

    async def visitor(self, request: Request) -> Visitor:
        """The caller; raises ``Unrecognised`` for a sign-in that is over, which is no guest's secret."""
        member = await self._members.perhaps(request)
        if member is not None:
            return Visitor(member.actor, user_id=member.user_id, is_staff=member.is_staff)
        if request.headers.get("authorization", "").count(".") == _DOTS_OF_A_SIGN_IN:
            raise Unrecognised("sign in again: this token is not good any more")
        caller = await self._recogniser.caller(request)
        return Visitor(caller.name, token_hash=caller.token_hash)


def design_paths(
    house: House, members: Members, recogniser: Recogniser
) -> Sequence[tuple[Sequence[Endpoint], Renderer]]:
    """Everything that is called about designs."""
    visitors = Visitors(members, recogniser)
    inspector = Inspector(house.storage, house.renderer)
    drafts = DraftDesk(house.database, inspector, house.links, visitors.visitor)
    verdicts = VerdictDesk(house.database, inspector, visitors.visitor)
    phones = VisitVisitors(house.database, recogniser)
    visit_drafts = DraftDesk(house.database, inspector, house.links, phones.visitor)
    visit_verdicts = VerdictDesk(house.database, inspector, phones.visitor)
    visits = VisitVerdictDesk(house.database, inspector, recogniser, members)
    return (
        (picture_endpoints(drafts), render_partner),
        (draft_endpoints(drafts), render_partner),
        (verdict_endpoints(verdicts), render_partner),
        (visit_draft_endpoints(visit_drafts, visit_verdicts), render_partner),
        (visit_verdict_endpoints(visits), render_partner),
        (outline_endpoints(OutlineDesk(house.database)), render_partner),
        (artwork_endpoints(), render_partner),
        (font_endpoints(), render_partner),
    )
