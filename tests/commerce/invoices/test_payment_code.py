"""The square code of an invoice: what a bank's application reads is what the invoice says."""

from hypothesis import given
from hypothesis import strategies as st

from makeline.commerce.invoices.payment_code import payment_code
from makeline.kernel.money import Money
from makeline.main.billing import SAMPLE


def read(code: str) -> dict[str, str]:
    """As the standard says: eight characters, the last of which divides the fields."""
    assert code[:7] == "ST00012"
    return dict(field.split("=", 1) for field in code[8:].split(code[7]))


def test_the_code_says_who_is_paid_how_much_and_for_what():
    fields = read(payment_code(SAMPLE, Money(12_345, "RUB"), "Оплата по счёту № 2026-00001"))
    assert fields == {
        "Name": SAMPLE.name,
        "PersonalAcc": SAMPLE.account,
        "BankName": SAMPLE.bank_name,
        "BIC": SAMPLE.bik,
        "CorrespAcc": SAMPLE.correspondent_account,
        "PayeeINN": SAMPLE.inn,
        "KPP": SAMPLE.kpp,
        "Sum": "12345",
        "Purpose": "Оплата по счёту № 2026-00001",
    }


@given(st.text(min_size=1), st.text())
def test_no_name_breaks_the_fields_apart(name: str, purpose: str):
    code = payment_code(SAMPLE._replace(name=name), Money(100, "RUB"), purpose)
    if code:
        fields = read(code)
        assert fields["Name"] == name[:160]
        assert fields.get("Purpose", "") == purpose[:210]
        assert fields["Sum"] == "100"
    else:
        assert all(sign in name[:160] + purpose[:210] for sign in "|~^\\")


def test_there_is_no_code_where_no_bank_could_read_it():
    assert payment_code(SAMPLE, Money(100, "EUR"), "x") == ""
    assert payment_code(SAMPLE, Money(0, "RUB"), "x") == ""
    assert payment_code(SAMPLE._replace(account=""), Money(100, "RUB"), "x") == ""
