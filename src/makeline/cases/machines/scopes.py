"""What a key may be good for: groups of calls, so that a leaked key opens little."""

from collections.abc import Iterable
from enum import StrEnum

from makeline.kernel.errors import FieldProblem, Invalid


class Scope(StrEnum):
    """Money and its notices; prints and orders; stock and equipment; pictures and print files; customers."""

    PAY = "pay"
    PRINT = "print"
    STOCK = "stock"
    IMAGES = "images"
    SESSIONS = "sessions"


EVERY_SCOPE = frozenset(Scope)
_ALL = "all"


def scopes_named(words: Iterable[str]) -> frozenset[Scope]:
    """The scopes of words like ``pay``; ``all``, or no word, means every one. Raises ``Invalid``."""
    wanted = {word.strip().lower() for word in words if word.strip()}
    unknown = wanted - {_ALL, *Scope}
    if unknown:
        known = ", ".join((*Scope, _ALL))
        raise Invalid(FieldProblem("scope", f"is one of {known}", ", ".join(sorted(unknown))))
    return EVERY_SCOPE if _ALL in wanted or not wanted else frozenset(Scope(word) for word in wanted)


def scopes_text(scopes: frozenset[Scope]) -> str:
    """As they are stored and shown: in the order of the list above."""
    return " ".join(scope for scope in Scope if scope in scopes)
