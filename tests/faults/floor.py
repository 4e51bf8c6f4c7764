"""A machine wide enough for a crowd, which the sample shop does not have."""

from sqlalchemy import bindparam, select

from makeline.cases.catalog.queries import catalogue
from makeline.cases.machines.models import machines
from makeline.cases.machines.partners import demo_partner
from makeline.cases.machines.queries import TOPIC as MACHINES
from makeline.cases.machines.queries import machine_called
from makeline.cases.stock.count import count_stock
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from tests.given import MODEL

WIDE = "VM_WIDE_01"
DEVICE = "WIDE_DEVICE_001"

_THERE: Query[tuple[int]] = Query(select(machines.c.id).where(machines.c.key == bindparam("key")), tuple)


def put_up(unit: UnitOfWork, *, room: int, key: str = WIDE, device: str = DEVICE) -> None:
    """A machine with room for so many sessions; again: no change. It is loaded in a unit of its own."""
    if unit.first(_THERE, key=key) is not None:
        return
    unit.add(
        machines,
        id=unit.new_id(machines),
        partner_id=demo_partner(unit),
        key=key,
        device=device,
        name=None,
        purpose=None,
        location=None,
        site=None,
        timeout_minutes=60,
        most_open_sessions=room,
        is_test=False,
        listed=False,
        position=99,
        zone="Europe/Paris",
    )
    unit.touch(MACHINES)


def load(unit: UnitOfWork, *, blanks: int, key: str = WIDE) -> None:
    """So many blanks of the preferred shell of every model on sale."""
    machine = machine_called(unit, key)
    assert machine is not None
    shop = catalogue(unit)
    for model in shop.models.values():
        if shop.brands[model.brand_id].available:
            count_stock(unit, machine, shop.shells_of[model.id][0].id, blanks)


def usual_shell(unit: Reading) -> str:
    """The shell that a customer's usual order is printed on."""
    shop = catalogue(unit)
    model = shop.model(MODEL)
    assert model is not None
    return shop.shells_of[model.id][0].id
