"""Refusals: anticipated errors that are answers, not alarms.

A refusal is a class beside the verb that raises it. It knows its ``code`` (stable, for programs) and its
``kind`` (what sort of no); HTTP status and body are chosen at the edge, one renderer per dialect.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, ClassVar


class Kind(StrEnum):
    """What sort of refusal it is; the edge turns it into a status."""

    MALFORMED = "malformed"
    UNRECOGNISED = "unrecognised"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    GONE = "gone"
    TOO_LARGE = "too_large"
    INVALID = "invalid"
    LIMITED = "limited"
    UNAVAILABLE = "unavailable"


class Refusal(Exception):
    """Base of every anticipated error.

    ``extras`` stand at the top level of the answer (``expected_amount``, ``current_status``, …); they must be
    JSON values and hold no secret.
    """

    code: ClassVar[str] = "REFUSED"
    kind: ClassVar[Kind] = Kind.CONFLICT

    def __init__(self, message: str, **extras: Any) -> None:
        super().__init__(message)
        self.message = message
        self.extras: Mapping[str, Any] = extras


class NotFound(Refusal):
    """There is no such thing, or it is not the caller's."""

    code = "NOT_FOUND"
    kind = Kind.NOT_FOUND


class NotAllowed(Refusal):
    """The caller is known but may not do this."""

    code = "NOT_ALLOWED"
    kind = Kind.FORBIDDEN


class Unrecognised(Refusal):
    """The caller brought no credential, or one that proves nothing."""

    code = "AUTHENTICATION_REQUIRED"
    kind = Kind.UNRECOGNISED


class Unavailable(Refusal):
    """Something we need is away for the moment; trying again may help."""

    code = "UNAVAILABLE"
    kind = Kind.UNAVAILABLE


class FieldProblem:
    """One field of a request and what is wrong with it."""

    __slots__ = ("field", "message", "received")

    def __init__(self, field: str, message: str, received: Any = None) -> None:
        self.field = field
        self.message = message
        self.received = received

    def __repr__(self) -> str:
        return f"FieldProblem({self.field!r}, {self.message!r})"


class Invalid(Refusal):
    """The request is readable but some of its fields are not acceptable; names each of them."""

    code = "VALIDATION_ERROR"
    kind = Kind.INVALID

    def __init__(self, *problems: FieldProblem) -> None:
        super().__init__("; ".join(f"{problem.field}: {problem.message}" for problem in problems))
        self.problems = problems


class FailureKind(StrEnum):
    """Why a call to the outside failed, as staff see it, and whether trying again can help."""

    TRANSIENT = "transient"
    PERMANENT = "permanent"
    MISCONFIGURED = "misconfigured"
