"""One call as HTML: who may make it, its fields, its answers and refusals, and its example in two languages."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape
from typing import Any

from makeline.foundation.web.refusals import STATUS
from makeline.main.api_docs.callers import Who
from makeline.main.api_docs.chapters import DocumentedCall
from makeline.main.api_docs.examples import Example, ExampleBook, sketch_of, sketched_example
from makeline.main.api_docs.fields import FieldRow, rows_of
from makeline.main.api_docs.pieces import program, prose, table
from makeline.main.api_docs.programs import python_program, shell_program
from makeline.main.api_docs.refused import dialect_of, meaning_of, refusals_of

Words = Mapping[str, str]
_JSON = "application/json"
_STREAM = "text/event-stream"
# The variable that holds the credential.
_TOKENS: Mapping[Who, str] = {Who.MEMBER: "token", Who.STAFF: "admin_token", Who.ADMIN: "admin_token"}


def call_html(
    call: DocumentedCall, schemas: Mapping[str, Any], book: ExampleBook, words: Words, summary: str
) -> str:
    """The whole article; closed it is one line."""
    endpoint = call.endpoint
    who = call.who
    badge = f'<span class="who who-{who}">{escape(words[f"badge_{who}"])}</span>'
    example = example_of(call, schemas, book, words)
    parts = [
        f'<p class="said">{_note(call)}</p>',
        f"<p>{_who(who, endpoint.scope, words)}</p>",
        _asked(call, schemas, words),
        _answered(call, schemas, words),
        _refused(call, words),
        _shown(call, example, book, words),
    ]
    method = endpoint.method
    return (
        f'<article class="call" id="{call.anchor}" data-words="{escape(_searched(call, summary))}">'
        f'<details><summary><h3><span class="method {method.lower()}">{method}</span> '
        f'<code class="path">{_path(endpoint.path)}</code> <span class="does">{escape(summary)}</span></h3>{badge}'
        f'</summary><div class="inside"><a class="here" href="#{call.anchor}">{escape(words["link"])}</a>'
        f"{''.join(parts)}</div></details></article>"
    )


def example_of(call: DocumentedCall, schemas: Mapping[str, Any], book: ExampleBook, words: Words) -> Example:
    """The one that was written, else a sketch that says what has to be filled in."""
    written = book.of(call.name)
    if written is not None:
        return written
    content = call.operation.get("requestBody", {}).get("content", {})
    body = sketch_of(content[_JSON]["schema"], schemas) if _JSON in content else None
    token = _TOKENS.get(call.who, "")
    missing = words["to_fill_in"]
    return sketched_example(call.name, query=call.endpoint.query, body=body, token=token, missing=missing)


def _note(call: DocumentedCall) -> str:
    note = " ".join((call.endpoint.call.__doc__ or "").split())
    # One that only repeats the path tells nothing.
    return "" if note.lstrip("`").startswith(call.endpoint.method) else prose(note)


def _who(who: Who, scope: str, words: Words) -> str:
    return prose(words[f"who_{who}"].format(scope=scope or words["any_scope"]))


def _searched(call: DocumentedCall, summary: str) -> str:
    codes = [refusal.code for refusal in refusals_of(call)]
    return " ".join([call.name, summary, call.endpoint.tag, *codes]).lower()


def _path(path: str) -> str:
    """It may break at each step."""
    return "/<wbr>".join(
        f"<var>{escape(step)}</var>" if step.startswith("{") else escape(step) for step in path.split("/")
    )


def _asked(call: DocumentedCall, schemas: Mapping[str, Any], words: Words) -> str:
    rows = [
        FieldRow(parameter["name"], _place(parameter, words), _length(parameter), parameter["required"])
        for parameter in call.operation.get("parameters", ())
    ]
    content = call.operation.get("requestBody", {}).get("content", {})
    told = ""
    body = call.endpoint.body
    if body is not None and body.__doc__:
        told = f"<p>{prose(' '.join(body.__doc__.split()))}</p>"
    if _JSON in content:
        rows += rows_of(content[_JSON]["schema"], schemas)
    files = [name for name in content if name != _JSON]
    if files:
        told += (
            f"<p>{escape(words['a_file'])} {', '.join(f'<code>{escape(name)}</code>' for name in files)}</p>"
        )
    if not rows and not told:
        return ""
    return f"<h4>{escape(words['request'])}</h4>{told}{_fields(rows, words) if rows else ''}"


def _place(parameter: Mapping[str, Any], words: Words) -> str:
    return words[f"in_{parameter['in']}"]


def _length(parameter: Mapping[str, Any]) -> str:
    most = parameter["schema"].get("maxLength")
    return f"at most {most} characters" if most else ""


def _fields(rows: Sequence[FieldRow], words: Words, *, asked: bool = True) -> str:
    heads = [words["field"], words["type"], words["bounds"]]
    cells = [
        [
            f"<code>{escape(row.name)}</code>"
            + (
                f' <strong class="must">{escape(words["required"])}</strong>'
                if row.required and asked
                else ""
            ),
            escape(row.type),
            escape(row.bounds),
        ]
        for row in rows
    ]
    if not asked:
        heads, cells = heads[:2], [cell[:2] for cell in cells]
    return table(heads, cells, kind="fields")


def _answered(call: DocumentedCall, schemas: Mapping[str, Any], words: Words) -> str:
    content = call.operation["responses"]["200"].get("content", {})
    kinds = ", ".join(f"<code>{escape(name)}</code>" for name in content)
    told = [f"<h4>{escape(words['answer'])}</h4><p><strong>200</strong> {kinds}"]
    answer = call.endpoint.answer
    if answer is not None and answer.__doc__:
        told.append(f" · {prose(' '.join(answer.__doc__.split()))}")
    told.append("</p>")
    schema = content.get(_JSON, {}).get("schema")
    if _STREAM in content:
        items = content[_STREAM].get("itemSchema", {}).get("properties", {})
        schema = items.get("data", {}).get("contentSchema", schema)
    rows = rows_of(schema, schemas) if schema else ()
    if rows:
        folded = f"<summary>{escape(words['answer_fields'].format(count=len(rows)))}</summary>"
        told.append(f"<details>{folded}{_fields(rows, words, asked=False)}</details>")
    for status, description in call.endpoint.statuses.items():
        told.append(f"<p><strong>{status}</strong> {prose(description)}</p>")
    return "".join(told)


def _refused(call: DocumentedCall, words: Words) -> str:
    refusals = refusals_of(call)
    if not refusals:
        return ""
    rows = [
        [
            str(STATUS[refusal.kind]),
            f'<a href="/docs/errors#{refusal.code}"><code>{refusal.code}</code></a>',
            prose(meaning_of(refusal)),
        ]
        for refusal in refusals
    ]
    dialect = words["dialect"].format(dialect=words[f"dialect_{dialect_of(call)}"])
    head = f"<summary>{escape(words['refusals'].format(count=len(rows)))} · {escape(dialect)}</summary>"
    return f"<details>{head}{table([words['status'], words['code'], words['meaning']], rows)}</details>"


def _shown(call: DocumentedCall, example: Example, book: ExampleBook, words: Words) -> str:
    head = f"<h4>{escape(words['example'])}</h4>"
    # What the last one answers is shown, not kept.
    steps = [*book.before(example), replace(example, makes={})]
    told = f"<p>{prose(example.missing)}</p>" if example.missing else ""
    if len(steps) > 1:
        told += f"<p>{escape(words['before'].format(count=len(steps) - 1))}</p>"
    shell = program("shell", shell_program(steps), copy=words["copy"])
    python = program("python", f"{python_program(steps)}\nprint(answer)", copy=words["copy"])
    return f"{head}{told}{shell}{python}{_try(call, example, words)}"


def _try(call: DocumentedCall, example: Example, words: Words) -> str:
    """What the page's script needs to send it; only what changes nothing may be tried."""
    endpoint = call.endpoint
    streams = endpoint.answer_type == _STREAM
    if streams or not (endpoint.method == "GET" or example.harmless):
        return ""
    asked = {
        "method": endpoint.method,
        "path": endpoint.path,
        "values": {name: value for name, value in example.path.items() if not value.startswith("$")},
        "query": {name: example.query.get(name, "") for name in endpoint.query},
        "body": example.body,
    }
    return (
        f'<button type="button" class="try" data-call="{escape(json.dumps(asked, ensure_ascii=False))}">'
        f"{escape(words['try'])}</button>"
    )
