"""Which machines make what the webstore sells."""

from collections.abc import Sequence

from makeline.cases.machines.models import Machine
from makeline.cases.machines.queries import fleet
from makeline.foundation.unit_of_work import Reading


def makers(unit: Reading, named: Sequence[str]) -> list[Machine]:
    """The machines of these keys, in this order; with none named, every machine that is no test machine."""
    known = fleet(unit)
    if named:
        return [known.by_key[key] for key in named if key in known.by_key]
    return [machine for machine in known.by_id.values() if not machine.is_test]
