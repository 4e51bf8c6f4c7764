"""Every setting; read once, by the composition root alone. Their names and defaults: ``settings_groups``.

The production profile refuses to start on missing, default, short or shared secrets.
"""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr

from makeline.foundation.order_settings import OrderSettings
from makeline.foundation.quote_settings import QuoteSettings
from makeline.foundation.seller_settings import InvoiceSettings, SellerSettings
from makeline.foundation.settings_checkout import CheckoutSettings
from makeline.foundation.settings_crm import CrmSettings
from makeline.foundation.settings_groups import (
    DEMO_SECRET,
    DatabaseSettings,
    KioskSettings,
    LimitSettings,
    MailSettings,
    PartnerSettings,
    PartsSettings,
    PlaceSettings,
    Profile,
    SecuritySettings,
    StorageSettings,
    WorkerSettings,
    listed,
)
from makeline.foundation.settings_observing import ObservingSettings
from makeline.foundation.settings_pictures import PrivacySettings, StyleSettings
from makeline.foundation.shop_settings import ShopSettings

_SHORTEST_SECRET = 32


class InsecureSettings(Exception):
    """The production profile was asked to run with settings that are only fit for a demo; names each."""


@dataclass(frozen=True)
class Settings:
    """All groups; one instance, made by ``read_settings``."""

    place: PlaceSettings
    seller: SellerSettings
    invoices: InvoiceSettings
    database: DatabaseSettings
    storage: StorageSettings
    parts: PartsSettings
    quotes: QuoteSettings
    orders: OrderSettings
    shop: ShopSettings
    checkout: CheckoutSettings
    security: SecuritySettings
    mail: MailSettings
    limits: LimitSettings
    partner: PartnerSettings
    crm: CrmSettings
    kiosk: KioskSettings
    styles: StyleSettings
    privacy: PrivacySettings
    worker: WorkerSettings
    observing: ObservingSettings

    @property
    def base_url(self) -> str:
        """The address in links."""
        return (self.place.base_url or f"http://{self.place.host}:{self.place.port}").rstrip("/")

    @property
    def own_url(self) -> str:
        """How programs on this very machine reach the server, whatever links say."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.place.host, self.place.host)  # noqa: S104
        return f"http://{host}:{self.place.port}"

    @property
    def database_url(self) -> str:
        """The database's address, with the embedded default filled in."""
        return self.database.database_url or f"sqlite:///{self.place.data_dir / 'makeline.sqlite'}"

    @property
    def storage_url(self) -> str:
        """The storage's address, with the embedded default filled in."""
        return self.storage.storage_url or f"file://{(self.place.data_dir / 'files').absolute()}"

    @property
    def spool(self) -> Path:
        """The folder where large bodies wait; on the disk of the storage, when that is a folder as well."""
        return self.place.data_dir / "spool"

    @property
    def link_keys(self) -> list[bytes]:
        """Keys of the links."""
        return _listed(self.security.link_keys)

    @property
    def signing_keys(self) -> list[bytes]:
        """Keys that the secrets of signed calls are derived from."""
        return _listed(self.security.signing_keys)

    @property
    def token_keys(self) -> list[bytes]:
        """Keys that sign people's tokens; empty when nothing is set, and one is made beside the database."""
        return _listed(self.security.token_keys)

    @property
    def second_factor_required(self) -> bool:
        """Whether staff's pages open to nobody without a second factor."""
        said = self.security.staff_second_factor
        return said == "required" or (not said and self.place.profile is Profile.PRODUCTION)

    @property
    def cors_origins(self) -> list[str]:
        """Whose pages may read our answers."""
        return listed(self.security.cors_origins)

    @property
    def mail_from(self) -> str:
        """The sender of letters."""
        return self.mail.mail_from or f"no-reply@{urlsplit(self.base_url).hostname}"

    @property
    def mailbox_port(self) -> int:
        """Where the folder of letters is shown; 0 where letters really leave, or nobody reads them here."""
        stays = not self.mail.smtp_url.get_secret_value() and self.place.profile is Profile.EMBEDDED
        return (self.mail.mailbox_port or self.place.port + 104) if stays else 0

    @property
    def mailbox(self) -> Path:
        """The folder of letters that leave nowhere."""
        return self.place.data_dir / "mailbox"

    @property
    def trusts_loopback(self) -> bool:
        """Only the embedded profile, only while it listens on loopback alone."""
        loopback = self.place.host in ("127.0.0.1", "::1", "localhost")
        return self.security.trust_loopback and loopback and self.place.profile is Profile.EMBEDDED

    @property
    def simulator_port(self) -> int:
        """Where the simulated partner listens."""
        return self.partner.partner_simulator_port or self.place.port + 101

    @property
    def simulates_partner(self) -> bool:
        """No address of a partner: his simulator stands in."""
        return not self.partner.partner_base_url

    @property
    def crm_simulator_port(self) -> int:
        """Where the simulated portal listens."""
        return self.crm.crm_simulator_port or self.place.port + 102

    @property
    def simulates_crm(self) -> bool:
        """No portal is set, and production has none of its own."""
        embedded = self.place.profile is Profile.EMBEDDED
        connected = self.crm.crm_webhook_url.get_secret_value() or self.crm.crm_portal
        return embedded and self.crm.crm == "on" and not connected

    @property
    def stripe_simulator_port(self) -> int:
        """Where the simulated Stripe listens."""
        return self.checkout.stripe_simulator_port or self.place.port + 103

    @property
    def simulates_stripe(self) -> bool:
        """No account is set, and production has none of its own."""
        embedded = self.place.profile is Profile.EMBEDDED
        return embedded and not self.checkout.stripe_key.get_secret_value()

    @property
    def stripe_webhook_secrets(self) -> list[str]:
        """Secrets of the account's events."""
        return listed(self.checkout.stripe_webhook_secrets.get_secret_value())


