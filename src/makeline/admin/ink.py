"""Templates and words of staff's pages: read when the first page is asked for, not whenever a command starts."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cache
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any

from makeline.admin.agents import browser_named
from makeline.admin.tones import tone_of
from makeline.foundation.web.answers import utc_text
from makeline.foundation.web.pages import FALLBACK
from makeline.kernel.money import Money

_HERE = Path(__file__).parent
Words = Mapping[str, Any]


@cache
def words_of(language: str) -> Words:
    """All words of a language: one folder, one file for each page. A word stands in one file."""
    found: dict[str, Any] = {}
    for path in sorted((_HERE / "words" / language).glob("*.json")):
        said = json.loads(path.read_text("utf-8"))
        twice = found.keys() & said.keys()
        if twice:
            raise ValueError(f"{path.name}: words that stand elsewhere, too: {', '.join(sorted(twice))}")
        found |= said
    return found


@cache
def languages() -> frozenset[str]:
    """What the pages speak."""
    return frozenset(path.name for path in (_HERE / "words").iterdir() if path.is_dir())


def say(words: Words, name: str, /, **values: Any) -> str:
    """A word with its values; of those that count, the form for ``n``."""
    text = words[name]
    if isinstance(text, dict):
        text = text["one" if values.get("n") == 1 else "other"]
    return text.format(**values) if values else text


def state_said(words: Words, state: object) -> str:
    """A state as people call it; what nobody has named is shown as it is."""
    word = str(state)
    return words.get(f"state_{word}") or words.get(f"state_{word.lower()}") or word.replace("_", " ").lower()


def write(template: str, facts: Mapping[str, Any], *, language: str = FALLBACK) -> str:
    """A page. Everything in it is escaped but what templates of ours write themselves."""
    words = words_of(language)

    def said(name: str, /, **values: Any) -> str:
        return say(words, name, **values)

    def state(word: object) -> str:
        return state_said(words, word)

    return _ink().get_template(template).render(t=said, state=state, language=language, **facts)


@cache
def _ink() -> Any:
    # Half a second on a cold machine, and commands start often.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    ink = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
        keep_trailing_newline=True,
    )
    ink.filters |= {
        "money": _money,
        "moment": _moment,
        "iso": utc_text,
        "tone": tone_of,
        "browser": browser_named,
        "groupby_in_order": _grouped,
    }
    return ink


def _grouped(rows: Iterable[Any], name: str) -> list[tuple[Any, list[Any]]]:
    """Neighbours of one kind together, in the order they came."""
    return [(key, list(found)) for key, found in groupby(rows, key=attrgetter(name))]


def _money(minor: int, currency: str) -> str:
    """``£1,234.50``, with the currency's letters where its sign stands for several."""
    amount = Money(minor, currency).decimal()
    return f"{amount:,} {currency}"


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%d %b %Y, %H:%M} UTC"
