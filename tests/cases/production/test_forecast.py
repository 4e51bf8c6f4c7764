"""How long a print takes to lie ready: those before it, in the order in which they are handed over."""

from datetime import UTC, datetime, timedelta

from hypothesis import given as examples
from hypothesis import strategies as some

from makeline.cases.production.forecast import Floor, forecast
from makeline.cases.production.models import PrintJob
from makeline.cases.production.print_time import PrintTime
from makeline.cases.production.states import JobState

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
TIME = PrintTime(10, 16)


def job(number: int, status: JobState = JobState.QUEUED, **words) -> PrintJob:
    empty = dict.fromkeys(PrintJob._fields)
    return PrintJob(**{**empty, "id": number, "status": status, "priority": 5, "created_at": NOW, **words})


def floor(*prints: PrintJob) -> Floor:
    return Floor(None, None, sorted(prints, key=lambda each: (each.priority, each.id)), TIME, NOW)


def before(*prints: PrintJob, own: PrintJob | None = None) -> int:
    return forecast(floor(*prints), own, NOW).before


def minutes(*prints: PrintJob, own: PrintJob | None = None) -> tuple[float, float]:
    found = forecast(floor(*prints), own, NOW)
    return (found.median - NOW) / timedelta(minutes=1), (found.p90 - NOW) / timedelta(minutes=1)


def test_an_idle_machine_needs_the_time_of_one_print():
    assert minutes() == (10, 16)
    assert before() == 0


def test_every_print_before_takes_its_time_and_the_spread_grows_with_the_root():
    assert minutes(job(1), job(2), job(3)) == (40, 52)


def test_what_waits_for_staff_is_not_printed_next():
    held = job(1, JobState.WAITING_FOR_STAFF, offered_at=NOW)
    assert before(held, job(2, JobState.WAITING_FOR_STAFF)) == 0
    assert minutes(held) == (10, 16)


def test_what_is_under_the_printer_has_done_a_part_of_it():
    def started(ago: int) -> PrintJob:
        return job(1, JobState.PRINTING, started_at=NOW - timedelta(minutes=ago), sent_at=NOW)

    assert minutes(started(4))[0] == 16
    assert minutes(started(40))[0] == 10
    assert minutes(started(-3))[0] == 20, "two clocks that disagree make no print longer"
    assert minutes(started(4), own=started(4))[0] == 6


def test_less_urgent_prints_come_later_unless_the_partner_has_them():
    later = job(1, priority=9)
    assert before(later) == 0
    assert before(later._replace(offered_at=NOW)) == 1
    assert before(job(2, priority=1), job(3)) == 2


def test_a_print_of_ones_own_stands_among_the_others():
    first, urgent, own = job(1), job(3, priority=1), job(2)
    sent = job(4, JobState.SENT, sent_at=NOW)
    assert before(first, own, urgent, sent, own=own) == 3
    assert before(first, own, urgent, sent, own=sent) == 0


@examples(
    some.lists(some.tuples(some.integers(1, 10), some.sampled_from(JobState), some.booleans()), max_size=12)
)
def test_places_in_a_queue_are_one_after_the_other(words):
    waiting = (JobState.QUEUED, JobState.SENT, JobState.PRINTING, JobState.WAITING_FOR_STAFF)
    prints = [
        job(number, status, priority=priority, started_at=NOW, offered_at=NOW if offered else None)
        for number, (priority, status, offered) in enumerate(words)
        if status in waiting
    ]
    moving = [each for each in prints if each.status is not JobState.WAITING_FOR_STAFF]
    assert sorted(before(*prints, own=each) for each in moving) == list(range(len(moving)))
    assert before(*prints) <= len(moving)
