"""Who sells and who buys, as an invoice keeps them: what they said of themselves on the day it was issued."""

import json
from collections.abc import Iterator
from typing import NamedTuple, TypeVar

from makeline.commerce.accounts.models import User
from makeline.commerce.accounts.states import PersonKind
from makeline.kernel.errors import FieldProblem

P = TypeVar("P", "Seller", "Buyer")


class Seller(NamedTuple):
    """Who sells, and where his money goes; texts are empty, never None, where nothing is known."""

    name: str
    inn: str = ""
    kpp: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""
    bank_name: str = ""
    bik: str = ""
    account: str = ""
    correspondent_account: str = ""
    iban: str = ""
    swift: str = ""
    director: str = ""
    accountant: str = ""

    @property
    def key(self) -> str:
        """Whose numbers follow each other: the taxpayer, or the name where there is no such number."""
        return self.inn or self.name


class Buyer(NamedTuple):
    """Who buys; ``legal`` for a legal entity or a sole trader."""

    name: str
    legal: bool = False
    inn: str = ""
    kpp: str = ""
    address: str = ""
    phone: str = ""


def buyer_of(user: User) -> Buyer:
    """An account as the buyer of what it orders: its firm, if it buys for one, else the person."""
    if user.kind is PersonKind.LEGAL:
        return Buyer(
            user.company_name or user.full_name or user.username,
            legal=True,
            inn=user.inn,
            kpp=user.kpp,
            address=user.legal_address,
            phone=user.phone,
        )
    return Buyer(user.full_name or user.username, phone=user.phone)


def missing_of(buyer: Buyer) -> Iterator[FieldProblem]:
    """What a legal entity has to tell before its invoice is written, by the names of the profile."""
    if not buyer.legal:
        return
    wanted = {"inn": buyer.inn, "legal_address": buyer.address}
    # A sole trader, whose number has twelve digits, is registered for no reason of its own.
    if len(buyer.inn) != 12:
        wanted["kpp"] = buyer.kpp
    for field, value in wanted.items():
        if not value:
            yield FieldProblem(field, "is wanted before an invoice to a legal entity: say it in your profile")


def as_text(party: Seller | Buyer) -> str:
    """A party as exact JSON, to be kept."""
    return json.dumps(party._asdict(), ensure_ascii=False, separators=(",", ":"))


def from_text(kind: type[P], text: str) -> P:
    """A kept party; fields that were added since are empty."""
    return kind(**json.loads(text))
