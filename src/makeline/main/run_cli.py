"""``makeline run``."""

import os
from typing import Annotated

import typer

from makeline.main.addresses import public_url
from makeline.main.console import DataDir, Port, console, run_to_end, settings_or_exit
from makeline.main.demos import Demo
from makeline.main.fill import fill_shop
from makeline.main.migrate import migrate as migrate_schema
from makeline.main.serve_embedded import serve_embedded


def run(
    port: Port = None,
    data_dir: DataDir = None,
    host: Annotated[
        str | None, typer.Option(help="address to listen on (HOST); 0.0.0.0: for phones too")
    ] = None,
    public: Annotated[str | None, typer.Option("--public-url", help="address in links (BASE_URL)")] = None,
    demo: Annotated[bool, typer.Option("--demo", help="buy a case, then stop")] = False,
    demo_parts: Annotated[bool, typer.Option("--demo-parts", help="order a part, then stop")] = False,
    demo_shop: Annotated[bool, typer.Option("--demo-shop", help="buy a case on the web, then stop")] = False,
) -> None:
    """Everything in one: migrate, seed, simulated print partner, web server and worker."""
    if host:
        os.environ["HOST"] = host
    if public:
        os.environ["BASE_URL"] = public
    # A person is watching: only what goes wrong, unless LOG_LEVEL asks for more.
    os.environ.setdefault("LOG_LEVEL", "warning")
    # And wants something to try with.
    os.environ.setdefault("DEMO_FILES", "on")
    settings = settings_or_exit(port, data_dir)
    if not settings.place.base_url:
        os.environ["BASE_URL"] = public_url(settings.place.host, settings.place.port)
        settings = settings_or_exit(port, data_dir)
    migrate_schema(settings.database_url)
    run_to_end(fill_shop(settings))
    wanted = next((one for one, told in ((Demo.PARTS, demo_parts), (Demo.SHOP, demo_shop)) if told), None)
    wanted = wanted or (Demo.CASE if demo else None)
    raise typer.Exit(serve_embedded(settings, console, demo=wanted))
