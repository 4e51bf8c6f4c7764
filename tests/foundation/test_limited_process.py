"""Work on strangers' bytes happens in confined processes, and whatever happens there the server lives."""

import asyncio
import dataclasses
import os
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from makeline.foundation.limited_jobs import BrokenMessage, frame, header_length, read_header
from makeline.foundation.limited_process import (
    JobFailed,
    JobRefused,
    JobTimedOut,
    LimitedPool,
    Limits,
    PoolBusy,
    WorkerDied,
)

JOBS = "tests.foundation.limited_sample_jobs"
LIMITS = Limits(address_space_bytes=512 * 1024 * 1024, cpu_seconds=2, wall_seconds=1, answer_bytes=1_000_000)


@pytest.fixture
async def pool() -> AsyncIterator[LimitedPool]:
    pool = LimitedPool("test", LIMITS, processes=1, waiting=1)
    yield pool
    await pool.close()


async def test_header_and_blobs_come_back_even_when_the_job_prints(pool: LimitedPool) -> None:
    header, blobs = await pool.run(f"{JOBS}:turn_round", {"name": "Ёж"}, b"abc", b"", bytes(300_000))
    assert header == {"name": "Ёж"}
    assert blobs == [b"cba", b"", bytes(300_000)]


async def test_no_process_runs_before_the_first_job_and_one_serves_them_all(pool: LimitedPool) -> None:
    assert pool.describe()["processes"] == 0
    first, _ = await pool.run(f"{JOBS}:own_id", {})
    second, _ = await pool.run(f"{JOBS}:own_id", {})
    assert first == second
    assert first["pid"] != os.getpid()
    assert pool.usage.processes_started == 1


async def test_what_a_job_reports_is_heard_before_its_answer(pool: LimitedPool) -> None:
    heard = list[tuple[str, float, Mapping[str, Any]]]()
    answer, _ = await pool.run(f"{JOBS}:tell", {"steps": 4}, b"abc", heard=lambda *told: heard.append(told))
    assert answer == {"told": "nothing of this is a report"}
    assert heard == [("sent", 1, {}), *(("step", step / 4, {"so far": step}) for step in range(4))]


async def test_a_job_that_does_nothing_but_report_is_ended(pool: LimitedPool) -> None:
    with pytest.raises(WorkerDied):
        await pool.run(f"{JOBS}:tell", {"steps": 1001})
    assert await pool.run(f"{JOBS}:turn_round", {}, b"ab") == ({}, [b"ba"])


async def test_a_blob_that_breaks_off_on_its_way_ends_the_process_and_the_next_job_is_served(
    pool: LimitedPool,
) -> None:
    class Broken:
        def __len__(self) -> int:
            return 300_000

        async def __aiter__(self) -> AsyncIterator[bytes]:
            yield bytes(100_000)
            raise LookupError("gone")

    with pytest.raises(LookupError):
        await pool.run(f"{JOBS}:turn_round", {}, Broken())
    assert await pool.run(f"{JOBS}:turn_round", {}, b"ab") == ({}, [b"ba"])


async def test_a_process_is_as_nice_as_its_limits_say(pool: LimitedPool) -> None:
    nice = LimitedPool("nice", dataclasses.replace(LIMITS, nice=7))
    found = [(await one.run(f"{JOBS}:own_id", {}))[0]["nice"] for one in (pool, nice)]
    await nice.close()
    assert found[1] - found[0] == 7


async def test_a_job_that_sleeps_is_ended_and_the_next_one_is_served(pool: LimitedPool) -> None:
    with pytest.raises(JobTimedOut):
        await pool.run(f"{JOBS}:sleep", {"seconds": 60})
    assert await pool.run(f"{JOBS}:turn_round", {}, b"ab") == ({}, [b"ba"])


