"""The pages about the API: every call is on one, says truly who may make it, and its example runs as it is printed."""

import asyncio
import re
import subprocess
from typing import Any
from urllib.parse import urlsplit

import jsonschema_rs

from makeline.commerce.accounts.states import Role
from makeline.main.api_docs.callers import Who
from makeline.main.api_docs.chapters import CALL_PAGES, GUIDES, page_of
from makeline.main.api_docs.examples import GIVEN, ExampleBook, read_examples
from makeline.main.api_docs.pages_html import WORDS
from makeline.main.api_docs.programs import PYTHON_FIRST, SHELL_FIRST, python_of, shell_program
from makeline.main.sandbox import restore_sandbox
from tests.engines import on_sqlite
from tests.faults.test_who_may_call_what import ROWS
from tests.faults.what_is_public import PUBLIC
from tests.faults.who_people_are import PEOPLE
from tests.given import Given
from tests.members import becomes, register
from tests.people import key_of
from tests.web import OpenShop, open_shop

_PASSWORD = "correct horse battery"
_BOOKS = {page: read_examples(page) for page in CALL_PAGES}
# The first call of a sale that needs most others before it.
_DEEPEST = "GET /api/chinese/print/{order_id}/status"


@on_sqlite
async def test_every_example_runs_as_it_is_printed_and_is_answered_as_described(given: Given):
    async with open_shop(given) as shop:
        await restore_sandbox(shop.house)
        await register(shop, "admin", password=_PASSWORD)
        await becomes(shop, "admin", Role.ADMIN)
        key = (await key_of(given.database)).text
        described = (await shop.stranger.get("/openapi.json")).json()
        asked: dict[str, Any] = {}
        for page, book in _BOOKS.items():
            asked |= await asyncio.to_thread(_run_all, shop.url, page, book, key)
    wrong = {call: fault for call, answer in asked.items() if (fault := _misfit(described, call, answer))}
    assert not wrong, wrong
    assert len(asked) > 120


def _run_all(url: str, page: str, book: ExampleBook, key: str) -> dict[str, Any]:
    """Every call's answer; the lines of each example are run once, in the order of the page."""
    names: dict[str, Any] = {}
    exec(PYTHON_FIRST.format(base=url), names)  # noqa: S102
    names["key"] = key
    answers: dict[str, Any] = {}
    for example in book.all:
        if not example.missing:
            try:
                exec(python_of(example), names)  # noqa: S102
            except Exception as error:
                told = getattr(error, "read", lambda: b"")()
                raise AssertionError(f"{page}: {example.call}: {error!r} {told!r}") from error
            answers[example.call] = names["answer"]
    return answers


def _misfit(described: dict[str, Any], call: str, answer: Any) -> str:
    method, _, path = call.partition(" ")
    content = described["paths"][path][method.lower()]["responses"]["200"].get("content", {})
    if "application/json" not in content:
        return "" if isinstance(answer, (str, bytes)) and answer else "nothing came"
    schema = content["application/json"].get("schema")
    if not schema or isinstance(answer, bytes):
        return ""
    validator = jsonschema_rs.Draft202012Validator({**schema, "components": described["components"]})
    return "; ".join(
        f"{list(error.instance_path)} {error.message[:200]}" for error in validator.iter_errors(answer)
    )


@on_sqlite
async def test_a_chain_of_commands_runs_in_a_shell_as_it_is_printed(given: Given, tmp_path):
    book = _BOOKS["partner"]
    example = book.of(_DEEPEST)
    assert example is not None
    steps = [*book.before(example), example]
    async with open_shop(given) as shop:
        text = f"set -e\n{SHELL_FIRST.format(base=shop.url)}\n{shell_program(steps)}"
        done = await asyncio.to_thread(
            subprocess.run, ["sh", "-c", text], cwd=tmp_path, capture_output=True, timeout=60, check=False
        )
    assert done.returncode == 0, (text, done)
    assert b'"print_job_id"' in done.stdout.rpartition(b"\n")[2] or b'"status"' in done.stdout, done.stdout


