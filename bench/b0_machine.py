"""B0: what this machine can do at all; every other figure is read beside these."""

from bench.case import Case
from bench.limits import disk, http, pgbench, sqlite

CASE = Case(
    id="B0",
    title="Limits of this machine",
    unit="operations",
    contenders=(
        http.bare_asgi(),
        http.starlette_get(),
        http.fastapi_get(),
        http.fastapi_post(),
        disk.fdatasync(),
        sqlite.order_transaction("FULL"),
        sqlite.order_transaction("NORMAL"),
        pgbench.order_transaction(),
        pgbench.order_function(),
    ),
)