async def test_a_job_that_burns_cpu_is_ended_by_the_kernel() -> None:
    pool = LimitedPool("test", Limits(512 * 1024 * 1024, cpu_seconds=0, wall_seconds=20))
    with pytest.raises(JobTimedOut, match="CPU"):
        await pool.run(f"{JOBS}:spin", {})
    await pool.close()


async def test_a_job_that_takes_too_much_memory_fails_and_the_next_one_is_served(pool: LimitedPool) -> None:
    with pytest.raises(JobFailed) as failure:
        await pool.run(f"{JOBS}:allocate", {"megabytes": 2000})
    assert failure.value.error == "MemoryError"
    assert await pool.run(f"{JOBS}:allocate", {"megabytes": 5}) == ({"held": 5 * 1024 * 1024}, [])


async def test_a_process_that_dies_in_the_middle_of_a_job_is_replaced(pool: LimitedPool) -> None:
    with pytest.raises(WorkerDied, match="about to fall"):
        await pool.run(f"{JOBS}:vanish", {})
    assert await pool.run(f"{JOBS}:turn_round", {}, b"ab") == ({}, [b"ba"])
    assert pool.usage.processes_started == 2


async def test_a_process_that_died_while_idle_is_replaced_unnoticed(pool: LimitedPool) -> None:
    first, _ = await pool.run(f"{JOBS}:own_id", {})
    os.kill(first["pid"], 9)
    await asyncio.sleep(0.1)
    second, _ = await pool.run(f"{JOBS}:own_id", {})
    assert second != first


async def test_refusals_and_surprises_of_a_job_reach_the_caller_by_name(pool: LimitedPool) -> None:
    with pytest.raises(JobRefused) as refusal:
        await pool.run(f"{JOBS}:refuse", {})
    assert (refusal.value.code, refusal.value.message) == ("NOT_THIS", "this will not do")
    with pytest.raises(JobFailed, match="LookupError: nothing here"):
        await pool.run(f"{JOBS}:fail", {})
    assert pool.usage.processes_started == 1


async def test_an_answer_above_the_limit_ends_the_process(pool: LimitedPool) -> None:
    with pytest.raises(WorkerDied):
        await pool.run(f"{JOBS}:answer_too_much", {"size": 1_000_001})
    assert (await pool.run(f"{JOBS}:answer_too_much", {"size": 1_000_000}))[1] == [bytes(1_000_000)]


async def test_a_full_pool_says_so_at_once(pool: LimitedPool) -> None:
    running = asyncio.create_task(pool.run(f"{JOBS}:sleep", {"seconds": 0.3}))
    await asyncio.sleep(0)
    waiting = asyncio.create_task(pool.run(f"{JOBS}:sleep", {"seconds": 0}))
    await asyncio.sleep(0)
    with pytest.raises(PoolBusy, match="full"):
        await pool.run(f"{JOBS}:own_id", {})
    await asyncio.gather(running, waiting)


async def test_who_has_waited_long_enough_is_told_and_the_others_keep_their_turn() -> None:
    pool = LimitedPool("test", LIMITS, waiting=8, patience_seconds=0.2)
    running = asyncio.create_task(pool.run(f"{JOBS}:sleep", {"seconds": 0.5}))
    await asyncio.sleep(0)
    with pytest.raises(PoolBusy, match=r"busy for 0\.2 s"):
        await pool.run(f"{JOBS}:own_id", {})
    pool.patience_seconds = 5
    assert await pool.run(f"{JOBS}:turn_round", {}, b"ab") == ({}, [b"ba"])
    await running
    await pool.close()


async def test_those_who_wait_hold_no_more_bytes_together_than_allowed() -> None:
    pool = LimitedPool("test", LIMITS, waiting=8, waiting_bytes=5)
    running = asyncio.create_task(pool.run(f"{JOBS}:turn_round", {}, bytes(100)))
    await asyncio.sleep(0)
    waiting = asyncio.create_task(pool.run(f"{JOBS}:turn_round", {}, b"abc"))
    await asyncio.sleep(0)
    with pytest.raises(PoolBusy, match="full"):
        await pool.run(f"{JOBS}:turn_round", {}, b"def")
    assert await pool.run(f"{JOBS}:turn_round", {}, b"de") == ({}, [b"ed"])
    await asyncio.gather(running, waiting)
    assert await pool.run(f"{JOBS}:turn_round", {}, b"defghi") == ({}, [b"ihgfed"])
    await pool.close()


