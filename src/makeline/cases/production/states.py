"""The life of one print."""

from enum import StrEnum

from makeline.kernel.states import state_table


class JobState(StrEnum):
    """Where one print stands; the partner's finer steps are kept beside it."""

    QUEUED = "queued"
    WAITING_FOR_STAFF = "waiting_for_staff"
    SENT = "sent"
    PRINTING = "printing"
    PRINTED = "printed"
    COLLECTED = "collected"
    FAILED = "failed"
    CANCELLED = "cancelled"


JOB_STATES = state_table(
    "print job",
    JobState.QUEUED,
    {
        JobState.QUEUED: (JobState.SENT, JobState.WAITING_FOR_STAFF, JobState.CANCELLED),
        # Staff find a blank or mend the machine, or give up and refund.
        JobState.WAITING_FOR_STAFF: (JobState.QUEUED, JobState.SENT, JobState.CANCELLED),
        # Notices get lost, so a job may jump forward; it never goes back.
        JobState.SENT: (
            JobState.PRINTING,
            JobState.PRINTED,
            JobState.COLLECTED,
            JobState.FAILED,
            JobState.CANCELLED,
        ),
        JobState.PRINTING: (JobState.PRINTED, JobState.COLLECTED, JobState.FAILED, JobState.CANCELLED),
        JobState.PRINTED: (JobState.COLLECTED, JobState.FAILED, JobState.CANCELLED),
        # Another print of the same case is another job; this one can only be written off.
        JobState.FAILED: (JobState.CANCELLED,),
    },
)


class ContentState(StrEnum):
    """What became of the look at a print before it was made."""

    LOOKED_AT = "looked_at"
    CLEAR = "clear"
    HELD = "held"
    RELEASED = "released"
    REFUSED = "refused"


CONTENT_STATES = state_table(
    "content check",
    ContentState.LOOKED_AT,
    {
        ContentState.LOOKED_AT: (ContentState.CLEAR, ContentState.HELD),
        # Staff looks for themselves.
        ContentState.HELD: (ContentState.RELEASED, ContentState.REFUSED),
    },
)
