"""Which stages of the CRM stand for which step of ours: the tables that count, a new version, and the history."""

from starlette.responses import Response

from makeline.admin.page import Page, Post
from makeline.admin.questions.audit_names import actors_named
from makeline.admin.visit import Visit
from makeline.crm.records import Entity, Step
from makeline.crm.stage_book import change_stages, table_now, versions_of
from makeline.crm.stage_models import StageVersion
from makeline.crm.stage_preview import look_again
from makeline.crm.stage_table import StageTable
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.kernel.errors import FieldProblem, Invalid

_PATH = "/staff/crm/stages"
_KINDS = (Entity.DEAL, Entity.LEAD)
_VERSIONS = 20
_LONGEST_NOTE = 1000
_Shown = dict[Entity, tuple[StageTable, int, list[StageVersion]]]


async def show(visit: Visit) -> Response:
    """Both tables as they count now, each with its versions."""
    funnel = visit.office.funnel

    def look(unit: Reading) -> tuple[_Shown, dict[str, str]]:
        shown = {
            kind: (
                *table_now(unit, kind, funnel=funnel),
                list(versions_of(unit, kind, funnel=funnel, most=_VERSIONS)),
            )
            for kind in _KINDS
        }
        actors = {one.changed_by for _, _, versions in shown.values() for one in versions}
        return shown, actors_named(unit, actors)

    shown, names = await visit.read(look)
    return visit.render(
        "crm_stages.html",
        tables={kind.value: told for kind, told in shown.items()},
        names=names,
        steps=list(Step),
        funnel=funnel,
        path=_PATH,
        posted=visit.form.text("entity"),
    )


async def change(visit: Visit) -> Response:
    """A new version of one table counts from now on, and what is open is read again under it."""
    form = visit.form
    kind = Entity(form.text("entity")) if form.text("entity") in tuple(_KINDS) else None
    note = form.text("note")
    if kind is None or not 1 <= len(note) <= _LONGEST_NOTE:
        raise Invalid(FieldProblem("note", visit.say("say_why")))
    table = StageTable({step: tuple(form.text(step.value).split()) for step in Step})

    def work(unit: UnitOfWork) -> int:
        version = change_stages(
            unit, kind, funnel=visit.office.funnel, table=table, based_on=form.number("based_on"), note=note
        )
        look_again(unit, kind)
        return version

    version = await visit.begin(work, fields={f"stages.{step.value}": step.value for step in Step})
    return visit.go(_PATH, "crm_stages_count", version=version)


PAGE = Page(_PATH, "crm_stages", show, posts=(Post(f"{_PATH}/change", change),))