async def test_a_caller_who_leaves_frees_the_place(pool: LimitedPool) -> None:
    await pool.run(f"{JOBS}:own_id", {})
    leaver = asyncio.create_task(pool.run(f"{JOBS}:sleep", {"seconds": 60}))
    await asyncio.sleep(0.05)
    leaver.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaver
    assert await pool.run(f"{JOBS}:turn_round", {}, b"ab") == ({}, [b"ba"])


async def test_an_answer_that_nobody_reads_any_more_keeps_neither_place_nor_pool(pool: LimitedPool) -> None:
    for pause in (0.0, 0.001, 0.003, 0.005):
        await pool.run(f"{JOBS}:own_id", {})
        leaver = asyncio.create_task(pool.run(f"{JOBS}:answer_too_much", {"size": 1_000_000}))
        await asyncio.sleep(pause)
        leaver.cancel()
        await asyncio.wait([leaver])
    async with asyncio.timeout(5):
        await pool.close()


async def test_closing_waits_for_the_running_job_and_then_takes_no_more(pool: LimitedPool) -> None:
    running = asyncio.create_task(pool.run(f"{JOBS}:turn_round", {}, b"ab"))
    await asyncio.sleep(0)
    await pool.close()
    assert await running == ({}, [b"ba"])
    with pytest.raises(PoolBusy, match="closed"):
        await pool.run(f"{JOBS}:own_id", {})
    assert pool.describe()["processes"] == 0


async def test_a_process_is_replaced_after_its_share_of_jobs() -> None:
    pool = LimitedPool("test", Limits(512 * 1024 * 1024, cpu_seconds=5, wall_seconds=5, jobs_per_process=2))
    processes = [(await pool.run(f"{JOBS}:own_id", {}))[0]["pid"] for _ in range(4)]
    await pool.close()
    assert processes[0] == processes[1] != processes[2] == processes[3]


async def test_a_process_knows_no_secret_and_reaches_nothing(
    pool: LimitedPool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("A_SECRET_OF_THE_SERVER", "hush")
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        tried, _ = await pool.run(f"{JOBS}:try_everything", {"port": port, "path": str(tmp_path / "x")})
    assert tried["secret"] == "unknown"
    confinement = pool.describe()["confinement"]
    # Where files cannot be guarded, at least no byte can be written.
    assert tried["file"] == ("PermissionError" if confinement["files"] == "program" else "OSError")
    assert set(confinement) == {"network", "user", "files", "programs"}
    # A platform without these two guards says so in the description; this is where the promise is checked.
    if confinement["programs"] == "forbidden":
        assert (tried["socket"], tried["program"]) == ("PermissionError", "PermissionError")
    if confinement["network"] == "isolated":
        assert tried["socket"] != "succeeded"


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"[]",
        b'{"body": {}}',
        b'{"body": [], "sizes": []}',
        b'{"body": {}, "sizes": [-1]}',
        b'{"body": {}, "sizes": [true]}',
        b'{"body": {}, "sizes": [101]}',
        b'{"body": {}, "sizes": ' + b"[" * 100_000,
        b"\xff",
    ],
)
def test_a_header_of_the_wrong_shape_is_no_message(header: bytes) -> None:
    with pytest.raises(BrokenMessage):
        read_header(header, most_bytes=100)


def test_a_header_longer_than_allowed_is_not_even_read() -> None:
    with pytest.raises(BrokenMessage):
        header_length(b"\xff\xff\xff\xff")
    assert header_length(frame({}, [])[:4]) == len(frame({}, [])) - 4
