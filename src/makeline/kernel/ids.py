"""Ids a person reads aloud and ids nobody can guess."""

import secrets
from datetime import UTC, datetime

# Crockford's alphabet: no I, L, O, U, so that an id survives being read aloud.
_BASE32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def random_text(length: int) -> str:
    """``length`` base-32 characters (5 bits each) from the system's secure source."""
    return "".join(_BASE32[byte & 31] for byte in secrets.token_bytes(length))


def numbered(prefix: str, number: int) -> str:
    """A reference that never repeats because its number never does: ``ORDER_10000001``."""
    return f"{prefix}{number:08d}"


def dated(prefix: str, number: int, at: datetime) -> str:
    """Prefix, UTC day and six digits: ``PYEN261121000042``.

    The number comes from a database sequence; two references of one day are equal only after a million in a
    day, and the unique constraint on the column refuses even that.
    """
    return f"{prefix}{at.astimezone(UTC):%y%m%d}{number % 1_000_000:06d}"
