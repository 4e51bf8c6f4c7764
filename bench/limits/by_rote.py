"""The floor of a sale or a notice over HTTP: a server that knows what each call will send (``bench.limits.rote``), under the load of ours."""

import pickle
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.case import Contender, Measure, Measurement, Role
from bench.client import Connection, Flow, NothingLeft, drive
from bench.disk import disk_folder, postgres
from bench.http import Served, Steps, measured, uvicorn
from bench.limits.rote import Part
from bench.notice_statements import recorded_notices
from bench.orders import CLIENTS, sale
from bench.product import silent_partner
from bench.sale_statements import Recorded, recorded_on_postgres, recorded_on_sqlite
from makeline.adapters.print_partner.simulator.settings import BASE_PATH

_LABEL = "a server that sells by rote"
# Sales before the round: statements are prepared, lines to the partner are open.
_WARM_UP = CLIENTS * 25


def sales_on_sqlite(most_per_second: int) -> Contender:
    """One process on one file, as ours."""

    @contextmanager
    def opened() -> Generator[Measure]:
        yield lambda seconds: _on_sqlite(round(most_per_second * seconds), seconds)

    return Contender(Role.LIMIT, _LABEL, opened)


def _on_sqlite(count: int, seconds: float) -> Measurement:
    with disk_folder() as folder, recorded_on_sqlite(folder, count + _WARM_UP) as recorded:
        return _round(folder, recorded, seconds, {})


def sales_on_postgres(most_per_second: int) -> Contender:
    """One process beside a PostgreSQL with fsync, as ours; nobody prints."""

    @contextmanager
    def opened() -> Generator[Measure]:
        with postgres() as cluster:

            def measure(seconds: float) -> Measurement:
                count = round(most_per_second * seconds) + _WARM_UP
                with disk_folder() as folder, recorded_on_postgres(cluster, count) as recorded:
                    return _round(folder, recorded, seconds, {"postgres": cluster.pid})

            yield measure

    return Contender(Role.LIMIT, _LABEL, opened)


def notices_on_sqlite(most_per_second: int, *, again: bool, against: str) -> Contender:
    """Signed notices in one process on one file; ``against``: the line of ours that takes the same."""

    @contextmanager
    def opened() -> Generator[Measure]:
        yield lambda seconds: _notices(round(most_per_second * seconds) + _WARM_UP, seconds, again=again)

    what = "again" if again else "new"
    return Contender(Role.LIMIT, f"a server that takes them by rote: {what}", opened, against)


def _notices(count: int, seconds: float, *, again: bool) -> Measurement:
    with disk_folder() as folder, recorded_notices(folder, count, again=again) as recorded:
        part = Part(notices=recorded.statements, secret=recorded.secret)
        with _server(folder, part, recorded.url, {}) as served:
            first, rest = recorded.calls[:_WARM_UP], recorded.calls[_WARM_UP:]
            drive(_each_once(first), port=served.port, seconds=10, connections=CLIENTS)
            measurement = measured(served, Steps(_each_once(rest), CLIENTS), seconds)
            recorded.must_hold(len(first) + measurement.operations)
            return measurement


def _each_once(calls: Sequence[bytes]) -> Flow:
    async def flow(connection: Connection, number: int, turn: int) -> None:
        position = turn * CLIENTS + number
        if position >= len(calls):
            raise NothingLeft
        await connection.expect(calls[position])

    return flow


def _round(folder: Path, recorded: Recorded, seconds: float, others: Mapping[str, int]) -> Measurement:
    keys = list(recorded.sales)
    with _server(folder, Part(sales=dict(recorded.sales)), recorded.url, others) as served:
        first, rest = keys[:_WARM_UP], keys[_WARM_UP:]
        drive(sale(first, recorded.summary, CLIENTS), port=served.port, seconds=10, connections=CLIENTS)
        measurement = measured(served, Steps(sale(rest, recorded.summary, CLIENTS), CLIENTS), seconds)
        recorded.must_hold(len(first) + measurement.operations)
        return measurement


@contextmanager
def _server(folder: Path, part: Part, url: str, others: Mapping[str, int]) -> Generator[Served]:
    known = folder / "part"
    known.write_bytes(pickle.dumps(part))
    with silent_partner(folder) as partner:
        env = {
            "ROTE_PART": str(known),
            "ROTE_DATABASE": url,
            "ROTE_PARTNER": f"http://127.0.0.1:{partner.port}{BASE_PATH}",
        }
        pids = {**partner.processes, **others}
        with uvicorn("bench.limits.rote:app", ready="/openapi.json", env=env, others=pids) as served:
            yield served