def test_every_example_knows_what_has_to_be_called_before_it():
    for page, book in _BOOKS.items():
        calls = [example.call for example in book.all if not example.setup]
        assert len(calls) == len(set(calls)), page
        for example in book.all:
            if not example.missing:
                made = {name for step in book.before(example) for name in step.makes} | set(GIVEN)
                assert set(example.needs) <= made, (page, example.call, set(example.needs) - made)
                assert not [step.call for step in book.before(example) if step.missing], (page, example.call)


@on_sqlite
async def test_who_may_make_a_call_is_told_as_the_tables_of_the_tests_have_it(given: Given):
    async with open_shop(given) as shop:
        desk = _desk_of(shop)
    told = {(call.endpoint.method, call.endpoint.path): call.who for call in desk._calls}
    people = {
        where: Who.ADMIN
        if row.staff == 403 == row.customer
        else Who.STAFF
        if row.customer == 403
        else Who.MEMBER
        for where, row in PEOPLE.items()
    }
    # Its owner's alone: staff is refused by other words.
    people[("POST", "/v1/quotes/{quote_id}/accept")] = Who.MEMBER
    assert {where: told[where] for where in people} == people
    scoped = {where for where, row in ROWS.items() if row.scope}
    assert {where: told[where] for where in scoped} == dict.fromkeys(scoped, Who.PARTNER)
    open_to_all = {where for where, row in ROWS.items() if not row.scope}
    assert {where: told[where] for where in open_to_all} == dict.fromkeys(open_to_all, Who.ANYONE)
    wrong = {where: told[where] for where in PUBLIC if told[where] in (Who.MEMBER, Who.STAFF, Who.ADMIN)}
    assert not wrong, list(wrong)
    phones = {where for where, why in PUBLIC.items() if why.startswith("the phone's own")}
    assert {where: told[where] for where in phones} == dict.fromkeys(phones, Who.PHONE)


def _desk_of(shop: OpenShop) -> Any:
    front = shop.app._app  # the envelope's inside: the front desk, which knows every place
    return front._places["", "docs"].calls["GET"].call.__self__


@on_sqlite
async def test_the_pages_are_whole_link_to_what_is_there_and_speak_each_language(given: Given):
    async with open_shop(given) as shop:
        whole = (await shop.stranger.get("/openapi.json")).json()
        texts = {}
        for page in ("", *CALL_PAGES, *GUIDES):
            answer = await shop.stranger.get(
                f"/docs/{page}".rstrip("/"), headers={"accept-language": "zh-CN"}
            )
            assert (answer.status_code, answer.headers["content-language"]) == (200, "zh"), page
            texts[page] = (await shop.stranger.get(f"/docs/{page}".rstrip("/"))).text
        parts = {page: (await shop.stranger.get(f"/docs/{page}.json")).json() for page in CALL_PAGES}
        photo = await shop.stranger.get("/docs/photo.jpg")
        missing = await shop.stranger.get("/docs/nothing")
    assert photo.headers["content-type"] == "image/jpeg" and missing.status_code == 404
    assert WORDS["en"].keys() == WORDS["zh"].keys()
    assert {path for part in parts.values() for path in part["paths"]} == whole["paths"].keys()
    for part in parts.values():
        named = set(re.findall(r'"#/components/schemas/(\w+)"', str(part).replace("'", '"')))
        assert named <= part["components"]["schemas"].keys()
    ids = {page: re.findall(r'\bid="([^"]+)"', text) for page, text in texts.items()}
    for page, text in texts.items():
        assert len(ids[page]) == len(set(ids[page])), page
        assert "style=" not in text and "<script>" not in text and " onclick" not in text
        for link in re.findall(r'href="([^"]+)"', text):
            there = urlsplit(link)
            where = there.path.removeprefix("/docs").strip("/") if there.path.startswith("/docs") else page
            if there.fragment and where in ids:
                assert there.fragment in ids[where], (page, link)
    for path, methods in whole["paths"].items():
        assert sum(path in part["paths"] for part in parts.values()) >= 1, (path, methods)


def test_what_nobody_has_placed_stands_with_staff():
    from makeline.foundation.web.endpoint import Endpoint

    assert page_of(Endpoint("GET", "/v1/elsewhere", None, "New", "A new tag")) == "staff"  # type: ignore[arg-type]
