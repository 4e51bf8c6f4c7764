"""Where names are listed, calls by other names are refused before anything looks at them."""

from datetime import UTC, datetime

import httpx2
import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from makeline.foundation.web.hosts import TrustedHosts
from makeline.foundation.web.refusals import render_service

NAMES = ("Shop.Example.com", "10.0.0.1:8000", "[::1]")


async def behind(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("inside")(scope, receive, send)


async def answer(host: str, path: str = "/profile") -> httpx2.Response:
    guarded = TrustedHosts(
        behind, NAMES, renderer_for=lambda _: render_service, clock=lambda: datetime(2026, 3, 4, tzinfo=UTC)
    )
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(guarded)) as client:
        return await client.get(f"http://x{path}", headers={"host": host})


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        ("shop.example.com", True),
        ("SHOP.example.com:443", True),
        ("10.0.0.1:8000", True),
        ("[::1]", True),
        ("[::1]:8000", True),
        ("10.0.0.1", False),
        ("shop.example.com.evil.test", False),
        ("evil.test", False),
        ("shop.example.com/profile", False),
        ("shop.example.com:80/x", False),
        ("shop.example.com@evil.test", False),
        ("", False),
    ],
)
async def test_only_our_own_names_are_answered(host: str, ours: bool):
    said = await answer(host)
    assert (said.status_code, said.text == "inside") == ((200, True) if ours else (400, False))
    if not ours:
        assert said.json()["code"] == "UNKNOWN_HOST"


async def test_orchestrators_ask_by_the_address_of_a_machine():
    assert (await answer("172.17.0.5:8000", "/ready")).status_code == 200
