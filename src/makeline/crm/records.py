"""What is mirrored, as we say it; every text is plain, every id is ours unless its name says otherwise."""

import hashlib
import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import ClassVar


class Entity(StrEnum):
    """The four kinds of things a CRM holds of ours."""

    CONTACT = "contact"
    COMPANY = "company"
    LEAD = "lead"
    DEAL = "deal"


class Step(StrEnum):
    """How far sales people have come with a lead or a deal."""

    NEW = "new"
    WORKING = "working"
    WON = "won"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Contact:
    """A person with an account; ``company`` is the remote id of his firm."""

    entity: ClassVar[Entity] = Entity.CONTACT

    our_id: int
    full_name: str
    email: str
    phone: str
    company: int | None


@dataclass(frozen=True, slots=True)
class BankAccount:
    """Where a firm's money is; empty where it has told nothing."""

    name: str = ""
    bik: str = ""
    account: str = ""
    correspondent_account: str = ""


@dataclass(frozen=True, slots=True)
class Company:
    """The firm of a legal user, numbered as he is."""

    entity: ClassVar[Entity] = Entity.COMPANY

    our_id: int
    title: str
    inn: str
    kpp: str
    bank: BankAccount = BankAccount()
    legal_address: str = ""


@dataclass(frozen=True, slots=True)
class Lead:
    """Somebody wants to be called. ``step`` None: sales people alone know."""

    entity: ClassVar[Entity] = Entity.LEAD

    our_id: int
    title: str
    name: str
    phone: str
    comments: str
    step: Step | None


@dataclass(frozen=True, slots=True)
class ProductRow:
    """One line of a deal; ``price`` of one piece, as a decimal text."""

    title: str
    price: str
    quantity: int


@dataclass(frozen=True, slots=True)
class DealFacts:
    """What sales people want to see of an order at a glance: ``url`` its page for staff, ``ready_on`` a day in ISO 8601,
    ``hours`` of work as a decimal text, ``rate_card`` with its version. Empty where nothing is known."""

    number: str = ""
    url: str = ""
    ready_on: str = ""
    hours: str = ""
    rate_card: str = ""


@dataclass(frozen=True, slots=True)
class Deal:
    """An order; ``contact`` and ``company`` are remote ids. ``step`` None: it stays where sales people put it."""

    entity: ClassVar[Entity] = Entity.DEAL

    our_id: int
    title: str
    step: Step | None
    currency: str
    rows: tuple[ProductRow, ...]
    comments: str
    contact: int | None
    company: int | None
    facts: DealFacts = DealFacts()


Record = Contact | Company | Lead | Deal


def digest_of(record: Record) -> str:
    """Equal for equal records: what was sent last is not sent again."""
    text = json.dumps([record.entity.value, asdict(record)], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
