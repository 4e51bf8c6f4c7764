"""Settings: an embedded shop needs none; production starts on no secret that anybody could know."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from makeline.foundation.settings import InsecureSettings, Settings, read_settings
from makeline.foundation.settings_groups import GROUPS, Profile
from tests.figures import Figures

GOOD = {
    "PROFILE": "production",
    "SELLER_NAME": "Parts & Co",
    "SELLER_ADDRESS": "1 High Street",
    "SELLER_INN": "7707083893",
    "SELLER_BANK_NAME": "A bank",
    "SELLER_BIK": "044525999",
    "SELLER_ACCOUNT": "40702810300000000042",
    "SELLER_CORRESPONDENT_ACCOUNT": "30101810600000000999",
    "HOST": "0.0.0.0",
    "BASE_URL": "https://shop.example.com/",
    "LINK_KEYS": "first-key-first-key-first-key-first-key, second-key-second-key-second-key",
    "SIGNING_KEYS": "third-key-third-key-third-key-third-key",
    "TOKEN_KEYS": "fourth-key-fourth-key-fourth-key-fourth",
    "PARTNER_BASE_URL": "https://partner.example.com/mobileShell/en",
    "PARTNER_ACCOUNT": "shop",
    "PARTNER_PASSWORD": "a password",
    "PARTNER_KEY": "0123456789abcdef0123456789ab",
}


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the machine that runs the tests has set."""
    for group in GROUPS:
        for name in group.model_fields:
            monkeypatch.delenv(name.upper(), raising=False)
            monkeypatch.delenv(name, raising=False)


