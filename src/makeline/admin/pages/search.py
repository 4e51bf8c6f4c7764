"""Search over everything: what is found by kind; the one thing that is just what was typed is gone to at once."""

from collections.abc import Mapping
from itertools import groupby
from typing import NamedTuple

from starlette.responses import RedirectResponse, Response

from makeline.admin.page import Group, Page
from makeline.admin.questions.search import SHORTEST, Hit, Wanted, is_exact, search
from makeline.admin.visit import Visit

_SEE_OTHER = 303
# Where each kind has its page: the path in the table and the name of its value.
_PAGES: Mapping[str, tuple[str, str]] = {
    "order": ("/staff/orders/{number}", "number"),
    "payment": ("/staff/payments/{payment_id}", "payment_id"),
    "print": ("/staff/prints/{reference}", "reference"),
    "session": ("/staff/orders/{number}", "number"),
    "quote": ("/staff/quotes/{quote_id}", "quote_id"),
    "invoice": ("/staff/orders/{number}", "number"),
    "user": ("/staff/users/{user_id}", "user_id"),
    "customer": ("/staff/orders/{number}", "number"),
    "file": ("/staff/files/{file_id}/download", "file_id"),
    "machine": ("/staff/machines/{machine}", "machine"),
}


class Found(NamedTuple):
    """A hit and the address of its page, empty where it has none."""

    hit: Hit
    way: str


async def show(visit: Visit) -> Response:
    """What begins with the text, or has it as its number."""
    text = visit.query("q")
    if len(text) < SHORTEST:
        return visit.render("search.html", text=text, groups=[], count=0)
    wanted = Wanted(text, visit.office.till.gateway.name)
    hits = await visit.glance(lambda unit: search(unit, wanted))
    ways = {_way(visit, hit) for hit in hits if is_exact(hit, text) and hit.kind != "file"}
    # What was found by two of its names is one thing.
    found = [
        Found(hit, _way(visit, hit)) for hit in {(hit.kind, hit.name, hit.key): hit for hit in hits}.values()
    ]
    if len(ways) == 1 and "" not in ways and not visit.query("stay"):
        return RedirectResponse(ways.pop(), status_code=_SEE_OTHER)
    groups = [(kind, list(some)) for kind, some in groupby(found, key=lambda one: one.hit.kind)]
    return visit.render("search.html", text=text, groups=groups, count=len(found))


def _way(visit: Visit, hit: Hit) -> str:
    place, name = _PAGES.get(hit.kind, ("", ""))
    return visit.way(place, **{name: hit.key}) if hit.key else ""


PAGE = Page("/staff/search", "search", show, group=Group.TODAY, key="s")
