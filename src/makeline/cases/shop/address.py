"""Where an order goes: read for its country, so that a parcel is not sent to nowhere."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from makeline.cases.catalog.shipped import shipped_rows
from makeline.kernel.errors import FieldProblem, Invalid

_LONGEST = 100
_EMAIL = re.compile(r"[^\s@,;<>\"]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_PHONE = re.compile(r"[0-9 +()-]{5,20}")


class Address(NamedTuple):
    """A postal address; ``country`` is its ISO code, ``zone_id`` how it is reached."""

    recipient: str
    line1: str
    line2: str
    city: str
    region: str
    postcode: str
    country: str
    phone: str

    def lines(self) -> list[str]:
        """As it stands on a label."""
        place = " ".join(filter(None, (self.city, self.region, self.postcode)))
        return [
            line
            for line in (self.recipient, self.line1, self.line2, place, country(self.country)["name"])
            if line
        ]


def country(code: str) -> Mapping[str, Any]:
    """A country that the webstore sends to; raises ``Invalid``."""
    for row in shipped_rows("countries"):
        if row["id"] == code:
            return row
    raise Invalid(FieldProblem("address.country", "is no country we send to", code[:10]))


def read_address(said: Mapping[str, str]) -> Address:
    """Trimmed, and whole for its country; raises ``Invalid`` naming every field."""
    address = Address(**{name: " ".join(said.get(name, "").split()) for name in Address._fields})
    address = address._replace(country=address.country.upper(), postcode=address.postcode.upper())
    land = country(address.country)
    problems = [
        FieldProblem(f"address.{name}", problem)
        for name, text in zip(Address._fields, address, strict=True)
        for problem in _problems(name, text, land)
    ]
    if problems:
        raise Invalid(*problems)
    return address


def _problems(name: str, text: str, land: Mapping[str, Any]) -> list[str]:
    needed = {"recipient", "line1", "city"}
    needed |= {"postcode"} if land["postcode"] else set()
    needed |= {"region"} if land["needs_region"] else set()
    if not text:
        return [f"is needed in {land['name']}"] if name in needed else []
    found = []
    if len(text) > _LONGEST:
        found.append(f"has more than {_LONGEST} characters")
    # What ends a line, turns text around or cannot be seen has no place on a label or in the head of a letter.
    if not text.isprintable():
        found.append("holds characters that cannot be printed")
    if name == "postcode" and land["postcode"] and not re.fullmatch(land["postcode"], text):
        found.append(f"is no postcode of {land['name']}, such as {land['example']}")
    if name == "phone" and not _PHONE.fullmatch(text):
        found.append("must be 5 to 20 digits, spaces, + ( ) -")
    return found


def read_buyer(email: str, name: str) -> tuple[str, str]:
    """E-mail and name of whoever buys; raises ``Invalid``."""
    email, name = email.strip(), " ".join(name.split())
    problems = []
    if len(email) > 254 or not _EMAIL.fullmatch(email):
        problems.append(FieldProblem("customer_email", "is no e-mail address"))
    if len(name) > _LONGEST or not name.isprintable():
        problems.append(FieldProblem("customer_name", f"must be at most {_LONGEST} printable characters"))
    if problems:
        raise Invalid(*problems)
    return email, name
