"""Makes every call of the Manufacturing Service's document as a client would, and holds answers and refusals to it."""

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import httpx2

from tools.acceptance.comparison import a_number, differences
from tools.acceptance.documents import Call
from tools.acceptance.expected import BY_ID, LATER_THERE, NEVER_PROVOKED, SERVICE_NULL
from tools.acceptance.server import Server
from tools.acceptance.service_document import Access, Documented, ServiceDocument
from tools.acceptance.sheet import Sheet
from tools.acceptance.stage import CONTENT, Stage

_NO_ID = 2**53 - 1
_PNG = b"\x89PNG\r\n\x1a\n"
# What comes into being a while after it was asked for.
_PATIENCE = 20.0
_ELSEWHERE = {"origin": "https://elsewhere.example.com", "access-control-request-method": "GET"}


def compare_service(sheet: Sheet, document: ServiceDocument, server: Server) -> None:
    """Every documented call that the server has; what it lacks stands apart and counts as nothing."""
    stage = Stage(server, document)
    for entry in document.calls:
        if not stage.has(entry.call):
            sheet.miss(document.name, entry.line, str(entry.call))
            continue
        trial = _Trial(sheet, document, stage, entry)
        try:
            trial.run()
        except httpx2.HTTPStatusError as error:
            # What the call is about could not be made.
            sheet.add(document.name, entry.line, f"{entry.call}: what it is about", [str(error)[:200]])
    _options(sheet, document, stage)
    for status, reason in NEVER_PROVOKED.items():
        sheet.leave_out(document.name, None, f"status {status}", reason)


# Without a body it does as many as usual.
_MAY_BE_EMPTY = ("/sync/process",)
# What it does not know is answered as if it did: whoever calls does not repeat it.
_NEVER_WRONG = ("/bitrix/webhook",)


class _Trial:
    """One documented call, tried in every way that the document tells of."""

    def __init__(self, sheet: Sheet, document: ServiceDocument, stage: Stage, entry: Documented) -> None:
        self._sheet, self._document, self._stage, self._entry = sheet, document, stage, entry
        self._who = {Access.ANYBODY: "nobody", Access.ADMIN: "admin"}.get(entry.access, "customer")

    def run(self) -> None:
        """Answers, then refusals."""
        words = self._entry.choices or {"": ("",)}
        for field, choices in words.items():
            for word in choices:
                self._answer({field: word} if field else {})
        self._enter("refuses others", self._others())
        if self._entry.request is not None:
            self._enter("names what is wrong", self._wrong_fields())
        for status in self._entry.refusals:
            if status != 422:
                self._enter(f"refuses with {status}", self._own_refusal(status))

    def _answer(self, changes: Mapping[str, Any]) -> None:
        call, stage = self._entry.call, self._stage
        leaves = call.path == "/logout"
        client = stage.signed_in(self._who) if leaves else stage.client(self._who)
        path = stage.path(call, fresh=call.method == "DELETE" or bool(changes))
        body = stage.body(call, **changes)
        answer = client.request(call.method, path, json=body)
        deadline = time.monotonic() + _PATIENCE
        while str(call) in LATER_THERE and not _is_there(answer) and time.monotonic() < deadline:
            time.sleep(0.5)
            answer = client.request(call.method, path, json=body)
        problems = list(self._contradictions(answer, body))
        if not problems and (leaves or call.method == "DELETE"):
            gone = client.get("/profile" if leaves else path)
            problems += self._refusal(gone, 401 if leaves else 404, "afterwards")
        said = "".join(f" ({word})" for word in changes.values())
        self._enter(f"answer{said}", problems)

    def _contradictions(self, answer: httpx2.Response, body: Mapping[str, Any] | None) -> Iterator[str]:
        if answer.status_code != 200:
            yield f"{answer.status_code} instead of 200: {answer.text[:200]}"
        elif self._entry.bytes_back:
            yield from _wrong_bytes(self._entry.call, answer)
        else:
            found, example = answer.json(), self._entry.answer
            if str(self._entry.call) in BY_ID and found:
                # Its names are ids of ours; what each of them says is as documented.
                example = dict.fromkeys(found, next(iter(example.values())))
            null = SERVICE_NULL.get(str(self._entry.call), ())
            yield from differences(found, example, null=null, decimal=a_number)
            yield from _not_echoed(found, example, body or {})
        if lost := answer.headers.get("x-ignored-fields"):
            yield f"ignores {lost}"

    def _others(self) -> Iterator[str]:
        call, access = self._entry.call, self._entry.access
        if access is not Access.ANYBODY:
            forged = {"authorization": "Bearer e30.e30.e30"}
            yield from self._refusal(self._ask("nobody", headers=forged), 401, "with a token that is none")
        if access in (Access.MEMBER, Access.ADMIN):
            yield from self._refusal(self._ask("nobody"), 401, "without a token")
        if access is Access.ADMIN:
            yield from self._refusal(self._ask("customer"), 403, "as a customer")
        if "{" in call.path:
            if access is Access.MEMBER:
                yield from self._refusal(self._ask("stranger"), 404, "as another customer")
            place = call.path.partition("{")
            unknown = f"{place[0]}{_NO_ID}{place[2].partition('}')[2]}"
            yield from self._refusal(self._ask(self._who, unknown), 404, "with an unknown id")
            odd = unknown.replace(str(_NO_ID), "seven")
            yield from self._refusal(self._ask(self._who, odd), 422, "with a word as id")

    def _wrong_fields(self) -> Iterator[str]:
        client, call = self._stage.client(self._who), self._entry.call
        path = self._stage.path(call)
        for raw in (b"{", b"[]", b"\xff", *(() if call.path in _MAY_BE_EMPTY else (b"",))):
            answer = client.request(
                call.method, path, content=raw, headers={"content-type": "application/json"}
            )
            yield from self._refusal(answer, 422, f"with the body {raw!r}")
        for name, value in ({} if call.path in _NEVER_WRONG else self._entry.request or {}).items():
            wrong = [value] if isinstance(value, dict) else {"is": "none"}
            sent = self._stage.body(call, **{name: wrong})
            answer = client.request(call.method, path, json={**(sent or {}), name: wrong})
            yield from self._refusal(answer, 422, f"with a wrong {name}", field=name)

    def _own_refusal(self, status: int) -> Iterator[str]:
        provoked: Mapping[tuple[str, int], Callable[[], httpx2.Response]] = {
            ("/register", 400): lambda: self._twice("/register"),
            ("/login", 401): lambda: self._stage.client("nobody").post(
                "/login", json={**self._stage.login("customer"), "password": "another one"}
            ),
        }
        found = provoked.get((self._entry.call.path, status))
        if found is None:
            yield "nobody knows how to provoke it"
        else:
            yield from self._refusal(found(), status, "")

    def _twice(self, path: str) -> httpx2.Response:
        body = self._stage.body(self._entry.call)
        self._stage.client("nobody").post(path, json=body).raise_for_status()
        return self._stage.client("nobody").post(path, json=body)

    def _ask(self, who: str, path: str | None = None, **how: Any) -> httpx2.Response:
        call = self._entry.call
        body = self._stage.body(call)
        return self._stage.client(who).request(call.method, path or self._stage.path(call), json=body, **how)

    def _refusal(
        self, answer: httpx2.Response, status: int, when: str, *, field: str | None = None
    ) -> Iterator[str]:
        if answer.status_code != status:
            yield f"{when}: {answer.status_code} instead of {status}: {answer.text[:120]}"
            return
        example = self._document.errors[status]
        found = answer.json()
        for problem in differences(found, {**example, "details": {}}):
            yield f"{when}: {problem}"
        if found.get("error") != example["error"]:
            yield f"{when}: error is {found.get('error')!r}, documented as {example['error']!r}"
        if field is not None and not any(name.split(".")[0] == field for name in found.get("details", ())):
            yield f"{when}: details name {sorted(found.get('details', ()))}"

    def _enter(self, what: str, problems: Iterator[str] | list[str]) -> None:
        self._sheet.add(self._document.name, self._entry.line, f"{self._entry.call}: {what}", list(problems))


