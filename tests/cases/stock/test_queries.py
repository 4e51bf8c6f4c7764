"""What can be sold where."""

from makeline.cases.machines.queries import fleet, machine_called
from makeline.cases.stock.queries import shells_in, stock_of
from makeline.foundation.unit_of_work import Reading
from tests.given import Given


async def _ids(given: Given, *keys: str) -> set[int]:
    def ask(unit: Reading) -> set[int]:
        return {machine.id for key in keys if (machine := machine_called(unit, key))}

    return await given.database.read(ask)


async def test_stock_is_summed_over_the_machines_that_are_asked_for(given: Given):
    shell = await given.usual_shell()
    await given.blanks(7, machine="VM001")
    await given.session_to_pay("VM_LONDON_01")
    await given.paid_sale("VM_LONDON_01")
    both = await _ids(given, "VM001", "VM_LONDON_01")
    london = await _ids(given, "VM_LONDON_01")
    assert (await given.database.read(lambda unit: stock_of(unit, both)))[shell] == 7 + 98
    assert (await given.database.read(lambda unit: stock_of(unit, london)))[shell] == 98
    assert await given.database.read(lambda unit: stock_of(unit, set())) == {}


async def test_a_missing_blank_in_one_machine_hides_none_in_another(given: Given):
    shell = await given.usual_shell()
    for _ in range(2):
        await given.session_to_pay("VM001")
    await given.blanks(0, machine="VM001")
    everywhere = await given.database.read(lambda unit: set(fleet(unit).by_id))
    assert (await given.database.read(lambda unit: stock_of(unit, everywhere)))[shell] == 600


async def test_a_sold_out_shell_is_not_in_the_machine(given: Given):
    shell = await given.usual_shell()
    (london,) = await _ids(given, "VM_LONDON_01")
    assert shell in await given.database.read(lambda unit: shells_in(unit, london))
    await given.blanks(1)
    await given.session_to_pay()
    assert shell not in await given.database.read(lambda unit: shells_in(unit, london))
