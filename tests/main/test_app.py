"""The whole application: every path is described, refuses in its own dialect, and never stumbles."""

import dataclasses
import re
from typing import Any

import httpx2
import pytest

from makeline import __version__
from makeline.commerce.files.storage import StorageAway
from tests.asking import MACHINE
from tests.fakes import MemoryStorage
from tests.given import Given
from tests.web import OpenShop, open_shop

REAL_PATHS = re.compile(r"\{([a-z_]+)\}")
# Values that a path may bring; a NUL, half a character, a way out, another script, a quote, far too much.
NASTY = ("%00", "a%00b", "%ff%fe", "..", "%2e%2e%2f", "٣", "'%22;--", "x" * 4000, "%F0%9F%98%80", "-1", "_", "%20")


async def description_of(shop: OpenShop) -> dict[str, Any]:
    """What the application tells of itself."""
    answer = await shop.stranger.get("/openapi.json")
    assert answer.status_code == 200
    return answer.json()


def operations(description: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """Path, method and description of everything that can be called."""
    return [
        (path, method.upper(), operation)
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    ]


def references_in(value: Any) -> set[str]:
    """Every reference that stands in a description."""
    if isinstance(value, dict):
        own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return own.union(*(references_in(entry) for entry in value.values()))
    if isinstance(value, list):
        return set().union(*(references_in(entry) for entry in value))
    return set()


def dialect_of(answer: httpx2.Response) -> str:
    """Whose error body it is."""
    body = answer.json()
    if isinstance(body.get("detail"), list):
        assert set(body) == {"detail"}
        return "image"
    if "error_code" in body:
        assert {"detail", "error_code", "timestamp"} <= set(body)
        return "partner"
    assert {"error", "message", "details"} <= set(body)
    return "service"


@pytest.mark.parametrize("given", ["sqlite"], indirect=True) if False else pytest.mark.asyncio
async def test_every_path_is_described_with_its_refusals(given: Given):
    async with open_shop(given) as shop:
        description = await description_of(shop)
    described = operations(description)
    assert len(described) > 15
    assert description["info"]["version"] == __version__
    public = {"/", "/live", "/ready", "/health", "/metrics"}
    for path, method, operation in described:
        assert operation["summary"], path
        assert set(REAL_PATHS.findall(path)) == {
            hole["name"] for hole in operation["parameters"] if hole["in"] == "path"
        }
        refusals = {status for status in operation["responses"] if status >= "400"}
        assert refusals or path in public, f"{method} {path} is not told to refuse anything"
        for status in refusals:
            assert "`" in operation["responses"][status]["description"], f"{method} {path} {status}"
    ids = [operation["operationId"] for _, _, operation in described]
    assert len(set(ids)) == len(ids)
    schemas = description["components"]["schemas"]
    missing = {reference.rsplit("/", 1)[1] for reference in references_in(description)} - set(schemas)
    assert missing == set()