def _options(sheet: Sheet, document: ServiceDocument, stage: Stage) -> None:
    lines: dict[str, int] = {}
    for line, path in (*document.options, *((entry.line, entry.call.path) for entry in document.calls)):
        lines.setdefault(path, line)
    for path, line in lines.items():
        methods = {entry.call.method for entry in document.calls if entry.call.path == path}
        served = {method for method in methods if stage.has(Call(method, path))}
        if served != methods:
            sheet.miss(document.name, line, f"OPTIONS {path}")
            continue
        problems = []
        for headers in ({}, _ELSEWHERE):
            answer = stage.client("nobody").options(path.replace("{", "").replace("}", ""), headers=headers)
            allowed = {word.strip() for word in answer.headers.get("allow", "").split(",")}
            if answer.status_code != 200 or not methods <= allowed:
                problems.append(f"{answer.status_code}, Allow {sorted(allowed)}, wanted {sorted(methods)}")
            if "access-control-allow-origin" in answer.headers:
                problems.append("opens to an origin that nobody configured")
        sheet.add(document.name, line, f"OPTIONS {path}", problems)


def _not_echoed(found: Any, example: Any, body: Mapping[str, Any]) -> Iterator[str]:
    """What was sent stands in the answer as it was sent, and a documented sentence to the letter."""
    if not isinstance(found, dict) or not isinstance(example, dict):
        return
    for name in body.keys() & example.keys() & found.keys():
        if found[name] != body[name]:
            yield f"{name} is {found[name]!r}, sent was {body[name]!r}"
    if "message" in example and found.get("message") != example["message"]:
        yield f"message is {found.get('message')!r}, documented as {example['message']!r}"


def _is_there(answer: httpx2.Response) -> bool:
    return answer.status_code == 200 and answer.content not in (b"[]", b"")


def _wrong_bytes(call: Call, answer: httpx2.Response) -> Iterator[str]:
    if call.path.endswith("/preview"):
        fits = answer.content.startswith(_PNG)
    elif call.path.endswith("/invoice"):
        fits = answer.content.startswith(b"%PDF-")
    else:
        fits = answer.content in CONTENT.values()
        if not answer.headers.get("content-disposition", "").startswith("attachment"):
            yield "is not sent as attachment"
    if not fits:
        yield f"other bytes than were sent or documented: {answer.content[:20]!r}"
