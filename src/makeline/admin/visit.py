"""One call of a page: who it is, what was sent, and how it is answered."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, TypeVar
from urllib.parse import quote, urlencode

from pydantic_core import from_json, to_json
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from makeline.admin import ink
from makeline.admin.cookies import NOTICE, wrote_for
from makeline.admin.forms import DoneBefore, Form, claim_of_form, seal_of, told_at
from makeline.admin.office import Office
from makeline.commerce.accounts.staff_models import StaffSession
from makeline.commerce.accounts.staff_session import Standing
from makeline.commerce.accounts.states import Role
from makeline.foundation.idempotency import StoredAnswer, answer, take
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.kernel.errors import FieldProblem, Invalid, Refusal

T = TypeVar("T")
_SEE_OTHER = 303
# Seconds by which a browser's clock may run fast meanwhile.
_SURELY = 2
_DONE = StoredAnswer(_SEE_OTHER, "done")


class Notice(NamedTuple):
    """What a form did, as a word with its values; ``tone`` is good or bad."""

    word: str
    values: Mapping[str, Any]
    tone: str


class Entry(NamedTuple):
    """A line of the navigation: the word of its title, where it leads, ``g`` and which letter lead there, under which
    heading it stands, and whether this is where we are."""

    title: str
    path: str
    key: str
    group: str
    here: bool


@dataclass
class Visit:
    """``title`` is the word of the page's title; ``menu`` what he may come to, ``places`` the paths of all pages that are for him. ``session`` is None for who is not signed in; ``token`` is what his browser shows. ``refusal`` is why the form that
    was just posted is shown again; ``acted``: the form has done its
    work, or the first part of it."""

    office: Office
    request: Request
    title: str
    menu: Sequence[Entry]
    places: Collection[str]
    session: StaffSession | None
    standing: Standing
    token: str
    now: datetime
    language: str
    form: Form = field(default_factory=Form)
    refusal: Refusal | None = None
    acted: bool = False
    status: int = 200

    @property
    def actor(self) -> str:
        """Who acts, as the history calls him."""
        return f"user {self.member.user_id}"

    @property
    def member(self) -> StaffSession:
        """Who is signed in: on pages that are not for anybody there is one."""
        assert self.session is not None
        return self.session

    @property
    def is_admin(self) -> bool:
        """Whether he may say who is what."""
        return self.session is not None and self.session.role is Role.ADMIN

    @property
    def searches(self) -> bool:
        """Whether there is a page that searches."""
        return any(entry.path == "/staff/search" for entry in self.menu)

    def way(self, place: str, query: str = "", /, **values: object) -> str:
        """The address of a page by its path in the table, filled in; empty where there is no such page for him."""
        if place not in self.places:
            return ""
        path = place.format(**{name: quote(str(value), safe="") for name, value in values.items()})
        return f"{path}?{query}" if query else path

    def value(self, name: str) -> str:
        """A value in the path."""
        return self.request.path_params[name]

    def id(self, name: str) -> int:
        """A whole number in the path; 0, which nothing has, for what is none."""
        text = self.value(name)
        return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else 0

    def query(self, name: str) -> str:
        """A value of the query, empty when it is not there."""
        return self.request.query_params.get(name, "").strip().replace("\0", "")[:200]

    async def read(self, work: Callable[[Reading], T]) -> T:
        """Ask the database."""
        return await self.office.database.read(work)

    async def glance(self, work: Callable[[Reading], T]) -> T:
        """Ask for what is only looked at, and may be some seconds old; who has just sent a form sees what it did."""
        if wrote_for(0).read(self.request, secure=self.office.secure) or self.request.method == "POST":
            return await self.office.database.read(work)
        return await self.office.database.glance(work)

    def remember_writing(self, answer: Response) -> None:
        """After a form: his next glances are readings, until whatever answers glances must have heard of it."""
        replica = self.office.database.replica
        if replica is not None:
            wrote_for(replica.most_seconds + _SURELY).give(answer, "1", secure=self.office.secure)

    async def begin(self, work: Callable[[UnitOfWork], T], *, fields: Mapping[str, str] | None = None) -> T:
        """Run a verb in a unit, in his name; raises ``DoneBefore`` when this very form, filled in so, has run before.

        A refusal leaves everything as it was. ``fields``: how the form calls what the verb calls otherwise, so that a
        refusal is told at the field.
        """
        claim = (
            None if self.acted else claim_of_form(self.form, self.request.scope["path"], self.member.user_id)
        )

        def act(unit: UnitOfWork) -> T:
            if claim is not None and take(unit, claim) is not None:
                raise DoneBefore
            done = work(unit)
            if claim is not None:
                answer(unit, claim, _DONE)
            return done

        try:
            done = await self.office.database.begin(act, actor=self.actor)
        except Invalid as refusal:
            raise told_at(refusal, fields or {}) from None
        self.acted = True
        return done

    def typed(self, name: str, usual: str = "") -> str:
        """What a field of the form is to show: what was just typed, else its usual value."""
        return self.form.text(name) if name in self.form.fields else usual

    def wrong(self, name: str) -> str:
        """What is wrong with a field, if the form was refused for it."""
        return "; ".join(problem.message for problem in self._problems() if problem.field == name)

    def link(self, **changes: str | int | None) -> str:
        """This very page with another query; None takes a value out."""
        values: dict[str, Any] = dict(self.request.query_params)
        values |= changes
        said = {name: value for name, value in values.items() if value not in (None, "")}
        path = self.request.scope["path"]
        return f"{path}?{urlencode(said)}" if said else path

    def render(self, template: str, /, **facts: Any) -> Response:
        """A page of ours; ``facts`` are what its template shows."""
        notice = self._notice()
        shown = {
            "visit": self,
            "ours": seal_of(self.token),
            "notice": notice,
            "trouble": self._trouble(),
            **facts,
        }
        answer = HTMLResponse(ink.write(template, shown, language=self.language), status_code=self.status)
        if notice is not None:
            NOTICE.take_back(answer, secure=self.office.secure)
        return answer

    def go(self, path: str, notice: str = "", /, **values: Any) -> Response:
        """To another page after a form did its work, which is told there by the word ``notice``."""
        return self._onward(path, notice, values, "good")

    def go_refused(self, path: str, notice: str, /, **values: Any) -> Response:
        """The same after it could not."""
        return self._onward(path, notice, values, "bad")

    def say(self, word: str, /, **values: Any) -> str:
        """A word in his language."""
        return ink.say(ink.words_of(self.language), word, **values)

    def _onward(self, path: str, notice: str, values: Mapping[str, Any], tone: str) -> Response:
        answer = RedirectResponse(path, status_code=_SEE_OTHER)
        if notice:
            told = to_json([notice, values, tone])
            sealed = urlsafe_b64encode(_seal(self.token, told) + told).decode()
            NOTICE.give(answer, sealed, secure=self.office.secure)
        return answer

    def _notice(self) -> Notice | None:
        sealed = NOTICE.read(self.request, secure=self.office.secure)
        try:
            opened = urlsafe_b64decode(sealed)
        except ValueError:
            return None
        seal, told = opened[:32], opened[32:]
        if not told or not hmac.compare_digest(seal, _seal(self.token, told)):
            return None
        return Notice(*from_json(told))

    def _trouble(self) -> str:
        """What is said above a form that was refused."""
        if self.refusal is None:
            return ""
        elsewhere = [
            f"{problem.field}: {problem.message}"
            for problem in self._problems()
            if problem.field not in self.form.fields
        ]
        if isinstance(self.refusal, Invalid) and not elsewhere:
            return self.say("look_at_fields")
        return "; ".join(elsewhere) or self.refusal.message

    def _problems(self) -> tuple[FieldProblem, ...]:
        return self.refusal.problems if isinstance(self.refusal, Invalid) else ()


def _seal(token: str, told: bytes) -> bytes:
    return hmac.digest(token.encode("utf-8", "surrogatepass"), b"notice " + told, "sha256")