def read_settings() -> Settings:
    """Read the environment; raises ``InsecureSettings`` when production would run on demo secrets."""
    settings = gather_settings()
    if settings.place.profile is Profile.PRODUCTION:
        faults = faults_of(settings)
        if faults:
            raise InsecureSettings("; ".join(faults))
    return settings


def gather_settings() -> Settings:
    """The environment as it is, fit or not."""
    return Settings(
        place=PlaceSettings(),
        seller=SellerSettings(),
        invoices=InvoiceSettings(),
        database=DatabaseSettings(),
        storage=StorageSettings(),
        parts=PartsSettings(),
        quotes=QuoteSettings(),
        orders=OrderSettings(),
        shop=ShopSettings(),
        checkout=CheckoutSettings(),
        security=SecuritySettings(),
        mail=MailSettings(),
        limits=LimitSettings(),
        partner=PartnerSettings(),
        crm=CrmSettings(),
        kiosk=KioskSettings(),
        styles=StyleSettings(),
        privacy=PrivacySettings(),
        worker=WorkerSettings(),
        observing=ObservingSettings(),
    )


def faults_of(settings: Settings) -> list[str]:
    """Why production does not start with them: a sentence for each."""
    faults = []
    for name, keys in (
        ("LINK_KEYS", settings.link_keys),
        ("SIGNING_KEYS", settings.signing_keys),
        ("TOKEN_KEYS", settings.token_keys),
    ):
        if not keys or any(key == DEMO_SECRET.encode() for key in keys):
            faults.append(f"{name} must be set")
        if any(len(key) < _SHORTEST_SECRET for key in keys):
            faults.append(f"each of {name} needs at least {_SHORTEST_SECRET} characters")
    if settings.simulates_partner:
        faults.append("PARTNER_BASE_URL must be set: production does not print on a simulator")
    elif not all(
        (
            settings.partner.partner_account,
            settings.partner.partner_password.get_secret_value(),
            settings.partner.partner_key.get_secret_value(),
        )
    ):
        faults.append("PARTNER_ACCOUNT, PARTNER_PASSWORD and PARTNER_KEY must be set")
    if not settings.place.base_url.startswith("https://"):
        faults.append("BASE_URL must be the public https address")
    if settings.checkout.stripe_key.get_secret_value() and not settings.stripe_webhook_secrets:
        faults.append(
            "STRIPE_WEBHOOK_SECRETS must be set beside STRIPE_KEY: its events are believed by them alone"
        )
    if settings.invoices.invoices_from == "own" and settings.seller.missing_for_invoices:
        missing = ", ".join(settings.seller.missing_for_invoices)
        faults.append(
            f"{missing} must be set: our invoices name who is paid, and where (or INVOICES_FROM=crm)"
        )
    partner_key = settings.partner.partner_key.get_secret_value().encode()
    secrets = [*settings.link_keys, *settings.signing_keys, *settings.token_keys, partner_key]
    if len(set(secrets)) != len(secrets):
        faults.append("LINK_KEYS, SIGNING_KEYS, TOKEN_KEYS and PARTNER_KEY must differ from each other")
    return faults


def _listed(secret: SecretStr) -> list[bytes]:
    return [key.encode() for key in listed(secret.get_secret_value())]
