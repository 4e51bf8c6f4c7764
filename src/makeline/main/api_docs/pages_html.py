"""Whole pages: the front, a page of calls, the catalogue of refusals, the guides and the changelog."""

import json
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from makeline.adapters.print_partner.causes import CAUSES
from makeline.main.api_docs.call_html import Words, call_html
from makeline.main.api_docs.changelog import changelog_html
from makeline.main.api_docs.chapters import CALL_PAGES, GUIDES, DocumentedCall, groups_of, page_of
from makeline.main.api_docs.examples import read_examples
from makeline.main.api_docs.pieces import program, prose, table
from makeline.main.api_docs.programs import PYTHON_FIRST, SHELL_FIRST
from makeline.main.api_docs.refused import RefusalEntry, catalogue_of

_FOLDER = Path(__file__).parent
_TEMPLATE = Template((_FOLDER / "page.html").read_text("utf-8"))
_LANGUAGES = {"en": "English", "zh": "中文"}
WORDS: Mapping[str, Mapping[str, str]] = {
    language: json.loads((_FOLDER / "words" / f"{language}.json").read_text("utf-8"))
    for language in _LANGUAGES
}
_SUMMARIES: Mapping[str, Mapping[str, str]] = {
    "en": {},
    "zh": json.loads((_FOLDER / "words" / "calls.zh.json").read_text("utf-8")),
}
# What the page's script says.
_SAID = ("copied", "copy", "send", "sending", "no_answer", "nothing_found", "found", "token", "body", "close")


class DocsPress:
    """Writes the pages about the calls of one server, which is reached at ``base``."""

    def __init__(self, calls: Sequence[DocumentedCall], description: Mapping[str, Any], base: str) -> None:
        self._calls = calls
        self._schemas = description["components"]["schemas"]
        self._base = base

    def page(self, name: str, language: str) -> bytes:
        """``name`` is empty for the front, else one of ``CALL_PAGES`` and ``GUIDES``."""
        words = WORDS[language]
        contents, body = "", ""
        if not name:
            body = self._front(words)
        elif name in CALL_PAGES:
            contents, body = self._of_calls(name, words, language)
        elif name == "errors":
            body = self._errors(words, language)
        elif name == "changelog":
            body = f'<div class="log">{changelog_html()}</div>'
        else:
            body = _guide(name, language, self._base)
        return self._framed(name or "front", words, language, contents=contents, body=body)

    def _framed(self, name: str, words: Words, language: str, *, contents: str, body: str) -> bytes:
        lead = words.get(f"lead_{name}", "")
        said = {key: words[key] for key in _SAID}
        return _TEMPLATE.substitute(
            language=language,
            title=escape(words[f"title_{name}"]),
            lead=escape(lead),
            skip=escape(words["skip"]),
            pages=escape(words["pages"]),
            languages=escape(words["languages"]),
            tabs="".join(_tab(one, words, current=one == name) for one in ("front", *CALL_PAGES, *GUIDES)),
            others="".join(_other(code, current=code == language) for code in _LANGUAGES),
            kind=" wide" if not contents else "",
            contents=contents,
            body=body,
            words=json.dumps(said, ensure_ascii=False).replace("<", "\\u003c"),
        ).encode()

    def _front(self, words: Words) -> str:
        cards = "".join(
            f'<li><a href="/docs/{page}"><strong>{escape(words[f"title_{page}"])}</strong>'
            f"<span>{escape(words[f'lead_{page}'])}</span>"
            f'<span class="count">{escape(self._counted(page, words))}</span></a></li>'
            for page in (*CALL_PAGES, *GUIDES)
        )
        rules = "".join(
            f"<section><h2>{escape(words[f'rule_{rule}'])}</h2><p>{prose(words[f'rule_{rule}_text'])}</p></section>"
            for rule in ("start", "who", "money", "errors", "repeat", "limits", "versions", "whole")
        )
        first = words["first_call"]
        shell = program("shell", f"curl -s {self._base}/health", copy=words["copy"])
        price = program(
            "shell",
            f"curl -s {self._base}/calculate-price -H 'Content-Type: application/json' \\\n"
            '  -d \'{"service_id": "cnc-milling", "material_id": "alum_D16", '
            '"length": 100, "width": 50, "height": 25, "quantity": 10}\'',
            copy=words["copy"],
        )
        return (
            f'<ul class="cards">{cards}</ul><section><h2>{escape(first)}</h2>{shell}{price}</section>'
            f'<div class="rules">{rules}</div>'
        )

    def _counted(self, page: str, words: Words) -> str:
        count = sum(page_of(call.endpoint) == page for call in self._calls)
        return words["calls"].format(count=count) if count else ""

    def _of_calls(self, page: str, words: Words, language: str) -> tuple[str, str]:
        groups = groups_of(page, self._calls)
        book = read_examples(page)
        told = _SUMMARIES[language]
        contents, body = [], [self._first(page, words)]
        for group in groups:
            title = words.get(f"tag_{group.title}", group.title)
            contents.append(f'<li><a href="#{group.anchor}">{escape(title)}</a><ul>')
            body.append(f'<section class="group" id="{group.anchor}"><h2>{escape(title)}</h2>')
            for call in group.calls:
                summary = told.get(call.name, call.endpoint.summary)
                contents.append(
                    f'<li><a href="#{call.anchor}"><span class="method {call.endpoint.method.lower()}">'
                    f"{call.endpoint.method}</span> {escape(summary)}</a></li>"
                )
                body.append(call_html(call, self._schemas, book, words, summary))
            contents.append("</ul></li>")
            body.append("</section>")
        search = (
            f'<label class="search">{escape(words["search"])}<input type="search" id="search" autocomplete="off" '
            f'aria-describedby="found"></label><p id="found" role="status" class="soft"></p>'
        )
        side = (
            f'<aside class="side"><details open><summary>{escape(words["contents"])}</summary>{search}'
            f'<nav aria-label="{escape(words["contents"])}"><ul class="toc">{"".join(contents)}</ul></nav></details></aside>'
        )
        return side, "".join(body)

    def _first(self, page: str, words: Words) -> str:
        shell = program("shell", SHELL_FIRST.format(base=self._base), copy=words["copy"])
        python = program("python", PYTHON_FIRST.format(base=self._base), copy=words["copy"])
        return (
            f'<section class="first"><h2>{escape(words["first"])}</h2><p>{prose(words["first_text"])}</p>'
            f"<p>{prose(words[f'first_{page}'])}</p>"
            f"<details><summary>{escape(words['first_lines'])}</summary>{shell}{python}</details>"
            f'<form id="keys"><label>{escape(words["token"])}<input id="token" type="password" autocomplete="off" '
            f'spellcheck="false" aria-describedby="token-help"></label>'
            f'<p id="token-help" class="soft">{escape(words["token_help"])}</p></form>'
            f'<p><a download href="/docs/{page}.json">{escape(words["download"])}</a></p></section>'
        )

    def _errors(self, words: Words, language: str) -> str:
        kinds = ["en", *(["zh"] if language != "en" else [])]
        entries = "".join(self._error(entry, words, kinds[-1]) for entry in catalogue_of(self._calls))
        mistakes = "".join(
            f"<li><strong>{escape(texts[kinds[-1]].cause)}</strong> {escape(texts[kinds[-1]].advice)}</li>"
            for name, texts in CAUSES.items()
            if name.startswith("mistake/")
        )
        search = f'<label class="search">{escape(words["search"])}<input type="search" id="search" autocomplete="off"></label><p id="found" role="status" class="soft"></p>'
        return (
            f'{_dialects(words)}{search}<div class="codes">{entries}</div>'
            f"<section><h2>{escape(words['mistakes'])}</h2><ul>{mistakes}</ul></section>"
        )

    def _error(self, entry: RefusalEntry, words: Words, language: str) -> str:
        where = "".join(
            f'<li><a href="/docs/{page_of(call.endpoint)}#{call.anchor}"><code>{escape(call.name)}</code></a></li>'
            for call in entry.calls
        )
        cause = CAUSES.get(entry.code)
        meaning = cause[language].cause if cause and language != "en" else entry.meaning
        advice = cause[language].advice if cause else words[f"advice_{entry.kind}"]
        finer = "".join(
            f"<li><code>{escape(name.partition('/')[2])}</code> {escape(CAUSES[name][language].cause)} "
            f"{escape(CAUSES[name][language].advice)}</li>"
            for name in entry.reasons
        )
        dialects = ", ".join(words[f"dialect_{one}"] for one in sorted(entry.dialects))
        searched = f"{entry.code} {meaning} {entry.status}".lower()
        return (
            f'<article class="code-entry call" id="{entry.code}" data-words="{escape(searched)}">'
            f'<h2><span class="status">{entry.status}</span> <code>{entry.code}</code></h2>'
            f"<p>{prose(meaning)}</p><p><strong>{escape(words['what_to_do'])}</strong> {prose(advice)}</p>"
            f"{f'<ul class=finer>{finer}</ul>' if finer else ''}"
            f'<p class="soft">{escape(words["said_in"].format(kind=entry.kind.value, dialects=dialects))}</p>'
            f"<details><summary>{escape(words['said_by'].format(count=len(entry.calls)))}</summary><ul>{where}</ul></details>"
            "</article>"
        )


