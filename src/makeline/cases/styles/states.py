"""The life of one styled picture."""

from enum import StrEnum

from makeline.kernel.states import state_table


class StyleState(StrEnum):
    """Where one wish stands. ``degraded``: there is a picture, but not the one that was meant; the reason says why."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    DEGRADED = "degraded"
    REFUSED = "refused"


STYLE_STATES = state_table(
    "styled picture",
    StyleState.QUEUED,
    {
        # What nobody may have any more (its photograph was erased) is refused before anybody begins.
        StyleState.QUEUED: (StyleState.RUNNING, StyleState.REFUSED),
        # Back into the queue: the stylist is away for the moment.
        StyleState.RUNNING: (
            StyleState.QUEUED,
            StyleState.DONE,
            StyleState.DEGRADED,
            StyleState.REFUSED,
        ),
    },
)
# Nothing more will happen to these.
ENDED = (StyleState.DONE, StyleState.DEGRADED, StyleState.REFUSED)
MADE = (StyleState.DONE, StyleState.DEGRADED)


class StyleStep(StrEnum):
    """What is being done while it runs; each with the share of the work that is behind it then."""

    CUTTING = "cutting"
    STYLING = "styling"
    CHECKING = "checking"

    @property
    def percent(self) -> int:
        """How far the work is when this step begins."""
        return {StyleStep.CUTTING: 5, StyleStep.STYLING: 20, StyleStep.CHECKING: 90}[self]


class RefusedBecause(StrEnum):
    """Why there is no picture; stable codes for programs."""

    BLOCKED_PHOTO = "blocked_photo"
    BLOCKED_RESULT = "blocked_result"
    NO_PICTURE = "no_picture"
    RESULT_UNUSABLE = "result_unusable"
    RESULT_TOO_SMALL = "result_too_small"
    PHOTO_UNUSABLE = "photo_unusable"
    PHOTO_GONE = "photo_gone"
    STYLIST_AWAY = "stylist_away"


class DegradedBecause(StrEnum):
    """Why the picture is not what was meant; several may be true at once."""

    OTHER_MODEL = "other_model"
    STAND_IN = "stand_in"
    ENLARGED = "enlarged"
