"""Small pieces of HTML. Whatever comes in is plain text and goes out escaped."""

import re
from collections.abc import Iterable, Sequence
from html import escape

_CODE = re.compile(r"(`+)(.+?)\1")
_BOLD = re.compile(r"\*\*(.+?)\*\*")
_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")


def prose(text: str) -> str:
    """A sentence with ``code`` and **bold** in it; links become their words, unless they lead to a page of ours."""
    told = _LINK.sub(_link, escape(text, quote=False))
    told = _CODE.sub(r"<code>\2</code>", told)
    return _BOLD.sub(r"<strong>\1</strong>", told)


def _link(found: re.Match[str]) -> str:
    return f'<a href="{escape(found[2])}">{found[1]}</a>' if found[2].startswith(("/", "#")) else found[1]


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], *, kind: str = "") -> str:
    """A table that scrolls within itself; cells are HTML already."""
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in heads)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(heads[0])}"><table class="{kind}">'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def program(language: str, text: str, *, copy: str) -> str:
    """A block of code with a button that copies it."""
    return (
        f'<div class="code" data-language="{language}"><button type="button" class="copy">{escape(copy)}</button>'
        f'<pre tabindex="0"><code>{escape(text, quote=False)}</code></pre></div>'
    )
