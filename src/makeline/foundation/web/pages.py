"""What every page of ours has in common: it runs nothing but our own files, and speaks one of its languages."""

from collections.abc import Container, Mapping

from starlette.requests import Request

FALLBACK = "en"
PAGE_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "private, no-cache",
    "X-Robots-Tag": "noindex",
    "Vary": "Accept-Language",
}


def language_for(wish: str, languages: Container[str]) -> str:
    """The first language of an ``Accept-Language`` that is spoken, in the order it was written; else English."""
    for entry in wish[:200].split(","):
        language = entry.partition(";")[0].strip().casefold().partition("-")[0]
        if language in languages:
            return language
    return FALLBACK


def language_wanted(request: Request, languages: Container[str]) -> str:
    """The language a page is asked for in: by ``lang``, else by the browser's own wish."""
    wish = request.query_params.get("lang", "")
    return wish if wish in languages else language_for(request.headers.get("accept-language", ""), languages)
