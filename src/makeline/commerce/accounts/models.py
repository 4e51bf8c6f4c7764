"""Tables of people and of their sign-ins."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import CheckConstraint, Column, Index, Table, Text

from makeline.commerce.accounts.states import MailPurpose, PersonKind, Role
from makeline.foundation.columns import UtcTime, Word, identity, metadata, one_of, reference_to

# What a bill to a legal entity needs, as it is called on the wire; each empty until somebody says it.
COMPANY_FIELDS = (
    "company_name",
    "inn",
    "kpp",
    "bik",
    "bank_name",
    "account",
    "correspondent_account",
    "legal_address",
)

users = Table(
    "users",
    metadata,
    identity(),
    # As he wrote it, and as it is compared.
    Column("username", Text, nullable=False),
    Column("name_key", Text, nullable=False, unique=True),
    Column("email", Text, nullable=False),
    Column("email_confirmed_at", UtcTime()),
    Column("full_name", Text, nullable=False),
    Column("phone", Text, nullable=False),
    Column("kind", Word(PersonKind), nullable=False),
    Column("role", Word(Role), nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("created_at", UtcTime(), nullable=False),
    *[Column(name, Text, nullable=False) for name in COMPANY_FIELDS],
    one_of("kind", PersonKind),
    one_of("role", Role),
    CheckConstraint("username <> '' AND name_key <> ''", name="has_a_name"),
    CheckConstraint("password_hash LIKE '$argon2id$%'", name="hash_not_password"),
    CheckConstraint("email <> '' OR email_confirmed_at IS NULL", name="nothing_confirmed"),
    # Addresses are not unique: a new password is asked for by one of them.
    Index("ix_users_email", "email"),
    Index("ix_users_role", "role"),
)

# One for every time somebody signed in; its token is good while this row says so.
sign_ins = Table(
    "sign_ins",
    metadata,
    identity(),
    reference_to("users", "user_id"),
    Column("created_at", UtcTime(), nullable=False),
    Column("expires_at", UtcTime(), nullable=False),
    Column("ended_at", UtcTime()),
    # Where from and with what, so that its owner knows it again.
    Column("address", Text, nullable=False),
    Column("agent", Text, nullable=False),
    CheckConstraint("expires_at > created_at", name="good_for_a_while"),
    CheckConstraint("ended_at >= created_at", name="ended_after_it_began"),
    Index("ix_sign_ins_user_id", "user_id", "id"),
    Index("ix_sign_ins_expires_at", "expires_at"),
)

# Links in letters: good once, for a while, and for the address that the letter went to. Only a hash is kept.
mail_links = Table(
    "mail_links",
    metadata,
    identity(),
    reference_to("users", "user_id"),
    Column("purpose", Word(MailPurpose), nullable=False),
    Column("email", Text, nullable=False),
    Column("token_hash", Text, nullable=False, unique=True),
    Column("created_at", UtcTime(), nullable=False),
    Column("expires_at", UtcTime(), nullable=False),
    Column("used_at", UtcTime()),
    one_of("purpose", MailPurpose),
    CheckConstraint("length(token_hash) = 64", name="hash_not_token"),
    CheckConstraint("expires_at > created_at", name="good_for_a_while"),
    Index("ix_mail_links_user_id", "user_id", "purpose"),
)


class User(NamedTuple):
    """One person; texts are empty, never None, while nothing is known."""

    id: int
    username: str
    name_key: str
    email: str
    email_confirmed_at: datetime | None
    full_name: str
    phone: str
    kind: PersonKind
    role: Role
    password_hash: str
    created_at: datetime
    company_name: str
    inn: str
    kpp: str
    bik: str
    bank_name: str
    account: str
    correspondent_account: str
    legal_address: str


class SignIn(NamedTuple):
    """One sign-in."""

    id: int
    user_id: int
    created_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    address: str
    agent: str
