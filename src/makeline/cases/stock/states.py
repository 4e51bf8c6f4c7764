"""The life of one blank that was promised to somebody."""

from enum import StrEnum

from makeline.kernel.states import state_table


class AllocationState(StrEnum):
    """Reserved while the customer pays, sold when he has, taken when the machine picked it up."""

    RESERVED = "reserved"
    SOLD = "sold"
    TAKEN = "taken"
    RELEASED = "released"


ALLOCATION_STATES = state_table(
    "allocation",
    AllocationState.RESERVED,
    {
        AllocationState.RESERVED: (AllocationState.SOLD, AllocationState.RELEASED),
        AllocationState.SOLD: (AllocationState.TAKEN, AllocationState.RELEASED),
    },
)
