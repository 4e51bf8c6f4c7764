"""Stock: blanks of each machine shell by shell, what moved them, and a count that staff corrects."""

from functools import partial

from starlette.responses import Response

from makeline.admin.page import Group, Page, Post
from makeline.admin.questions.audit_names import actors_named
from makeline.admin.questions.blanks import Movement, ShellStand, movements_in, shells_lying
from makeline.admin.questions.fleet_board import Stand, fleet_board
from makeline.admin.visit import Visit
from makeline.cases.machines.queries import machine_called
from makeline.cases.stock.correct import correct_stock
from makeline.cases.stock.record_count import LatestCount, Material, latest_count, materials_in
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.kernel.errors import FieldProblem, Invalid, NotFound

_PATH = "/staff/stock"
_MOVEMENTS = 30
_LEVELS = ("short", "none", "few", "enough")

_Counted = tuple[list[ShellStand], list[Movement], dict[str, str], list[Material], LatestCount | None]


async def show(visit: Visit) -> Response:
    """The board of all machines; of the one that is chosen every shell and the latest movements."""
    board = await visit.read(partial(fleet_board, silence=visit.office.silence))
    chosen = _chosen(visit, board)
    if chosen is None:
        return visit.render("stock.html", board=board, chosen=None)
    machine_id = chosen.machine.id
    after = visit.query("after")
    before_id = int(after) if after.isascii() and after.isdigit() and len(after) < 16 else None

    def look(unit: Reading) -> _Counted:
        moved = movements_in(unit, machine_id, limit=_MOVEMENTS + 1, before_id=before_id)
        names = actors_named(unit, {one.actor for one in moved})
        counted = latest_count(unit, machine_id)
        return shells_lying(unit, machine_id), moved, names, materials_in(unit, machine_id), counted

    shells, moved, names, materials, counted = await visit.read(look)
    wanted, level = visit.query("model").casefold(), visit.query("level")
    shown = [
        one
        for one in shells
        if wanted in f"{one.brand} {one.model} {one.shell_id}".casefold() and level in ("", one.level)
    ]
    return visit.render(
        "stock.html",
        board=board,
        chosen=chosen,
        shells=shown,
        levels=[(word, sum(one.level == word for one in shells)) for word in _LEVELS],
        level=level,
        moved=moved[:_MOVEMENTS],
        more=moved[_MOVEMENTS - 1].id if len(moved) > _MOVEMENTS else None,
        names=names,
        materials=materials,
        counted=counted,
        now=visit.now,
    )


async def correct(visit: Visit) -> Response:
    """A new count of one shell, with its reason."""
    key, shell = visit.form.text("machine"), visit.form.text("shell")
    counted, reason = visit.form.number("counted"), visit.form.text("reason")

    def work(unit: UnitOfWork) -> int:
        machine = machine_called(unit, key)
        if machine is None:
            raise NotFound("there is no such machine")
        if all(one.shell_id != shell for one in shells_lying(unit, machine.id)):
            raise Invalid(FieldProblem("shell", "was never counted in this machine", shell[:60]))
        return correct_stock(unit, machine, shell, counted, reason=reason)

    old = await visit.begin(work)
    return visit.go(f"{_PATH}?machine={key}", "stock_is_corrected", shell=shell, old=old, new=counted)


def _chosen(visit: Visit, board: list[Stand]) -> Stand | None:
    """The machine of the form or the query; without either the first that lacks something."""
    wanted = visit.form.text("machine") or visit.query("machine")
    by_key = {stand.machine.key: stand for stand in board}
    if wanted:
        return by_key.get(wanted)
    lacking = [stand for stand in board if stand.blanks.short or stand.blanks.empty or stand.blanks.few]
    return next(iter([*lacking, *board]), None)


PAGE = Page(_PATH, "stock", show, group=Group.FLOOR, key="b", posts=(Post(f"{_PATH}/correct", correct),))
