"""The life of a draft as a table."""

from enum import StrEnum

from makeline.kernel.states import StateTable


class DraftState(StrEnum):
    """Whether somebody is at work on it."""

    EDITING = "editing"
    APPROVED = "approved"
    """Its latest revision is what will be printed; the next change begins a new revision."""
    FORGOTTEN = "forgotten"
    """Nobody's any more, and empty: its time is over, or its owner wanted it gone."""


DRAFT_STATES = StateTable(
    "draft",
    {
        DraftState.EDITING: frozenset({DraftState.APPROVED, DraftState.FORGOTTEN}),
        DraftState.APPROVED: frozenset({DraftState.EDITING, DraftState.FORGOTTEN}),
        DraftState.FORGOTTEN: frozenset(),
    },
    frozenset({DraftState.EDITING}),
)
