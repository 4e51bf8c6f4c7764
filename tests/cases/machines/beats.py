"""A machine says how it is."""

from makeline.cases.machines.condition import PrinterState
from makeline.cases.machines.heartbeat import record_heartbeat
from makeline.cases.machines.queries import machine_called
from makeline.cases.machines.selling import USUAL_RULE
from tests.given import MACHINE, Given


async def beat(given: Given, state: str, *reasons: str, machine: str = MACHINE) -> None:
    """One heartbeat of a machine, now."""

    def say(unit):
        found = machine_called(unit, machine)
        assert found is not None
        words = {"reasons": reasons, "consumables": [], "software": None, "capabilities": {}}
        record_heartbeat(unit, found, silence=USUAL_RULE.silence, state=PrinterState(state), **words)

    await given.database.begin(say, actor="machine")
