"""Examples that run: which call, with what, after which others. ``programs`` writes them as curl and as Python.

A value ``$name`` (a number: ``$=name``) was answered by an earlier example of the same page, which ``makes`` it; so every
example knows what has to be called before it. Entries with ``setup`` prepare something and are no example of their own.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent / "examples"
_VARIABLE = re.compile(r"\$=?([a-z_0-9]+)")
_HOLE = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True)
class Example:
    """One call with real values.

    ``token`` is the variable that holds the credential, ``sample`` a file that is the body, ``makes`` which fields of the
    answer (``a.0.b``) are kept under which names. ``missing`` tells why it does not run in a shop fresh from
    ``make run``; ``harmless`` that it may be tried although it is no GET.
    """

    call: str
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    token: str = ""
    sample: str = ""
    makes: Mapping[str, str] = field(default_factory=dict)
    after: Sequence[str] = ()
    setup: bool = False
    missing: str = ""
    harmless: bool = False

    @property
    def method(self) -> str:
        """``POST``."""
        return self.call.partition(" ")[0]

    @property
    def url(self) -> str:
        """Path and query, with ``$name`` where an earlier answer stands."""
        path = self.call.partition(" ")[2]
        filled = _HOLE.sub(lambda hole: self.path.get(hole[1], f"${hole[1]}"), path)
        query = "&".join(f"{name}={value}" for name, value in self.query.items())
        return f"{filled}?{query}" if query else filled

    @property
    def needs(self) -> Sequence[str]:
        """The names that earlier answers have to give."""
        told = f"{self.url} {json.dumps(self.body)} {json.dumps(self.headers)} ${self.token}"
        return list(dict.fromkeys(_VARIABLE.findall(told)))


class ExampleBook:
    """The examples of one page, in an order in which all of them can be called."""

    def __init__(self, examples: Sequence[Example]) -> None:
        self.all = examples
        self._by_call = {example.call: example for example in examples if not example.setup}
        self._makers = {name: example for example in examples for name in example.makes}

    def of(self, call: str) -> Example | None:
        """The example of a call; None where nobody wrote one."""
        return self._by_call.get(call)

    def before(self, example: Example) -> Sequence[Example]:
        """What has to be called first, in order."""
        needed = {id(one) for one in self._needed(example)}
        return [one for one in self.all if id(one) in needed and one is not example]

    def _needed(self, example: Example) -> Iterator[Example]:
        yield example
        makers = [self._makers[name] for name in example.needs if name in self._makers]
        for maker in (*makers, *(self._by_call[call] for call in example.after)):
            if maker is not example:
                yield from self._needed(maker)


# What the first lines of every page define.
GIVEN = ("name", "admin", "admin_password", "key")


def read_examples(page: str) -> ExampleBook:
    """The book of a page; one without a file has none written by hand."""
    path = _FOLDER / f"{page}.json"
    raw = json.loads(path.read_text("utf-8")) if path.exists() else []
    return ExampleBook([Example(**entry) for entry in raw])


def sketched_example(call: str, *, query: Sequence[str], body: Any, token: str, missing: str) -> Example:
    """For a call that nobody wrote one for: it runs where nothing of its path is a value and nothing is sent."""
    method, _, path = call.partition(" ")
    whole = method == "GET" and "{" not in path and not token
    limit = {"limit": "5"} if "limit" in query else {}
    return Example(call, query=limit, body=body, token=token, missing="" if whole else missing)


def sketch_of(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Any:
    """The least that a schema wants, with values that say of which type they are."""
    while "$ref" in schema:
        schema = schemas[schema["$ref"].rpartition("/")[2]]
    if "anyOf" in schema:
        return sketch_of(schema["anyOf"][0], schemas)
    if "enum" in schema:
        return schema["enum"][0]
    match schema.get("type"):
        case "object":
            known = schema.get("properties", {})
            return {name: sketch_of(known[name], schemas) for name in schema.get("required", ())}
        case "array":
            return [sketch_of(schema["items"], schemas)] if schema.get("minItems") else []
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return True
        case "string":
            return "…"
        case _:
            return None
