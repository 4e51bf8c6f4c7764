"""Makes the documented calls and holds every answer against the documented examples."""

import io
import re
import tarfile
import zipfile
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

import httpx2

from tools.acceptance.comparison import differences
from tools.acceptance.documents import Call, Document, Example, Kind
from tools.acceptance.expected import ERRORS, LATER, MISPLACED, NOT_OFFERED, NULL, SALE, SAME
from tools.acceptance.sheet import Sheet

_HOLE = re.compile(r"{(\w+)}")
_SESSIONS = "/api/vending/"
_USUAL = {"equipment_id": "VM_TEST_MANUFACTURER", "order_id": "ORDER_CHINESE_TEST_001"}


class Caller:
    """Somebody who calls under one base address, with one credential or none, and may name an API version."""

    def __init__(self, address: str, *, version: str | None = None) -> None:
        place = urlsplit(address)
        auth = (place.username or "", place.password or "") if place.password else None
        base = f"{place.scheme}://{place.hostname}:{place.port}{place.path}"
        headers = {"x-api-version": version} if version else {}
        self._web = httpx2.Client(base_url=base, auth=auth, headers=headers, timeout=30, trust_env=False)

    def call(self, method: str, path: str, **request: Any) -> httpx2.Response:
        """Any call; the path is as documented, with its query."""
        return self._web.request(method, path, **request)


def run_commands(sheet: Sheet, document: Document, caller: Caller) -> None:
    """Every curl command, its address replaced."""
    for line, words in document.commands():
        method, url, body, headers = "GET", "", None, {}
        for flag, value in pairwise(words):
            if flag in ("-X", "--request"):
                method = value
            elif flag in ("-H", "--header"):
                name, _, text = value.partition(":")
                headers[name.strip()] = text.strip()
            elif flag in ("-d", "--data"):
                body = value
            if value.startswith("http"):
                url = value
        path = urlsplit(url).path
        answer = caller.call(method, path, content=body, headers=headers)
        sheet.add(document.name, line, f"curl {method} {path}", _status(answer))


def compare_calls(sheet: Sheet, document: Document, caller: Caller) -> None:
    """Every call that has an example, once, in the order of a sale; all its answers are compared."""
    examples = [_placed(example) for example in document.examples()]
    calls = list(dict.fromkeys(example.call for example in examples if example.call))
    known: dict[str, str] = {}
    for call in sorted(calls, key=_turn):
        mine = [example for example in examples if example.call == call]
        requests = [example for example in mine if example.kind is Kind.REQUEST]
        answers = [example for example in mine if example.kind is Kind.ANSWER and not _special(example)]
        if requests or answers:
            _compare(sheet, document, caller, call, requests, answers, known)
    for example in examples:
        if reason := NOT_OFFERED.get(example.heading):
            sheet.leave_out(document.name, example.line, example.heading, reason)
        elif error := ERRORS.get(example.heading):
            answer = caller.call(*error.call, json=error.body)
            problems = [*_status(answer, error.status), *differences(_json(answer), example.body)]
            sheet.add(document.name, example.line, f"{example.heading}: {' '.join(error.call)}", problems)


def compare_archives(sheet: Sheet, document: Document, caller: Caller) -> None:
    """The documented batch call answers an archive of pictures, in both formats."""
    paths = [block.text.split()[1] for block in document.blocks if "batch-download?" in block.text]
    for path in paths:
        for form in ("zip", "tar"):
            wanted = path.replace("format=zip", f"format={form}")
            answer = caller.call("GET", wanted)
            problems = _status(answer)
            if not problems and not _members(answer.content, form):
                problems = [f"no picture in the {form}"]
            sheet.add(document.name, None, f"GET {wanted}", problems)


def _compare(
    sheet: Sheet,
    document: Document,
    caller: Caller,
    call: Call,
    requests: Sequence[Example],
    answers: Sequence[Example],
    known: dict[str, str],
) -> None:
    request: dict[str, Any] = {}
    if requests:
        request["json"] = _about_the_sale(requests[0].body, known) if _in_a_sale(call) else requests[0].body
    elif "batch" in call.path and answers:
        ids = [entry["order_id"] for entry in answers[0].body["batch_downloads"]]
        request["params"] = {"order_ids": ",".join(ids)}
    path = _filled(call, [*answers, *requests], known)
    answer = caller.call(call.method, path, **request)
    body = _json(answer)
    if _in_a_sale(call) and isinstance(body, dict):
        known.update({name: body[name] for name in ("session_id",) if name in body})
    problems = _status(answer)
    if lost := answer.headers.get("x-ignored-fields"):
        problems.append(f"ignores {lost}")
    for example in requests:
        sheet.add(document.name, example.line, f"{call}: request", problems)
    for example in answers:
        found = problems or differences(
            body, example.body, null=NULL.get(str(call), ()), same=() if _in_a_sale(call) else SAME
        )
        sheet.add(document.name, example.line, f"{call}: answer", found)


def _about_the_sale(body: dict[str, Any], known: dict[str, str]) -> dict[str, Any]:
    return {name: known.get(name, value) for name, value in body.items()}


def _filled(call: Call, examples: Iterable[Example], known: dict[str, str]) -> str:
    """The path with its holes filled from the example itself, or with the sale that is under way."""

    def value(match: re.Match[str]) -> str:
        name = match.group(1)
        if name == "session_id" and _in_a_sale(call):
            return known.get(name, "NONE_20250101_000000_ABCDEF")
        for example in examples:
            if isinstance(example.body, dict) and isinstance(example.body.get(name), str):
                return example.body[name]
        return _USUAL[name]

    return _HOLE.sub(value, call.path)


def _placed(example: Example) -> Example:
    for field, call in MISPLACED.items():
        if isinstance(example.body, dict) and field in example.body:
            return Example(call, example.kind, example.body, example.heading, example.line)
    return example


def _special(example: Example) -> bool:
    return example.heading in ERRORS or example.heading in NOT_OFFERED or example.heading in LATER


def _in_a_sale(call: Call) -> bool:
    return call.path.startswith(_SESSIONS)


def _turn(call: Call) -> int:
    return SALE.index(str(call)) if str(call) in SALE else -1


def _status(answer: httpx2.Response, wanted: int = 200) -> list[str]:
    if answer.status_code == wanted:
        return []
    return [f"{answer.status_code} instead of {wanted}: {answer.text[:200]}"]


def _json(answer: httpx2.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return None


def _members(data: bytes, form: str) -> list[str]:
    stream = io.BytesIO(data)
    if form == "zip":
        with zipfile.ZipFile(stream) as archive:
            return archive.namelist()
    with tarfile.open(fileobj=stream) as archive:
        return archive.getnames()
