"""Partners beside the one of the sample shop, and keys for everybody: prepared by the product's own verbs."""

from datetime import timedelta

from makeline.cases.machines.assign import assign_machine
from makeline.cases.machines.keys import IssuedKey, issue_key, revoke_key
from makeline.cases.machines.partners import add_partner, list_networks, partner_called
from makeline.cases.machines.queries import machine_called
from makeline.cases.machines.scopes import EVERY_SCOPE, Scope
from makeline.foundation.database import Database
from makeline.foundation.unit_of_work import UnitOfWork
from tests.faults.floor import put_up

# A second machine beside the one of the sample shop that is not for tests.
OTHER_MACHINE = "VM_PARIS_02"
OTHER = "elsewhere"


async def key_of(
    database: Database,
    partner: str = "demo",
    *,
    scopes: frozenset[Scope] = EVERY_SCOPE,
    machine: str | None = None,
    lifetime: timedelta | None = None,
) -> IssuedKey:
    """A fresh key."""

    def issue(unit: UnitOfWork) -> IssuedKey:
        return issue_key(
            unit,
            partner_called(unit, partner),
            scopes=scopes,
            machine=machine_called(unit, machine) if machine else None,
            lifetime=lifetime,
        )

    return await database.begin(issue, actor="test")


async def revoked_key_of(database: Database, partner: str = "demo") -> IssuedKey:
    """A key that was good once."""
    issued = await key_of(database, partner)
    await database.begin(lambda unit: revoke_key(unit, issued.prefix), actor="test")
    return issued


async def second_machine(database: Database) -> None:
    """The demo partner puts up another machine, as wide as a street."""
    await database.begin(
        lambda unit: put_up(unit, room=100, key=OTHER_MACHINE, device="PARISDEVICE2"), actor="test"
    )


async def other_partner(database: Database) -> int:
    """A partner who operates that second machine."""
    await second_machine(database)

    def found(unit: UnitOfWork) -> int:
        partner_id = add_partner(unit, OTHER)
        assign_machine(unit, OTHER_MACHINE, partner_id)
        return partner_id

    return await database.begin(found, actor="test")


async def networks_of(database: Database, *networks: str, partner: str = "demo") -> None:
    """These networks stand for the partner."""
    await database.begin(
        lambda unit: list_networks(unit, partner_called(unit, partner), networks), actor="test"
    )
