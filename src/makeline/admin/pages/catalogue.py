"""Prices of every channel and what is on sale: looked at before they change, with a reason, and their history."""

from collections.abc import Sequence
from typing import NamedTuple

from starlette.responses import Response

from makeline.admin.page import Group, Page, Post
from makeline.admin.questions.audit_names import actors_named
from makeline.admin.visit import Visit
from makeline.cases.catalog.change import change_offers
from makeline.cases.catalog.history import OfferChange, latest_changes
from makeline.cases.catalog.links import Unresolved, link_model, unresolved_models
from makeline.cases.catalog.models import OfferKind
from makeline.cases.catalog.queries import catalogue
from makeline.cases.catalog.sheet import Sheet, sheet_of
from makeline.cases.catalog.sheet_csv import read_csv, sheet_csv
from makeline.cases.catalog.wishes import Difference, Wish, differences_of, draft_name
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.kernel.errors import FieldProblem, Invalid

_PATH = "/staff/catalogue"
_LARGEST = 4 * 1024 * 1024
_CHANGES = 30
_SPLIT = "|"
_VALUE = "value|"


class _Shown(NamedTuple):
    """What the page is made of."""

    sheet: Sheet
    changes: Sequence[OfferChange]
    names: dict[str, str]
    unresolved: Sequence[Unresolved]
    models: Sequence[tuple[str, str]]


async def show(visit: Visit) -> Response:
    """Every value that may be changed, of one kind."""
    return await _page(visit, None)


async def preview(visit: Visit) -> Response:
    """Line by line what would change; nothing is stored."""

    def look(unit: Reading) -> list[Difference]:
        sheet = sheet_of(unit)
        return differences_of(sheet, _wishes(visit, sheet))

    return await _page(visit, await visit.read(look))


async def change(visit: Visit) -> Response:
    """Just what was looked at, all of it or nothing."""
    reason, draft = visit.form.text("reason"), visit.form.text("draft")
    if not reason:
        raise Invalid(FieldProblem("reason", visit.say("say_why")))

    def work(unit: UnitOfWork) -> int:
        return len(change_offers(unit, _wishes(visit, sheet_of(unit)), reason=reason, draft=draft))

    count = await visit.begin(work)
    return visit.go(f"{_PATH}?kind={_kind(visit)}", "catalogue_is_changed", n=count)


async def link(visit: Visit) -> Response:
    """Staff says which model of ours the partner means."""
    theirs, ours = visit.form.text("partner_model"), visit.form.text("model")
    await visit.begin(lambda unit: link_model(unit, ours, theirs))
    return visit.go(_PATH, "catalogue_is_linked", name=theirs)


async def table(visit: Visit) -> Response:
    """All of it for a spreadsheet."""
    text = await visit.read(lambda unit: sheet_csv(sheet_of(unit)))
    headers = {"Content-Disposition": 'attachment; filename="catalogue.csv"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


async def _page(visit: Visit, differences: Sequence[Difference] | None) -> Response:
    def look(unit: Reading) -> _Shown:
        changes, _ = latest_changes(unit, most=_CHANGES)
        models = [(model.id, model.name) for model in catalogue(unit).models.values()]
        names = actors_named(unit, {one.changed_by for one in changes})
        return _Shown(sheet_of(unit), changes, names, unresolved_models(unit), models)

    shown, kind = await visit.read(look), _kind(visit)
    return visit.render(
        "catalogue.html",
        entries=[
            (f"{_VALUE}{_SPLIT.join(place)}", entry)
            for place, entry in shown.sheet.items()
            if place.kind.value == kind
        ],
        kind=kind,
        kinds=[one.value for one in OfferKind],
        changes=shown.changes,
        names=shown.names,
        unresolved=shown.unresolved,
        models=shown.models,
        differences=differences,
        draft=draft_name(differences) if differences else "",
        path=_PATH,
    )


def _kind(visit: Visit) -> str:
    said = visit.form.text("kind") or visit.query("kind")
    return said if said in tuple(OfferKind) else OfferKind.TEMPLATE.value


def _wishes(visit: Visit, sheet: Sheet) -> list[Wish]:
    """What was typed otherwise than it stands, and the table that was pasted."""
    text = visit.form.text("csv")
    wishes = list(read_csv(text)) if text else []
    for name in visit.form.fields:
        kind, _, rest = name.removeprefix(_VALUE).partition(_SPLIT)
        item, _, field = rest.rpartition(_SPLIT)
        if name.startswith(_VALUE) and item:
            entry = next((one for place, one in sheet.items() if tuple(place) == (kind, item, field)), None)
            value = visit.form.text(name)
            if entry is None or value != entry.value:
                currency = entry.currency or "" if entry is not None else ""
                wishes.append(Wish(f"{kind} {item}", kind, item, field, value, currency))
    return wishes


PAGE = Page(
    _PATH,
    "catalogue",
    show,
    group=Group.FLOOR,
    key="w",
    posts=(
        Post(f"{_PATH}/preview", preview, largest=_LARGEST),
        Post(f"{_PATH}/change", change, largest=_LARGEST),
        Post(f"{_PATH}/link", link),
    ),
)
TABLE = Page(f"{_PATH}/catalogue.csv", "catalogue", table)
