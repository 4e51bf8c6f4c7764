"""What a fleet has on sale is the sum of its machines, however many there are and whoever asks for how many of them."""

from sqlalchemy import insert

from makeline.cases.machines.queries import fleet
from makeline.cases.stock.models import device_shells
from makeline.cases.stock.queries import stock_of
from makeline.cases.stock.shelves import Shelves
from makeline.foundation.changes import EVERYTHING
from makeline.foundation.statements import Change
from makeline.foundation.unit_of_work import UnitOfWork
from tests.faults.floor import put_up
from tests.given import Given
from tests.listening import Counting


async def test_a_large_fleet_has_what_its_machines_have(given: Given):
    for number in range(36):
        key = f"VM_MANY_{number}"
        await given.database.begin(
            lambda unit, key=key: put_up(unit, room=1, key=key, device=f"D{key}"), actor="test"
        )
        await given.blanks(number % 4, machine=key)
    shell = await given.usual_shell()
    machines = (await given.database.read(fleet)).by_key
    unsized = machines["VM_MANY_3"].id

    def list_without_size(unit: UnitOfWork) -> None:
        row = {
            "machine_id": unsized,
            "shell_id": shell,
            "partner_model": "?",
            "blanks": 3,
            "heard_at": unit.now,
        }
        unit.put(Change(insert(device_shells).values(row)))

    await given.database.begin(list_without_size, actor="test")
    ids = sorted(machine.id for key, machine in machines.items() if key.startswith("VM_MANY_"))
    every = sorted({machine.id for machine in machines.values()})
    shelves = Shelves(given.database)

    async def agree() -> list[int]:
        """What all machines have, each set of them adding up to its machines."""
        one_by_one = {
            one: (await given.database.read(lambda unit, one=one: stock_of(unit, [one]))).get(shell, 0)
            for one in every
        }
        for some in (ids[:16], ids[:20], ids, every, every[:-16], every[17:]):
            found = await shelves.on_sale(frozenset(some))
            assert found.get(shell, 0) == sum(one_by_one[machine] for machine in some), len(some)
        return [one_by_one[machine] for machine in ids]

    assert sum(await agree()) == 9 * (0 + 1 + 2 + 3) - 3
    asked = Counting(given.database)
    shelves = Shelves(asked)
    await agree()
    asked.asked = 0
    sold = await given.session("VM_MANY_6")
    await given.picture(sold.key)
    await given.summary(sold.key)
    await given.blanks(7, machine="VM_MANY_3")
    await given.blanks(0, machine="VM_MANY_2")
    assert sum(await agree()) == 9 * (0 + 1 + 2 + 3) - 3 - 1 - 2
    # One look at what has changed; the smallest set is asked for each time.
    assert asked.asked == 2
    await given.closed(sold.key)
    assert sum(await agree()) == 9 * (0 + 1 + 2 + 3) - 3 - 2
    given.database.changes.hear([EVERYTHING])
    await agree()
