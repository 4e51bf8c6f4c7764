"""Endpoints: a path, a function from request to answer, and what the API description says about it.

They are served by ``front.Front`` before the framework: a fraction of the cost of a decorated route, which the hot
paths need and the documented dialects (union answers, ignored fields, own error bodies) ask for anyway. The
description in OpenAPI (``description``) is made from the same record.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from makeline.foundation.web.body import LARGEST_JSON
from makeline.kernel.errors import Refusal

Call = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True)
class Endpoint:
    """One documented path and method. ``refusals`` are the classes it may answer with.

    ``answer_type`` is the media type of the usual answer, ``other_types`` those it may have as well, ``statuses`` what
    else it answers that is no refusal.
    ``uploads`` are the media types of a body that is a file; ``body_required`` tells whether there must be a body.
    ``keyed``: it honours ``Idempotency-Key``.
    ``largest``: bytes that its body may have.
    ``spends_inside``: it begins its first unit by ``Spending.begin``, and settles whatever comes of the call.
    ``scope``: what a key must be good for to call it; empty for what is open to anyone who may come in.
    """

    method: str
    path: str
    call: Call
    summary: str
    tag: str
    body: type[BaseModel] | None = None
    answer: type[BaseModel] | None = None
    answer_type: str = "application/json"
    refusals: Sequence[type[Refusal]] = ()
    query: Sequence[str] = field(default_factory=tuple)
    scope: str = ""
    other_types: Sequence[str] = ()
    statuses: Mapping[int, str] = field(default_factory=dict)
    uploads: Sequence[str] = ()
    body_required: bool = True
    keyed: bool = False
    spends_inside: bool = False
    largest: int = LARGEST_JSON
