"""Pages become endpoints: each call is recognised, each form checked, before the page's own function sees it."""

from collections.abc import Sequence
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from makeline.admin.cookies import DOOR, SESSION
from makeline.admin.forms import DoneBefore, must_be_ours, read_form
from makeline.admin.ink import languages
from makeline.admin.office import Office
from makeline.admin.page import Group, May, Page, Post, may_come
from makeline.admin.refused import finished
from makeline.admin.visit import Entry, Visit
from makeline.commerce.accounts.staff_models import StaffSession
from makeline.commerce.accounts.staff_session import (
    Standing,
    must_be_noted,
    note_seen,
    staff_session_of,
    standing_of,
)
from makeline.foundation.web.endpoint import Call, Endpoint
from makeline.foundation.web.pages import language_wanted
from makeline.foundation.web.refusals import STATUS
from makeline.kernel.errors import Kind, NotAllowed, Refusal

SIGN_IN = "/staff/sign-in"
CODE = "/staff/sign-in/code"
SET_UP = "/staff/second-factor"
_TAG = "Staff"
_SEE_OTHER = 303
# Sent by a page that looks for news by itself: nobody need sit before it.
_BY_ITSELF = "x-live"


class AdminDesk:
    """Serves a table of pages."""

    def __init__(self, office: Office, pages: Sequence[Page]) -> None:
        self._office = office
        self._pages = tuple(pages)

    def endpoints(self) -> tuple[Endpoint, ...]:
        """Every page and every target of a form. None of them is part of the described API."""
        found = []
        for page in self._pages:
            found.append(_endpoint("GET", page.path, self._shown(page), page.word))
            for post in page.posts:
                found.append(_endpoint("POST", post.path, self._posted(page, post), page.word, post.largest))
                # Who loads the answer of a form again is led back to its page.
                if post.path != page.path:
                    found.append(_endpoint("GET", post.path, _back_to(page), page.word))
        return tuple(found)

    def _shown(self, page: Page) -> Call:
        async def show(request: Request) -> Response:
            visit = await self._visit(request, page)
            turned_away = _turned_away(visit, page.may)
            if turned_away is not None:
                return turned_away
            return finished(await page.show(visit))

        return show

    def _posted(self, page: Page, post: Post) -> Call:
        async def act(request: Request) -> Response:
            visit = await self._visit(request, page)
            turned_away = _turned_away(visit, post.may)
            if turned_away is not None:
                return turned_away
            visit.form = await read_form(request, largest=post.largest)
            must_be_ours(request, visit.form, token=visit.token, base_url=self._office.base_url)
            answer = await _acted(visit, page, post)
            visit.remember_writing(answer)
            return finished(answer)

        return act

    async def _visit(self, request: Request, page: Page) -> Visit:
        office = self._office
        token = SESSION.read(request, secure=office.secure)
        now = office.database.clock()
        session = await self._session(token) if token else None
        standing = standing_of(session, rule=office.rule, now=now)
        if standing is Standing.STRANGER:
            session, token = None, DOOR.read(request, secure=office.secure)
        elif session is not None and must_be_noted(session, now) and _BY_ITSELF not in request.headers:
            await self._note(session)
        return Visit(
            office=office,
            request=request,
            title=page.title,
            menu=self._menu(page, standing, session),
            places=self._places(standing, session),
            session=session,
            standing=standing,
            token=token,
            now=now,
            language=language_wanted(request, languages()),
        )

    async def _session(self, token: str) -> StaffSession | None:
        return await self._office.database.read(lambda unit: staff_session_of(unit, token))

    async def _note(self, session: StaffSession) -> None:
        await self._office.database.begin(
            lambda unit: note_seen(unit, session.id), actor=f"user {session.user_id}"
        )

    def _places(self, standing: Standing, session: StaffSession | None) -> frozenset[str]:
        role = session.role if session else None
        return frozenset(page.path for page in self._pages if may_come(page.may, standing, role))

    def _menu(self, here: Page, standing: Standing, session: StaffSession | None) -> tuple[Entry, ...]:
        role = session.role if session else None
        groups = list(Group)
        listed = [
            page
            for page in self._pages
            if page.group is not None and page.may is not May.ANYBODY and may_come(page.may, standing, role)
        ]
        listed.sort(key=lambda page: groups.index(page.group or Group.TODAY))
        return tuple(
            Entry(page.title, page.path, page.key, f"group_{page.group}", _is_below(here.path, page.path))
            for page in listed
        )


async def _acted(visit: Visit, page: Page, post: Post) -> Response:
    try:
        return await post.act(visit)
    except DoneBefore:
        return visit.go(_filled(page.path, visit.request), "done_before")
    except Refusal as refusal:
        visit.refusal, visit.status = refusal, STATUS[refusal.kind]
    # The page again, with what he typed and what is wrong with it; it may refuse, too.
    return await page.show(visit)


def _is_below(path: str, start: str) -> bool:
    return path == start or (start != "/staff" and path.startswith(f"{start}/"))


def _turned_away(visit: Visit, may: May) -> Response | None:
    """Where he has to go first; None when he may come. Raises ``NotAllowed`` for who may never."""
    if may_come(may, visit.standing, visit.session.role if visit.session else None):
        return None
    if visit.standing is Standing.SIGNED_IN:
        raise NotAllowed("this page is for admins")
    if _came_by_a_link(visit):
        # A browser keeps the cookie back from whom another site's link leads here; asked by a page of ours it shows it.
        return finished(visit.render("this_way.html", onward=visit.link()))
    place = {Standing.CODE_WANTED: CODE, Standing.SET_UP_WANTED: SET_UP}.get(visit.standing, SIGN_IN)
    request = visit.request
    if _BY_ITSELF in request.headers:
        return finished(Response(status_code=STATUS[Kind.UNRECOGNISED]))
    wanted = request.scope["path"] if request.method in ("GET", "HEAD") else "/staff"
    query = request.url.query if request.method in ("GET", "HEAD") else ""
    onward = urlencode({"next": f"{wanted}?{query}" if query else wanted})
    return finished(RedirectResponse(f"{place}?{onward}", status_code=_SEE_OTHER))


def _came_by_a_link(visit: Visit) -> bool:
    request = visit.request
    foreign = request.headers.get("sec-fetch-site") in ("cross-site", "same-site")
    return visit.standing is Standing.STRANGER and foreign and request.method == "GET"


def _back_to(page: Page) -> Call:
    async def back(request: Request) -> Response:
        return finished(RedirectResponse(_filled(page.path, request), status_code=_SEE_OTHER))

    return back


def _filled(path: str, request: Request) -> str:
    return path.format(**{name: quote(value, safe="") for name, value in request.path_params.items()})


def _endpoint(method: str, path: str, call: Call, word: str, largest: int = 0) -> Endpoint:
    return Endpoint(method, path, call, word, _TAG, answer_type="text/html", largest=largest)
