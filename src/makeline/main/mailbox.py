"""The letters of the embedded default as a page beside it, on this machine only."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from rich.console import Console

from makeline.adapters.mail.mailbox_page import mailbox_app
from makeline.foundation.settings import Settings
from makeline.foundation.web.side_server import WebServer, listen, serving


@asynccontextmanager
async def mailbox_page(settings: Settings, console: Console) -> AsyncGenerator[None]:
    """It is there as long as the block lasts; a port that somebody else has costs the page, not the shop."""
    port = settings.mailbox_port
    if not port:
        yield
        return
    try:
        listener = listen("127.0.0.1", port)
    except OSError as error:
        console.print(f"Letters are not shown: port {port} {error.strerror or error}.", highlight=False)
        yield
        return
    async with serving(WebServer(mailbox_app(settings.mailbox)), listener):
        yield
