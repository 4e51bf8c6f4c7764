"""Staff looked into a machine and corrects how many blanks lie there; why is kept beside the movement."""

from makeline.cases.machines.models import Machine
from makeline.cases.stock.count import count_stock
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import FieldProblem, Invalid

# More fit into no machine: a slip of the keyboard.
_MOST = 10_000
_LONGEST_REASON = 500


def correct_stock(unit: UnitOfWork, machine: Machine, shell_id: str, counted: int, *, reason: str) -> int:
    """Blanks of one shell that lie there, promised ones included; returns the old count. Raises ``Invalid``."""
    reason, problems = reason.strip(), list[FieldProblem]()
    if not 0 <= counted <= _MOST:
        problems.append(FieldProblem("counted", f"must be from 0 to {_MOST}", counted))
    if not 1 <= len(reason) <= _LONGEST_REASON:
        problems.append(
            FieldProblem("reason", f"must say why in 1 to {_LONGEST_REASON} characters", reason[:100])
        )
    if problems:
        raise Invalid(*problems)
    return count_stock(unit, machine, shell_id, counted, reason=reason)
