"""Print partners: how often they may call, whether their machines make free orders, their keys and networks, and what
their calls were refused for."""

from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import NamedTuple
from urllib.parse import quote

from starlette.responses import Response

from makeline.admin.page import Group, Page, Post
from makeline.admin.questions.fleet_board import partners_by_id
from makeline.admin.visit import Visit
from makeline.cases.machines.access import KEYS, NETWORKS, KnownKey, KnownNetwork
from makeline.cases.machines.audit import AuditedCall, signed_calls_of
from makeline.cases.machines.free_orders import CURRENCY, choose_free_order_amount, free_order_amounts
from makeline.cases.machines.keys import revoke_key
from makeline.cases.machines.partners import (
    API_VERSIONS,
    choose_limit,
    choose_version,
    own_limits,
    partner_called,
    version_read_by,
)
from makeline.cases.machines.queries import fleet
from makeline.cases.machines.refused_calls import KeptCall, refused_calls_of
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.kernel.errors import FieldProblem, Invalid, NotFound
from makeline.kernel.money import Money, NotMoney

_PATH = "/staff/partners"
_ONE = f"{_PATH}/{{partner}}"
_CALLS = 50


class _Partner(NamedTuple):
    """Everything about one."""

    partner_id: int
    version: str | None
    limit: int | None
    free: Money | None
    machines: Sequence[str]
    keys: Sequence[KnownKey]
    networks: Sequence[KnownNetwork]
    refused: Sequence[KeptCall]
    signed: Sequence[AuditedCall]


async def show(visit: Visit) -> Response:
    """All of them."""

    def look(unit: Reading) -> list[tuple[str, int, Money | None, int | None]]:
        names = partners_by_id(unit)
        free, limits = free_order_amounts(unit), own_limits(unit)
        count = [machine.partner_id for machine in fleet(unit).by_id.values()]
        return [
            (name, count.count(one), free.get(one), limits.get(one)) for one, name in sorted(names.items())
        ]

    return visit.render("partners.html", partners=await visit.read(look), path=_PATH)


async def show_one(visit: Visit) -> Response:
    """One, with his latest refused and signed calls."""
    name = visit.value("partner")
    found = await visit.read(partial(_partner, name=name))
    return visit.render(
        "partner.html", name=name, one=found, versions=API_VERSIONS, path=_path(name), now=visit.now
    )


async def free(visit: Visit) -> Response:
    """Whether his machines make free orders, and what he is told that one costs; empty: they make none."""
    text = visit.form.text("amount")
    try:
        amount = Money.of(Decimal(text), CURRENCY) if text else None
    except (InvalidOperation, NotMoney):
        raise Invalid(FieldProblem("amount", "must be pounds, as 0.01, or empty", text[:40])) from None
    await _choose(visit, lambda unit, one: choose_free_order_amount(unit, one, amount))
    return visit.go(_here(visit), "partner_is_changed")


async def limit(visit: Visit) -> Response:
    """Calls a minute; empty: what everybody has."""
    calls = visit.form.number("calls") if visit.form.text("calls") else None
    await _choose(visit, lambda unit, one: choose_limit(unit, one, calls))
    return visit.go(_here(visit), "partner_is_changed")


async def version(visit: Visit) -> Response:
    """Which version of the documents he reads."""
    wanted = visit.form.text("version")
    await _choose(visit, lambda unit, one: choose_version(unit, one, wanted))
    return visit.go(_here(visit), "partner_is_changed")


async def revoke(visit: Visit) -> Response:
    """A key of his opens nothing any more."""
    prefix = visit.form.text("key")

    def work(unit: UnitOfWork) -> None:
        one = partner_called(unit, visit.value("partner"))
        if all(known.prefix != prefix for known in unit.all(KEYS) if known.partner_id == one):
            raise NotFound("the partner has no such key")
        revoke_key(unit, prefix)

    await visit.begin(work)
    return visit.go(_here(visit), "key_is_revoked", key=prefix)


async def _choose(visit: Visit, choose: Callable[[UnitOfWork, int], None]) -> None:
    name = visit.value("partner")
    await visit.begin(lambda unit: choose(unit, partner_called(unit, name)))


def _partner(unit: Reading, name: str) -> _Partner:
    one = partner_called(unit, name)
    return _Partner(
        partner_id=one,
        version=version_read_by(unit, one),
        limit=own_limits(unit).get(one),
        free=free_order_amounts(unit).get(one),
        machines=[machine.key for machine in fleet(unit).by_id.values() if machine.partner_id == one],
        keys=[known for known in unit.all(KEYS) if known.partner_id == one],
        networks=[known for known in unit.all(NETWORKS) if known.partner_id == one],
        refused=refused_calls_of(unit, one, machine_id=None, before_id=None, most=_CALLS),
        signed=signed_calls_of(unit, one, most=_CALLS),
    )


def _path(name: str) -> str:
    return _ONE.format(partner=quote(name, safe=""))


def _here(visit: Visit) -> str:
    return _path(visit.value("partner"))


PAGE = Page(_PATH, "partners", show, group=Group.FLOOR, key="n")
ONE = Page(
    _ONE,
    "partner",
    show_one,
    posts=(
        Post(f"{_ONE}/free", free),
        Post(f"{_ONE}/limit", limit),
        Post(f"{_ONE}/version", version),
        Post(f"{_ONE}/revoke", revoke),
    ),
)
