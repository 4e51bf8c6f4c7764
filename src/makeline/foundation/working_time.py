"""The clock that runs only while somebody is at work: by it staff has so many hours to answer."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """When somebody is at work: ``days`` of the week (Monday is 1) from ``opens`` to ``closes`` by the clocks of
    ``zone``, but not on ``holidays``."""

    zone: str
    days: frozenset[int]
    opens: time
    closes: time
    holidays: Collection[date] = ()

    def after(self, start: datetime, hours: float) -> datetime:
        """The moment when so many working hours have passed since ``start``; UTC."""
        left, zone = timedelta(hours=hours), ZoneInfo(self.zone)
        day = start.astimezone(zone).date()
        while True:
            if self._is_working(day):
                # In UTC, where an hour is an hour on the days when clocks are changed too.
                begin = max(start, datetime.combine(day, self.opens, zone).astimezone(UTC))
                end = datetime.combine(day, self.closes, zone).astimezone(UTC)
                if begin + left <= end:
                    return begin.astimezone(UTC) + left
                left -= max(end - begin, timedelta(0))
            day += timedelta(days=1)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """How much working time lies between two moments; none where the second is not later."""
        zone, worked = ZoneInfo(self.zone), timedelta(0)
        day, last = start.astimezone(zone).date(), end.astimezone(zone).date()
        while day <= last:
            if self._is_working(day):
                begin = max(start, datetime.combine(day, self.opens, zone).astimezone(UTC))
                close = min(end, datetime.combine(day, self.closes, zone).astimezone(UTC))
                worked += max(close - begin, timedelta(0))
            day += timedelta(days=1)
        return worked

    def _is_working(self, day: date) -> bool:
        return day.isoweekday() in self.days and day not in self.holidays


def read_working_time(*, zone: str, days: str, hours: str, holidays: str) -> WorkingTime:
    """From texts as settings have them: ``Europe/London``, ``1-5`` or ``1,2,4``, ``09:00-18:00``, ``2026-12-25,…``.

    Raises ``ValueError`` where one cannot be read, or nobody would ever be at work.
    """
    ZoneInfo(zone)
    opens, _, closes = hours.partition("-")
    read = WorkingTime(
        zone,
        _days(days),
        time.fromisoformat(opens.strip()),
        time.fromisoformat(closes.strip()),
        frozenset(date.fromisoformat(one.strip()) for one in holidays.split(",") if one.strip()),
    )
    if read.opens >= read.closes:
        raise ValueError("must end later than they begin")
    return read


def _days(text: str) -> frozenset[int]:
    found: set[int] = set()
    for entry in text.split(","):
        first, _, last = entry.partition("-")
        found.update(range(int(first), int(last or first) + 1))
    if not found or not found <= set(range(1, 8)):
        raise ValueError("must name days of the week from 1 (Monday) to 7")
    return frozenset(found)