def _dialects(words: Words) -> str:
    shown = {
        "partner": '{"detail": "…", "error_code": "ILLEGAL_STATE", "timestamp": "2026-11-21T11:00:00Z",\n "current_status": "completed", "allowed": []}',
        "image": '{"detail": [{"type": "token_expired", "loc": ["query", "token"], "msg": "…", "input": null}]}',
        "parts": '{"error": "CONFLICT", "message": "…", "details": {"status": "completed", "allowed": []},\n "code": "ILLEGAL_MOVE"}',
    }
    rows = [
        [prose(words[f"dialect_{name}_where"]), f"<pre>{escape(body)}</pre>"] for name, body in shown.items()
    ]
    return f"<section><h2>{escape(words['dialects'])}</h2>{table([words['paths'], words['answer']], rows)}</section>"


def _guide(name: str, language: str, base: str) -> str:
    guides = Path(_FOLDER / "guides")
    path = guides / f"{name}.{language}.html"
    text = (path if path.exists() else guides / f"{name}.en.html").read_text("utf-8")
    return text.replace("$BASE_URL", escape(base))


def _tab(name: str, words: Words, *, current: bool) -> str:
    mark = ' aria-current="page"' if current else ""
    where = "/docs" if name == "front" else f"/docs/{name}"
    return f'<a href="{where}"{mark}>{escape(words[f"tab_{name}"])}</a>'


def _other(code: str, *, current: bool) -> str:
    mark = ' aria-current="true"' if current else ""
    return f'<a href="?lang={code}" lang="{code}" hreflang="{code}"{mark}>{_LANGUAGES[code]}</a>'


def every_page() -> Iterator[str]:
    """The names that ``DocsPress.page`` knows."""
    yield from ("", *CALL_PAGES, *GUIDES)
