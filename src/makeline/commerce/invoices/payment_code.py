"""What the code on an invoice says to a banking application: GOST R 56042-2014, version 1 in UTF-8."""

from makeline.commerce.invoices.parties import Seller
from makeline.kernel.money import Money

_FORMAT = "ST00012"
# Any sign may divide the fields, as long as it stands in none of them.
_DIVIDERS = "|~^\\"
_LONGEST_NAME, _LONGEST_BANK, _LONGEST_PURPOSE = 160, 45, 210


def payment_code(seller: Seller, amount: Money, purpose: str) -> str:
    """The text of the code; empty where it has no meaning: another currency, or an account that is not all there."""
    needed = (seller.name, seller.account, seller.bank_name, seller.bik, seller.correspondent_account)
    if amount.currency != "RUB" or amount.minor <= 0 or not all(needed):
        return ""
    fields = {
        "Name": seller.name[:_LONGEST_NAME],
        "PersonalAcc": seller.account,
        "BankName": seller.bank_name[:_LONGEST_BANK],
        "BIC": seller.bik,
        "CorrespAcc": seller.correspondent_account,
        "PayeeINN": seller.inn,
        "KPP": seller.kpp,
        "Sum": str(amount.minor),
        "Purpose": purpose[:_LONGEST_PURPOSE],
    }
    divider = next((sign for sign in _DIVIDERS if not any(sign in value for value in fields.values())), "")
    if not divider:
        return ""
    return divider.join((_FORMAT, *(f"{name}={value}" for name, value in fields.items() if value)))
