"""Who sells, what his papers say of him, and where invoices come from."""

from decimal import Decimal
from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from makeline.foundation.settings_base import Group
from makeline.foundation.time_zones import time_zones
from makeline.kernel.company import company_problems

_CHECKED = ("inn", "kpp", "bik", "account", "correspondent_account")


class SellerSettings(Group):
    """Who sells, as customers' receipts and invoices have it."""

    seller_name: str = Field("", max_length=160, description="name on receipts and invoices")
    seller_address: str = Field("", max_length=300, description="address, lines separated by ;")
    seller_tax_number: str = Field("", max_length=60, description="tax number on receipts")
    vat_included_percent: Decimal = Field(
        Decimal(0), ge=0, le=50, description="VAT contained in the prices at machines; 0: none is shown"
    )
    seller_inn: str = Field("", description="taxpayer's number on invoices, 10 or 12 digits")
    seller_kpp: str = Field("", description="reason for registration on invoices, 9 characters")
    seller_phone: str = Field("", max_length=60, description="telephone number on invoices")
    seller_email: str = Field("", max_length=120, description="address for letters on invoices")
    seller_bank_name: str = Field("", max_length=160, description="bank that invoices are paid to")
    seller_bik: str = Field("", description="number of that bank, 9 digits")
    seller_account: str = Field("", description="account at that bank, 20 digits")
    seller_correspondent_account: str = Field("", description="account of that bank, 20 digits")
    seller_iban: str = Field("", max_length=34, description="account for invoices that are not in roubles")
    seller_swift: str = Field("", max_length=11, description="the bank's code for those")
    seller_director: str = Field("", max_length=80, description="who signs invoices")
    seller_accountant: str = Field("", max_length=80, description="who signs beside him")
    seller_zone: str = Field("Europe/Moscow", description="by whose calendar invoices are dated")

    @field_validator(*(f"seller_{name}" for name in _CHECKED))
    @classmethod
    def _numbers_are_right(cls, value: str, info: ValidationInfo) -> str:
        name = str(info.field_name).removeprefix("seller_")
        # An account is checked against its bank, which stands before it.
        said = dict.fromkeys(_CHECKED, "") | {"bik": info.data.get("seller_bik", "")} | {name: value}
        for problem in company_problems(**said):
            if problem.field == name:
                raise ValueError(problem.message)
        return value

    @field_validator("seller_zone")
    @classmethod
    def _zone_exists(cls, value: str) -> str:
        if value not in time_zones():
            raise ValueError("must name a time zone, as Europe/Moscow")
        return value

    @property
    def missing_for_invoices(self) -> list[str]:
        """The variables without which nobody can pay an invoice."""
        names = ("name", "address", "inn", "bank_name", "bik", "account", "correspondent_account")
        return [f"SELLER_{name.upper()}" for name in names if not getattr(self, f"seller_{name}")]


class InvoiceSettings(Group):
    """Where invoices come from, and how ours look."""

    invoices_from: Literal["own", "crm"] = Field("own", description="who writes invoices")
    invoice_language: Literal["ru", "en"] = Field("ru", description="language of our invoices")
    invoice_days: int = Field(5, ge=0, le=365, description="days until an invoice is to be paid; 0: unsaid")
