"""Answers are counted as the library would count them."""

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

from makeline.foundation.request_tally import RequestTally

_BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 3, 10)
_ANSWERS = [
    ("/a", "GET", 200, 0.0004),
    ("/a", "GET", 200, 0.001),
    ("/a", "POST", 422, 0.0010001),
    ("/b", "GET", 200, 10.0),
    ("/b", "GET", 503, 11.5),
]


def test_the_tally_says_what_the_librarys_own_counters_say():
    ours, theirs, tally = CollectorRegistry(), CollectorRegistry(), RequestTally()
    ours.register(tally)
    answered = Counter(
        "makeline_requests_total", "Answered requests", ["route", "method", "status"], registry=theirs
    )
    took = Histogram(
        "makeline_request_seconds", "Time to answer", ["route"], buckets=_BOUNDS, registry=theirs
    )
    for route, method, status, seconds in _ANSWERS:
        tally.count(route, method, status, seconds)
        answered.labels(route, method, status).inc()
        took.labels(route).observe(seconds)
    said = [line for line in generate_latest(theirs).decode().splitlines() if "_created" not in line]
    assert sorted(generate_latest(ours).decode().splitlines()) == sorted(said)
    assert "makeline_requests_total{" in "\n".join(said)
