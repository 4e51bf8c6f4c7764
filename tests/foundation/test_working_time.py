"""The clock that runs only while somebody is at work."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makeline.foundation.quote_settings import QuoteSettings
from makeline.foundation.working_time import WorkingTime, read_working_time

WEEK = {"zone": "UTC", "days": "1-5", "hours": "09:00-18:00", "holidays": ""}


def working(**changes: str) -> WorkingTime:
    return read_working_time(**{**WEEK, **changes})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-03-04 10:00", 8, "2026-03-04 18:00"),
        ("2026-03-04 12:00", 8, "2026-03-05 11:00"),
        ("2026-03-04 20:00", 1, "2026-03-05 10:00"),
        ("2026-03-04 03:00", 1, "2026-03-04 10:00"),
        ("2026-03-06 17:30", 1, "2026-03-09 09:30"),
        ("2026-03-07 12:00", 9, "2026-03-09 18:00"),
        ("2026-03-04 09:00", 27, "2026-03-06 18:00"),
        ("2026-03-04 09:00", 90, "2026-03-17 18:00"),
    ],
)
def test_hours_count_only_on_working_days_between_opening_and_closing(start: str, hours: int, due: str):
    assert working().after(at(start), hours) == at(due)
    assert working().between(at(start), at(due)) == timedelta(hours=hours)
    assert working().between(at(due), at(start)) == timedelta(0)


def test_nobody_works_on_holidays():
    closed = working(holidays="2026-03-05, 2026-03-06")
    assert closed.after(at("2026-03-04 17:00"), 2) == at("2026-03-09 10:00")


def test_the_clock_is_the_one_on_the_wall_of_the_zone():
    moscow = working(zone="Europe/Moscow")
    assert moscow.after(at("2026-03-04 05:00"), 1) == at("2026-03-04 07:00")
    london = working(zone="Europe/London", days="1-7")
    # The clocks go forward in the night to the 29th: nine o'clock comes an hour earlier.
    assert london.after(at("2026-03-28 18:00"), 1) == at("2026-03-29 09:00")


@given(
    st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: at("2026-01-01") + timedelta(minutes=minutes)),
    st.integers(1, 100),
    st.sampled_from(("UTC", "Europe/Moscow", "America/St_Johns")),
)
def test_a_later_question_is_never_due_earlier_and_more_hours_never_end_sooner(
    start: datetime, hours: int, zone: str
):
    week = working(zone=zone, holidays="2026-05-01,2026-12-25")
    due = week.after(start, hours)
    assert due >= start + timedelta(hours=hours)
    assert week.after(start + timedelta(minutes=7), hours) >= due
    assert week.after(start, hours + 1) >= due + timedelta(hours=1)


def test_days_may_be_listed_one_by_one():
    assert working(days="2,4-5").days == {2, 4, 5}
    assert working(holidays="2026-12-25").holidays == {date(2026, 12, 25)}


@pytest.mark.parametrize(
    "wrong",
    [
        {"working_zone": "Europe/Atlantis"},
        {"working_zone": "/etc/passwd"},
        {"working_days": "0-5"},
        {"working_days": "6-5"},
        {"working_days": "monday"},
        {"working_hours": "18:00-09:00"},
        {"working_hours": "nine to five"},
        {"working_holidays": "Christmas"},
    ],
)
def test_settings_that_cannot_be_read_are_refused_when_the_server_starts(wrong: dict[str, str]):
    with pytest.raises(ValueError, match="cannot be read"):
        QuoteSettings(**wrong)
