"""Everybody who has an account; for admins."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from starlette.responses import Response

from makeline.admin.lists import ROWS, cursor, cut, days_wanted, states_of, table_of, word_wanted
from makeline.admin.page import Group, May, Page
from makeline.admin.questions.people import PersonRow, beginning, people_by_role, people_page
from makeline.admin.visit import Visit
from makeline.commerce.accounts.states import PersonKind, Role
from makeline.foundation.unit_of_work import Reading

_COLUMNS = (
    "id",
    "username",
    "email",
    "email_confirmed_at_utc",
    "name",
    "kind",
    "role",
    "company",
    "since_utc",
)


async def show(visit: Visit) -> Response:
    """A page of them, with how many have which role."""
    wish = _wish(visit)

    def look(unit: Reading) -> tuple[Sequence[PersonRow], Mapping[str, int]]:
        rows = people_page(unit, wish, limit=ROWS + 1, before_id=cursor(visit))
        return rows, people_by_role(unit, wish)

    rows, tally = await visit.glance(look)
    return visit.render(
        "users.html",
        cut=cut(rows),
        tally=tally,
        total=sum(tally.values()),
        roles=tuple(Role),
        kinds=states_of(visit, PersonKind),
    )


async def table(visit: Visit) -> Response:
    """What the page would list, as CSV."""
    return await table_of(visit, partial(people_page, wish=_wish(visit)), names=_COLUMNS, cells=_cells)


def _wish(visit: Visit) -> Mapping[str, Any]:
    return {
        "role": word_wanted(visit, "role", Role),
        "kind": word_wanted(visit, "kind", PersonKind),
        "like": beginning(visit.query("begins")),
        **days_wanted(visit),
    }


def _cells(row: PersonRow) -> Sequence[Any]:
    return (
        *(row.id, row.username, row.email, row.email_confirmed_at, row.full_name, row.kind, row.role),
        *(row.company_name, row.created_at),
    )


PAGE = Page("/staff/users", "users", show, may=May.ADMIN, group=Group.HOUSE, key="u")
TABLE = Page("/staff/users.csv", "users", table, may=May.ADMIN)
