"""Whether a machine sells: not while it is paused, stopped or silent, unless the shop wants it to. See decision 0010."""

from datetime import timedelta
from typing import NamedTuple

from makeline.cases.machines.condition import Condition
from makeline.cases.machines.models import Machine
from makeline.kernel.errors import Kind, Refusal

# Conditions in which nothing comes out, for a time that nobody knows.
AWAY = frozenset({Condition.PAUSED, Condition.STOPPED, Condition.OFFLINE})
# When it is worth asking again, in seconds.
_ASK_AGAIN = 60


class SalesRule(NamedTuple):
    """``silence`` makes a machine offline; in a condition of ``barred`` it opens no session."""

    silence: timedelta = timedelta(seconds=90)
    barred: frozenset[Condition] = AWAY


USUAL_RULE = SalesRule()


class MachinePaused(Refusal):
    """Staff let the machine rest."""

    code = "MACHINE_BUSY"
    kind = Kind.LIMITED


class MachineAway(Refusal):
    """The machine has stopped, or has not been heard of for too long."""

    code = "PARTNER_AWAY"
    kind = Kind.UNAVAILABLE


def must_sell(machine: Machine, condition: Condition, rule: SalesRule) -> None:
    """Refuse a new customer at a machine that makes nothing now; test machines always sell."""
    if machine.is_test or condition not in rule.barred:
        return
    told = {"retry_after": _ASK_AGAIN, "condition": condition.value}
    if condition is Condition.PAUSED:
        raise MachinePaused("the machine is paused and sells nothing at the moment", **told)
    raise MachineAway(f"the machine is {condition.value} and sells nothing at the moment", **told)
