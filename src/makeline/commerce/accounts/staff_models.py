"""Tables of staff's pages: who is signed in there, and with which second factor."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import CheckConstraint, Column, Table, Text, UniqueConstraint

from makeline.commerce.accounts.states import Role
from makeline.foundation.columns import BigInt, UtcTime, Word, identity, metadata, one_of, reference_to

# A browser at the pages of staff. What it shows is kept as a hash; the sign-in beside it ends it, like any other.
staff_sessions = Table(
    "staff_sessions",
    metadata,
    identity(),
    reference_to("sign_ins", "sign_in_id", unique=True),
    Column("token_hash", Text, nullable=False, unique=True),
    # What he was when he came; once he is something else, he signs in again.
    Column("role", Word(Role), nullable=False),
    # Written now and then, so that a browser nobody sits at is forgotten.
    Column("seen_at", UtcTime(), nullable=False),
    # When he showed his second factor here.
    Column("proven_at", UtcTime()),
    one_of("role", Role),
    CheckConstraint("length(token_hash) = 64", name="hash_not_token"),
)

# Codes of an authenticator. Their secret is derived from our own key and this salt: it lies nowhere.
second_factors = Table(
    "second_factors",
    metadata,
    identity(),
    reference_to("users", "user_id", unique=True),
    Column("salt", Text, nullable=False),
    Column("created_at", UtcTime(), nullable=False),
    # The step of time whose code was taken last; that one and those before it are good no more.
    Column("last_step", BigInt, nullable=False),
    CheckConstraint("length(salt) = 32", name="salt_is_long"),
)

# For who has lost his authenticator: each good once. What is kept needs our own key to be tried out.
recovery_codes = Table(
    "recovery_codes",
    metadata,
    identity(),
    reference_to("second_factors", "factor_id"),
    Column("code_hash", Text, nullable=False),
    Column("used_at", UtcTime()),
    UniqueConstraint("factor_id", "code_hash"),
    CheckConstraint("length(code_hash) = 64", name="hash_not_code"),
)


class StaffSession(NamedTuple):
    """A browser with its sign-in and its person as he is now; ``factor_id`` is None while he has no second factor."""

    id: int
    sign_in_id: int
    user_id: int
    username: str
    role: Role
    role_then: Role
    created_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    seen_at: datetime
    proven_at: datetime | None
    factor_id: int | None


class SecondFactor(NamedTuple):
    """What codes are checked against."""

    id: int
    user_id: int
    salt: str
    created_at: datetime
    last_step: int
