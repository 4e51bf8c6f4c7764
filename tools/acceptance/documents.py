"""Reads a partner's document: which JSON examples, commands and programs stand in it, and for which call."""

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

_FENCE = re.compile(r"^```(\w*)\s*$")
_CALL = re.compile(r"(GET|POST|PUT|DELETE) (/[^\s`\"]*)")
_QUOTED_CALL = re.compile(r"-X (GET|POST|PUT|DELETE) \"?https?://[^/\s\"]+(/[^\s\"]*)")
_VERSION = re.compile(r"\*\*Version:\*\* (\d+\.\d+)")
# The one liberty that the documents take with JSON: a list that stands elsewhere.
_AS_ABOVE = re.compile(r"\[\s*\.\.\.\s*\]")


class Kind(StrEnum):
    """Which half of a call an example shows."""

    REQUEST = "request"
    ANSWER = "answer"


@dataclass(frozen=True)
class Call:
    """A method and a path as documented, holes in braces."""

    method: str
    path: str

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text, the line it begins at, and the last heading, label and call above."""

    language: str
    text: str
    line: int
    heading: str
    label: str
    call: Call | None


@dataclass(frozen=True)
class Example:
    """A JSON example and the call that it belongs to."""

    call: Call | None
    kind: Kind
    body: Any
    heading: str
    line: int


@dataclass(frozen=True)
class Document:
    """One document; ``version`` is the API version it states, as ``2.1``; None when it states none."""

    name: str
    version: str | None
    blocks: tuple[Block, ...]

    def programs(self) -> list[str]:
        """Python programs, as they stand."""
        return [block.text for block in self.blocks if block.language == "python"]

    def commands(self) -> list[tuple[int, list[str]]]:
        """Every curl command in words of a shell, with its line."""
        return [
            (block.line, shlex.split(block.text.replace("\\\n", " ")))
            for block in self.blocks
            if block.language == "bash" and block.text.lstrip().startswith("curl ")
        ]

    def examples(self) -> list[Example]:
        """Every JSON example; raises ``ValueError`` for one that is no JSON."""
        return [_example(block) for block in self.blocks if block.language == "json"]


def read_document(path: Path) -> Document:
    """Read a Markdown file."""
    text = path.read_text("utf-8")
    version = _VERSION.search(text)
    return Document(path.name, version.group(1) if version else None, tuple(_blocks(text)))


def _blocks(text: str) -> Iterator[Block]:
    heading = label = ""
    call: Call | None = None
    inside: list[str] | None = None
    language, began = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        fence = _FENCE.match(line)
        if inside is None:
            if fence:
                inside, language, began = [], fence.group(1), number
            elif line.startswith("#"):
                heading = label = line.lstrip("# ").strip()
            elif line.startswith("**"):
                label = line
            if "**Endpoint:**" in line and (found := _CALL.search(line)):
                call = Call(*found.groups())
        elif fence:
            block = "\n".join(inside)
            if language in ("http", "bash") and (
                found := _QUOTED_CALL.search(block) or _CALL.match(block.strip())
            ):
                call = Call(*found.groups())
            yield Block(language, block, began, heading, label, call)
            inside = None
        else:
            inside.append(line)


def _example(block: Block) -> Example:
    body = json.loads(_AS_ABOVE.sub("[]", block.text))
    kind = Kind.REQUEST if "request" in block.label.lower() else Kind.ANSWER
    return Example(block.call, kind, body, block.heading, block.line)
