"""The numbers of a Russian legal entity and its bank: shapes and check digits, nothing but arithmetic."""

import re
from collections.abc import Iterator, Sequence

from makeline.kernel.errors import FieldProblem

_TEN = (2, 4, 10, 3, 5, 9, 4, 6, 8)
_ELEVENTH = (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
_TWELFTH = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
_ACCOUNT = (7, 1, 3) * 8
_KPP = re.compile(r"[0-9]{4}[0-9A-Z]{2}[0-9]{3}")
# Accounts of these are checked like those of the central bank itself.
_CASH_CENTRES = frozenset({"000", "001", "002"})


def inn_is_right(inn: str) -> bool:
    """The taxpayer's number: 10 digits of a legal entity or 12 of a person, with their check digits."""
    if not _digits(inn):
        return False
    if len(inn) == 10:
        return _inn_digit(inn, _TEN) == inn[9]
    return len(inn) == 12 and _inn_digit(inn, _ELEVENTH) == inn[10] and _inn_digit(inn, _TWELFTH) == inn[11]


def kpp_is_right(kpp: str) -> bool:
    """The reason for registration: 9 characters, of which the fifth and sixth may be letters; no check digit."""
    return _KPP.fullmatch(kpp) is not None


def bik_is_right(bik: str) -> bool:
    """The bank's number: 9 digits."""
    return len(bik) == 9 and _digits(bik)


def account_is_right(account: str, bik: str) -> bool:
    """A settlement account of 20 digits at this bank."""
    branch = bik[6:]
    return _keyed(account, _centre(bik) if branch in _CASH_CENTRES else branch)


def correspondent_account_is_right(account: str, bik: str) -> bool:
    """The bank's own account of 20 digits at the central bank."""
    return _keyed(account, _centre(bik))


def company_problems(
    *, inn: str, kpp: str, bik: str, account: str, correspondent_account: str
) -> Iterator[FieldProblem]:
    """What is wrong with those that are given; an account is checked against the bank once both are known."""
    if inn and not inn_is_right(inn):
        yield FieldProblem("inn", "must have 10 or 12 digits with the right check digits")
    if kpp and not kpp_is_right(kpp):
        yield FieldProblem(
            "kpp", "must have 9 characters: digits, the fifth and sixth may be capital letters"
        )
    good_bik = bik_is_right(bik)
    if bik and not good_bik:
        yield FieldProblem("bik", "must have 9 digits")
    for field, number, right in (
        ("account", account, account_is_right),
        ("correspondent_account", correspondent_account, correspondent_account_is_right),
    ):
        if number and not (len(number) == 20 and _digits(number)):
            yield FieldProblem(field, "must have 20 digits")
        elif number and good_bik and not right(number, bik):
            yield FieldProblem(field, "does not belong to the bank with this bik: its check digit is wrong")


def _inn_digit(inn: str, weights: Sequence[int]) -> str:
    return str(sum(int(digit) * weight for digit, weight in zip(inn, weights, strict=False)) % 11 % 10)


def _centre(bik: str) -> str:
    return "0" + bik[4:6]


def _keyed(account: str, start: str) -> bool:
    """The weighted sum of bank and account ends in zero."""
    if len(account) != 20 or not _digits(account) or not _digits(start):
        return False
    return (
        sum(int(digit) * weight for digit, weight in zip(start + account, _ACCOUNT, strict=False)) % 10 == 0
    )


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
