"""Reading fields of a call: a text in the place of a number is noticed, a missing one named."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from makeline.adapters.print_partner.signature import NumberText
from makeline.adapters.print_partner.simulator import refusals
from makeline.adapters.print_partner.simulator.refusals import Refused, bad_field

_AMOUNT = re.compile(r"[0-9]{1,5}(\.[0-9]{1,2})?", re.ASCII)
_LARGEST_AMOUNT = 10_000
_LARGEST_BATCH = 500
_LONGEST_PICTURE_ADDRESS = 1000

Call = Callable[[Any], Any]
"""A call of the protocol: parsed body in, ``data`` of the answer out, or ``Refused``."""


def an_object(body: Any) -> dict[str, Any]:
    """The body as an object."""
    if not isinstance(body, dict):
        raise Refused(refusals.NOT_JSON, 400)
    return body


def ids(body: Any) -> list[str]:
    """The body as an array of ids."""
    if not isinstance(body, list) or len(body) > _LARGEST_BATCH:
        raise Refused(refusals.NOT_JSON, 400)
    return [item for item in body if isinstance(item, str)]


def text(fields: dict[str, Any], name: str) -> str:
    """A text that is not empty."""
    value = fields.get(name)
    if not isinstance(value, str) or isinstance(value, NumberText) or not value:
        raise bad_field(name, "is required")
    return value


def own_id(fields: dict[str, Any], name: str, prefix: str) -> str:
    """An id of the merchant's: prefix and 12 digits."""
    value = text(fields, name)
    digits = value.removeprefix(prefix)
    if digits == value or len(digits) != 12 or not digits.isascii() or not digits.isdigit():
        raise bad_field(name, f"must be {prefix} and 12 digits")
    return value


def whole(fields: dict[str, Any], name: str) -> int:
    """A number without a fraction."""
    value = fields.get(name)
    if not isinstance(value, NumberText) or not value.isdigit() or len(value) > 9:
        raise bad_field(name, "must be an integer")
    return int(value)


def amount(fields: dict[str, Any], name: str) -> str:
    """An amount in pounds, as its text."""
    value = fields.get(name)
    if not isinstance(value, NumberText) or not _AMOUNT.fullmatch(value):
        raise bad_field(name, "must be a number with at most two decimals")
    if not 0 < Decimal(value) <= _LARGEST_AMOUNT:
        raise bad_field(name, "must be above 0 and at most 10000")
    return str(value)


def picture_address(fields: dict[str, Any], name: str) -> str:
    """A public address that a printer can fetch, with its token."""
    value = text(fields, name)
    if not value.startswith(("http://", "https://")):
        raise bad_field(name, "must be an http or https address")
    if len(value) > _LONGEST_PICTURE_ADDRESS:
        raise bad_field(name, "is too long")
    if value.count("token=") != 1:
        raise bad_field(name, "must hold its token once")
    return value
