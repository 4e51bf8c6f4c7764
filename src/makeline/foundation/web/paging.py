"""Long lists of documented arrays: ``limit`` and ``before_id`` in, ``X-Total-Count`` and ``Link`` out."""

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar
from urllib.parse import urlencode

from starlette.requests import Request

from makeline.kernel.errors import FieldProblem, Invalid

MOST_ROWS = 500
PAGE_QUERY = ("limit", "before_id")
_LARGEST_ID = 2**53 - 1

T = TypeVar("T")


class PageWanted(NamedTuple):
    """So many rows, below this id; None: the newest."""

    limit: int
    before_id: int | None


def page_wanted(request: Request) -> PageWanted:
    """What the query asks for; raises ``Invalid``."""
    limit = _number(request, "limit", largest=MOST_ROWS)
    return PageWanted(
        MOST_ROWS if limit is None else limit, _number(request, "before_id", largest=_LARGEST_ID)
    )


def page_headers(
    request: Request, wanted: PageWanted, *, ids: Sequence[int], total: int, more: bool
) -> dict[str, str]:
    """How many there are in all, and where the next ones are. ``ids`` are those of this page, the newest first."""
    headers = {"X-Total-Count": str(total)}
    if more and ids:
        query = {name: value for name, value in request.query_params.items() if name not in PAGE_QUERY}
        query |= {"limit": str(wanted.limit), "before_id": str(ids[-1])}
        headers["Link"] = f'<{request.scope["path"]}?{urlencode(query)}>; rel="next"'
    return headers


def cut_page(
    request: Request, wanted: PageWanted, rows: Sequence[T], total: int, *, id_of: Callable[[T], int]
) -> tuple[Sequence[T], dict[str, str]]:
    """What is shown of ``rows``, which were asked for one more than is wanted, and the headers beside it."""
    shown = rows[: wanted.limit]
    ids = [id_of(row) for row in shown]
    return shown, page_headers(request, wanted, ids=ids, total=total, more=len(rows) > wanted.limit)


def id_in(request: Request, name: str) -> int:
    """An id in the path; raises ``Invalid`` for what is no number. One that nothing can have is 0."""
    text = request.path_params[name]
    if not (text.isascii() and text.isdigit()):
        raise Invalid(FieldProblem(name, "must be a whole number"))
    return int(text) if len(text) <= 16 and int(text) <= _LARGEST_ID else 0


def _number(request: Request, name: str, *, largest: int) -> int | None:
    text = request.query_params.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 16 and 1 <= int(text) <= largest):
        raise Invalid(FieldProblem(name, f"must be a whole number from 1 to {largest}", text[:100]))
    return int(text)