def read(monkeypatch: pytest.MonkeyPatch, **variables: str) -> Settings:
    """The settings of a process with these variables."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return read_settings()


def faults(monkeypatch: pytest.MonkeyPatch, **changes: str) -> str:
    """What production says about good settings with these changes."""
    with pytest.raises(InsecureSettings) as refused:
        read(monkeypatch, **{**GOOD, **changes})
    return str(refused.value)


def test_an_embedded_shop_needs_no_setting_at_all():
    settings = read_settings()
    assert settings.place.profile is Profile.EMBEDDED
    assert settings.database_url == "sqlite:///var/makeline.sqlite"
    assert settings.storage_url == f"file://{Path('var/files').absolute()}"
    assert settings.base_url == "http://127.0.0.1:8000"
    assert settings.simulates_partner
    assert settings.simulator_port == 8101


def test_production_starts_on_good_settings(monkeypatch: pytest.MonkeyPatch):
    settings = read(monkeypatch, **GOOD)
    assert settings.base_url == "https://shop.example.com"
    assert [len(key) for key in settings.link_keys] == [39, 32]
    assert not settings.simulates_partner
    assert not settings.trusts_loopback


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"LINK_KEYS": ""}, "LINK_KEYS must be set"),
        ({"LINK_KEYS": " , "}, "LINK_KEYS must be set"),
        ({"LINK_KEYS": "embedded-default-never-for-production"}, "LINK_KEYS must be set"),
        (
            {"LINK_KEYS": GOOD["LINK_KEYS"] + ",embedded-default-never-for-production"},
            "LINK_KEYS must be set",
        ),
        ({"LINK_KEYS": "x" * 31}, "at least 32"),
        ({"LINK_KEYS": "x" * 40 + "," + "y" * 5}, "at least 32"),
        ({"LINK_KEYS": "x" * 40 + "," + "x" * 40}, "must differ"),
        ({"SIGNING_KEYS": ""}, "SIGNING_KEYS must be set"),
        ({"SIGNING_KEYS": "embedded-default-never-for-production"}, "SIGNING_KEYS must be set"),
        ({"SIGNING_KEYS": "x" * 31}, "each of SIGNING_KEYS needs at least 32"),
        ({"SIGNING_KEYS": GOOD["LINK_KEYS"]}, "must differ"),
        ({"TOKEN_KEYS": ""}, "TOKEN_KEYS must be set"),
        ({"TOKEN_KEYS": "x" * 31}, "each of TOKEN_KEYS needs at least 32"),
        ({"TOKEN_KEYS": GOOD["SIGNING_KEYS"]}, "must differ"),
        ({"PARTNER_KEY": GOOD["LINK_KEYS"].split(",", maxsplit=1)[0]}, "must differ"),
        ({"BASE_URL": ""}, "https"),
        ({"BASE_URL": "http://shop.example.com"}, "https"),
        ({"PARTNER_BASE_URL": ""}, "simulator"),
        ({"PARTNER_ACCOUNT": ""}, "PARTNER_ACCOUNT"),
        ({"PARTNER_PASSWORD": ""}, "PARTNER_PASSWORD"),
        ({"PARTNER_KEY": ""}, "PARTNER_KEY"),
    ],
)
def test_production_refuses_what_is_only_fit_for_a_demo(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, str], complaint: str, figures: Figures
):
    assert complaint in faults(monkeypatch, **changes)
    figures("S9: 1 starts, 1 refused", each="ways to leave a secret missing, short, default or equal")


def test_production_names_every_fault_at_once_and_no_secret(monkeypatch: pytest.MonkeyPatch):
    said = faults(monkeypatch, LINK_KEYS="short-secret", BASE_URL="", PARTNER_BASE_URL="")
    assert said.count(";") >= 2
    assert "short-secret" not in said
    assert GOOD["PARTNER_PASSWORD"] not in said


@pytest.mark.parametrize(("key", "starts"), [("x" * 31, False), ("x" * 32, True)])
def test_thirty_two_characters_are_enough(monkeypatch: pytest.MonkeyPatch, key: str, starts: bool):
    if starts:
        assert read(monkeypatch, **{**GOOD, "LINK_KEYS": key}).link_keys == [key.encode()]
    else:
        assert "at least 32" in faults(monkeypatch, LINK_KEYS=key)


def test_secrets_do_not_show_in_what_is_printed(monkeypatch: pytest.MonkeyPatch):
    shown = repr(read(monkeypatch, **GOOD, S3_SECRET_KEY="s3-secret"))
    for name in ("LINK_KEYS", "SIGNING_KEYS", "PARTNER_PASSWORD", "PARTNER_KEY"):
        assert GOOD[name] not in shown
    assert "s3-secret" not in shown


def test_an_empty_variable_says_nothing(monkeypatch: pytest.MonkeyPatch):
    assert read(monkeypatch, PORT="", DATABASE_URL="", WORKER="").place.port == 8000


@pytest.mark.parametrize(
    ("host", "trust", "profile", "trusts"),
    [
        ("127.0.0.1", "true", "embedded", True),
        ("::1", "true", "embedded", True),
        ("localhost", "true", "embedded", True),
        ("127.0.0.1", "false", "embedded", False),
        ("0.0.0.0", "true", "embedded", False),
        ("192.0.2.1", "true", "embedded", False),
        ("127.0.0.1", "true", "production", False),
    ],
)
def test_the_loopback_address_is_trusted_only_while_nobody_else_can_reach_us(
    monkeypatch: pytest.MonkeyPatch, host: str, trust: str, profile: str, trusts: bool
):
    settings = read(monkeypatch, **{**GOOD, "HOST": host, "TRUST_LOOPBACK": trust, "PROFILE": profile})
    assert settings.trusts_loopback is trusts


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "70000"),
        ("PORT", "-1"),
        ("PORT", "eight"),
        ("PROFILE", "prod"),
        ("WORKER", "maybe"),
        ("TEST_MACHINES", "perhaps"),
        ("LOG_LEVEL", "loud"),
        ("PAYMENT_MINUTES", "0"),
        ("PARTNER_CALLS_PER_SECOND", "0"),
        ("DELIVERY_LEASE_SECONDS", "0"),
        ("DATABASE_CONNECTIONS", "1"),
        ("DATA_DIR", __file__),
        ("DATA_DIR", f"{__file__}/below"),
    ],
)
def test_a_value_that_makes_no_sense_stops_the_start_and_names_its_setting(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
):
    with pytest.raises(ValueError, match=name.lower()):
        read(monkeypatch, **{name: value})


def test_no_two_groups_read_one_variable():
    names = [name for group in GROUPS for name in group.model_fields]
    assert len(set(names)) == len(names)


def test_every_setting_says_what_it_is():
    assert [
        name for group in GROUPS for name, field in group.model_fields.items() if not field.description
    ] == []


def test_settings_cannot_be_changed_after_the_start(monkeypatch: pytest.MonkeyPatch):
    settings = read_settings()
    with pytest.raises(ValueError, match="frozen"):
        settings.place.port = 1  # ty: ignore[invalid-assignment]


@pytest.mark.parametrize(
    "origins", ["*", "null", "https://*.example.com", "https://shop.example.com/path", "shop"]
)
def test_a_wildcard_is_no_origin(monkeypatch: pytest.MonkeyPatch, origins: str):
    with pytest.raises(ValidationError, match="origins"):
        read(monkeypatch, CORS_ORIGINS=f"https://shop.example.com, {origins}")


def test_origins_are_read_one_by_one(monkeypatch: pytest.MonkeyPatch):
    settings = read(monkeypatch, CORS_ORIGINS="https://shop.example.com, http://[::1]:5173")
    assert settings.cors_origins == ["https://shop.example.com", "http://[::1]:5173"]


def test_production_writes_no_invoice_that_nobody_could_pay(monkeypatch: pytest.MonkeyPatch):
    said = faults(monkeypatch, SELLER_ACCOUNT="", SELLER_NAME="")
    assert "SELLER_NAME, SELLER_ACCOUNT must be set" in said
    assert read(monkeypatch, INVOICES_FROM="crm", SELLER_ACCOUNT="").invoices.invoices_from == "crm"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SELLER_INN", "7707083894"),
        ("SELLER_KPP", "12"),
        ("SELLER_BIK", "04452599"),
        ("SELLER_ACCOUNT", "40702810400000000042"),
        ("SELLER_CORRESPONDENT_ACCOUNT", "30101810700000000999"),
        ("SELLER_ZONE", "Mars/Base"),
    ],
)
def test_a_mistyped_number_of_the_seller_is_found_before_an_invoice_says_it(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
):
    with pytest.raises(ValidationError) as refused:
        read(monkeypatch, **{**GOOD, name: value})
    assert [fault["loc"] for fault in refused.value.errors()] == [(name.lower(),)]
