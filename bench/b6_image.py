"""B6: a stored print file of 300 KB behind a signed link."""

import io
import os
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from time import time

from PIL import Image

from bench.case import Case, Contender, Goal, Measure, Role, Summary
from bench.disk import disk_folder
from bench.functions import function_contender
from bench.http import http_contender, measured, uvicorn
from bench.product import beside_partner
from bench.shop import prepared_shop
from bench.wrk import Load
from makeline.commerce.files.links import Audience, Links
from makeline.commerce.files.models import FileKind

_KEY = "bench-key-of-at-least-thirty-two-characters"
_SIDE = 320
TOKEN = "token check alone"
MEMORY, FILE = "300 KB from memory, bare ASGI", "300 KB by FileResponse"


def links() -> Links:
    """Signs as the server under test does."""
    return Links("http://127.0.0.1", [_KEY.encode()])


@contextmanager
def _product() -> Generator[Measure]:
    with disk_folder() as folder:
        url = f"sqlite:///{folder / 'makeline.sqlite'}"
        with prepared_shop(url, folder, fleet_size=1) as shop:
            name = shop.keep_file(FileKind.PRINT_FILE, noise(), "image/png", (_SIDE, _SIDE))
        address = links().link(name, Audience.MANUFACTURER, datetime.now(UTC)).url
        load = Load([address.removeprefix("http://127.0.0.1")])
        with beside_partner(folder, env={"LINK_KEYS": _KEY}) as served:
            measured(served, load, 1)
            yield lambda seconds: measured(served, load, seconds)


def noise() -> bytes:
    """A PNG that nothing can make smaller: 307 KB."""
    file = io.BytesIO()
    Image.frombytes("RGB", (_SIDE, _SIDE), os.urandom(3 * _SIDE * _SIDE)).save(file, "png", compress_level=1)
    return file.getvalue()


def _token_check() -> Contender:
    signer = links()
    moment = datetime.fromtimestamp(int(time()), UTC)
    token = signer.link("print-file-1.png", Audience.MANUFACTURER, moment).url.partition("token=")[2]
    return function_contender(Role.LIMIT, TOKEN, lambda: signer.check("print-file-1.png", token, moment))


def _rate(summary: Summary) -> bool:
    return summary.ours.rate >= 3500


def _check(summary: Summary) -> bool:
    return summary.named(TOKEN).cpu_us["process"] <= 6


CASE = Case(
    id="B6",
    title="Signed print file of 300 KB, c=8, one API process",
    unit="req/s",
    contenders=(
        Contender(Role.OURS, "GET /image with its token", _product),
        http_contender(Role.PEER, FILE, lambda: uvicorn("bench.limits.apps:filed"), Load(["/file"])),
        http_contender(Role.LIMIT, MEMORY, lambda: uvicorn("bench.limits.apps:bare_large"), Load(["/"])),
        _token_check(),
    ),
    goals=(
        Goal("at least 3,500 req/s", _rate),
        Goal("a token is checked in at most 6 µs", _check),
    ),
    note=(
        "The file is in the storage on disk; the server keeps the files asked for last in 64 MB of memory, because a "
        "printer fetches one picture up to thirty times. Limited by copying 300 KB into the socket."
    ),
)
