"""B14: people sign in, as fast as passwords can be hashed at all; and what everybody else notices of it."""

import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import replace

from bench.case import Case, Contender, Goal, Measure, Measurement, Role, Summary
from bench.http import generate, http_contender, measured
from bench.latency import percentile_ms
from bench.signing_in import PASSWORD, Crowd, bodies, with_people
from bench.steady import ask_steadily, beside_others, hardly_noticed
from bench.wrk import Load
from makeline.commerce.accounts.passwords import COST

AT_ONCE = 2
BESIDE = 20
_QUIET, _BESIDE = "GET /materials, nobody signs in", f"GET /materials beside {BESIDE} sign-ins a second"
_STEADY = f"GET /materials asked steadily beside {BESIDE} sign-ins a second"
_LOGIN = Load(["/login"], method="POST", bodies=bodies())
_LIST = Load(["/materials"], connections=2)


@contextmanager
def hashing() -> Generator[Measure]:
    """As many threads as the product has check one password each, again and again, and do nothing else."""
    kept = COST.hash(PASSWORD)
    yield lambda seconds: _hashed(lambda: COST.verify(kept, PASSWORD), seconds)


def _hashed(check: Callable[[], object], seconds: float) -> Measurement:
    waits: list[float] = []
    end = time.perf_counter() + seconds

    def work() -> None:
        while (began := time.perf_counter()) < end:
            check()
            waits.append(time.perf_counter() - began)

    threads = [threading.Thread(target=work) for _ in range(AT_ONCE)]
    began, cpu = time.perf_counter(), time.process_time()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took, used = time.perf_counter() - began, time.process_time() - cpu
    waits.sort()
    return Measurement(
        len(waits),
        took,
        percentile_ms(waits, 50),
        percentile_ms(waits, 99),
        {"process": used * 1e6 / len(waits)},
    )


def beside(label: str, *, a_second: int) -> Contender:
    """The list of materials, which costs next to nothing, while others sign in."""

    @contextmanager
    def opened() -> Generator[Measure]:
        with with_people() as served:
            generate(_LIST, served.port, 0.7)

            def measure(seconds: float) -> Measurement:
                if not a_second:
                    return measured(served, _LIST, seconds)
                with Crowd(served.port, a_second) as crowd:
                    seen = measured(served, _LIST, seconds)
                return replace(seen, facts={**seen.facts, **crowd.facts}, errors=seen.errors + crowd.failed)

            yield measure

    return Contender(Role.OURS, label, opened)


def steadily(label: str) -> Contender:
    """The same list, for a customer who asks a hundred times a second, alone and beside the others in turn."""

    @contextmanager
    def opened() -> Generator[Measure]:
        with with_people() as served:
            ask_steadily("/materials", port=served.port, seconds=0.7)
            yield lambda seconds: beside_others(
                served, "/materials", seconds, lambda: Crowd(served.port, BESIDE)
            )

    return Contender(Role.OURS, label, opened)


def _near_the_limit(summary: Summary) -> bool:
    return summary.ratio("argon2 on two threads") >= 0.85


def _hardly_noticed(summary: Summary) -> bool:
    return hardly_noticed(summary.named(_STEADY))


CASE = Case(
    id="B14",
    title="People sign in, c=8, one API process",
    unit="sign-ins or req/s",
    contenders=(
        http_contender(Role.OURS, "POST login", with_people, _LOGIN),
        Contender(Role.LIMIT, "argon2 on two threads", hashing),
        beside(_QUIET, a_second=0),
        beside(_BESIDE, a_second=BESIDE),
        steadily(_STEADY),
    ),
    goals=(
        Goal("at least 85 % of what argon2 allows", _near_the_limit),
        Goal(f"p99 of others at most twice as long while {BESIDE} a second sign in", _hardly_noticed),
    ),
    note=(
        "A sign-in checks the password (argon2id, 19 MiB, two rounds) on one of two threads, then writes its row, flushed "
        "to the disk, and signs a token. The limit is the same check on two threads of a process that does nothing else. "
        "The next lines are two connections that ask for a list as fast as they are answered, which alone fill a core. The last "
        "is one customer who asks a hundred times a second, first alone, then beside; a wait counts from the moment the question "
        "was due. The goal is about him; on two cores he, who signs in, the server and the hashing share the processor."
    ),
)
