"""Reads the document of the Manufacturing Service: who may make which call, what it is sent, and what it answers."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from tools.acceptance.documents import Call

_SECTION = re.compile(r"(?m)^### ")
_CALL = re.compile(r"(GET|POST|PUT|DELETE) (/\S*)")
_PART = re.compile(r"(?m)^\*\*([\w ]+):\*\*(.*)$")
_FENCE = re.compile(r"```json\n(.*?)\n```", re.DOTALL)
_SAME = re.compile(r"same as (?:(GET|POST|PUT) )?(/[^\s)]+)", re.IGNORECASE)
# "this" | "that": one of these words.
_CHOICE = re.compile(r'"(\w+)": ("\w+"(?: \| "\w+")+)')
_STATUS = re.compile(r"(?m)^- (\d{3}): ")
_ERROR = re.compile(r"(\d{3}) [A-Z]")


class Access(StrEnum):
    """Who may call."""

    ANYBODY = "anybody"
    PERHAPS = "anybody, signed in or not"
    MEMBER = "whoever is signed in"
    ADMIN = "admin"


@dataclass(frozen=True)
class Documented:
    """One call. ``choices``: the words that a field of the request may be; ``answer`` None with ``bytes_back`` False is
    unknown; ``refusals``: the statuses that its own list has."""

    call: Call
    line: int
    access: Access
    request: dict[str, Any] | None
    choices: Mapping[str, tuple[str, ...]]
    answer: Any
    bytes_back: bool
    refusals: tuple[int, ...]


@dataclass(frozen=True)
class ServiceDocument:
    """The whole document; ``options``: paths that answer OPTIONS, with their line; ``errors``: the body of a status."""

    name: str
    calls: tuple[Documented, ...]
    options: tuple[tuple[int, str], ...]
    errors: Mapping[int, dict[str, Any]]


def read_service_document(path: Path) -> ServiceDocument:
    """Read a Markdown file; raises ``ValueError`` for an example that is no JSON."""
    calls: dict[Call, Documented] = {}
    options: list[tuple[int, str]] = []
    errors: dict[int, dict[str, Any]] = {}
    for line, heading, text in _sections(path.read_text("utf-8")):
        if found := _CALL.match(heading):
            call = Call(*found.groups())
            calls[call] = _documented(call, line, text, calls)
        elif heading.startswith("OPTIONS "):
            options += [(line, place) for place in heading.removeprefix("OPTIONS ").split(", ")]
        elif (error := _ERROR.match(heading)) and (example := _FENCE.search(text)):
            errors[int(error.group(1))] = json.loads(example.group(1))
    return ServiceDocument(path.name, tuple(calls.values()), tuple(options), errors)


def _sections(text: str) -> Iterator[tuple[int, str, str]]:
    starts = [match.start() for match in _SECTION.finditer(text)]
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        heading, _, body = text[start:end].partition("\n")
        yield text.count("\n", 0, start) + 1, heading.removeprefix("### ").strip(), body.split("\n## ")[0]


def _documented(call: Call, line: int, text: str, before: Mapping[Call, Documented]) -> Documented:
    parts = _parts(text)
    access = _access(parts.get("Authentication", ""))
    request, choices = _request(parts.get("Request Body", ""), before)
    answer_text = parts.get("Response", "")
    answer, bytes_back = _answer(answer_text, before)
    refusals = tuple(int(status) for status in _STATUS.findall(parts.get("Error Responses", "")))
    return Documented(call, line, access, request, choices, answer, bytes_back, refusals)


def _parts(text: str) -> dict[str, str]:
    marks = list(_PART.finditer(text))
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    return {
        mark.group(1): mark.group(2) + text[mark.end() : end] for mark, end in zip(marks, ends, strict=True)
    }


def _access(text: str) -> Access:
    word = text.strip().partition(" ")[0].lower()
    return {"required": Access.MEMBER, "admin": Access.ADMIN, "optional": Access.PERHAPS}.get(
        word, Access.ANYBODY
    )


def _request(
    text: str, before: Mapping[Call, Documented]
) -> tuple[dict[str, Any] | None, Mapping[str, tuple[str, ...]]]:
    if same := _said_before(text, before):
        return same.request, same.choices
    return _example(text)


def _answer(text: str, before: Mapping[Call, Documented]) -> tuple[Any, bool]:
    if same := _said_before(text, before):
        return same.answer, same.bytes_back
    return _example(text)[0], "content)" in text


def _said_before(text: str, before: Mapping[Call, Documented]) -> Documented | None:
    if (found := _SAME.search(text)) is None:
        return None
    method, path = found.groups()
    return before[Call(method or "POST", path)]


def _example(text: str) -> tuple[Any, Mapping[str, tuple[str, ...]]]:
    """The JSON with the first of each choice, and the choices."""
    if (found := _FENCE.search(text)) is None:
        return None, {}
    choices = {
        name: tuple(json.loads(word) for word in words.split(" | "))
        for name, words in _CHOICE.findall(found.group(1))
    }
    return json.loads(_CHOICE.sub(_first_choice, found.group(1))), choices


def _first_choice(match: re.Match[str]) -> str:
    return f'"{match.group(1)}": {match.group(2).split(" | ")[0]}'
