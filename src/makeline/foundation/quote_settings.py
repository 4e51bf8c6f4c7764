"""Settings of quotes: how long they are good for, and when somebody is at work to answer what no rate card may."""

from datetime import UTC, datetime
from typing import Any

from pydantic import Field

from makeline.foundation.settings_base import Group
from makeline.foundation.working_time import WorkingTime, read_working_time


class QuoteSettings(Group):
    """Offers for parts."""

    quote_days: int = Field(14, ge=1, le=365, description="days that a quote is good for")
    quote_terms: str = Field("", max_length=1000, description="what quotes add below, lines separated by ;")
    quote_review_hours: int = Field(
        8, ge=1, le=240, description="working hours in which staff answers a line that waits for it"
    )
    working_zone: str = Field("UTC", description="by which clock staff works, as Europe/London")
    working_days: str = Field("1-5", description="days of the week when staff works, Monday is 1")
    working_hours: str = Field("09:00-18:00", description="when staff works on these days")
    working_holidays: str = Field("", description="days when nobody works, 2026-12-25, separated by commas")

    @property
    def working_time(self) -> WorkingTime:
        """The four above, read."""
        return read_working_time(
            zone=self.working_zone,
            days=self.working_days,
            hours=self.working_hours,
            holidays=self.working_holidays,
        )

    def model_post_init(self, _context: Any, /) -> None:
        """What cannot be read is refused when the settings are."""
        try:
            self.working_time.after(datetime(2026, 1, 1, tzinfo=UTC), 1)
        except (ValueError, LookupError, OSError) as error:
            raise ValueError(f"WORKING_ZONE, _DAYS, _HOURS or _HOLIDAYS cannot be read: {error}") from None
