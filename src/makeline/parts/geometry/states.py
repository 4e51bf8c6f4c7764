"""The life of a CAD file."""

from enum import StrEnum

from makeline.kernel.states import state_table


class PartFileState(StrEnum):
    """Whether a file has been measured."""

    MEASURING = "measuring"
    READY = "ready"
    FAILED = "failed"
    DELETED = "deleted"


PART_FILE_STATES = state_table(
    "file",
    PartFileState.MEASURING,
    {
        PartFileState.MEASURING: (PartFileState.READY, PartFileState.FAILED, PartFileState.DELETED),
        PartFileState.READY: (PartFileState.DELETED,),
        PartFileState.FAILED: (PartFileState.DELETED,),
    },
)
