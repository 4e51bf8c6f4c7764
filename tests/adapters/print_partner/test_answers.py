"""What a refusal of the partner means for us."""

import pytest

from makeline.adapters.print_partner.account import PartnerAccount
from makeline.adapters.print_partner.answers import Envelope, safe_text, trouble_of
from makeline.cases.production import print_partner as port


@pytest.mark.parametrize(
    ("code", "text", "trouble"),
    [
        (500, "Payment information does not exist", port.PaymentNotSeen),
        (500, "payment information does not exist.", port.PaymentNotSeen),
        (500, "device is unavailable", port.DeviceUnavailable),
        (500, "The device is offline.", port.DeviceOffline),
        (500, "No permission to access the current device", port.DeviceForbidden),
        (500, "Data signature failed", port.PartnerMisconfigured),
        (500, "The merchant account does not exist", port.PartnerMisconfigured),
        (401, "token expired", port.PartnerMisconfigured),
        (403, "", port.PartnerMisconfigured),
        (429, "slow down", port.PartnerAway),
        (503, "x", port.PartnerAway),
        (500, "", port.PartnerAway),
        (500, "系统异常", port.PartnerAway),
        (500, "Read timed out", port.PartnerAway),
        (500, "mobile shell is wrong", port.PartnerRefused),
        (400, "third_id is required", port.PartnerRefused),
        (404, "no such path", port.PartnerRefused),
    ],
)
def test_each_refusal_has_its_kind(code, text, trouble):
    assert type(trouble_of(Envelope(code, text, None))) is trouble


def test_every_trouble_says_what_to_do_and_what_a_customer_may_see():
    advice = {
        port.PartnerAway: port.Advice.RETRY,
        port.DeviceUnavailable: port.Advice.RETRY,
        port.PaymentNotSeen: port.Advice.CONFIRM_PAYMENT,
        port.PartnerMisconfigured: port.Advice.WAIT_FOR_STAFF,
        port.DeviceOffline: port.Advice.WAIT_FOR_STAFF,
        port.DeviceForbidden: port.Advice.WAIT_FOR_STAFF,
        port.PartnerRefused: port.Advice.GIVE_UP,
    }
    for trouble, wanted in advice.items():
        raised = trouble("the partner's words")
        assert raised.advice is wanted
        assert str(raised) == raised.text == "the partner's words"
        assert "words" not in raised.message


def test_a_text_is_one_line_without_secrets():
    assert safe_text("a\nb secret c?token=1:x:f0&y=1", ["secret", ""]) == "a b [hidden] c?token=[hidden]&y=1"
    assert len(safe_text("x" * 1000)) == 300


def test_an_account_shows_no_secret():
    account = PartnerAccount("https://p.example/mobileShell/en", "me", "pass-word", "the-key")
    assert "pass-word" not in repr(account)
    assert "the-key" not in repr(account)


@pytest.mark.parametrize(
    "address", ["p.example/x", "ftp://p.example", "https://u:p@p.example", "https://p.example/?a=1", ""]
)
def test_a_base_address_that_is_none_is_refused(address):
    with pytest.raises(ValueError, match="base address"):
        PartnerAccount(address, "a", "b", "c")
