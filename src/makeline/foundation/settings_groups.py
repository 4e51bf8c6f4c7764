"""The settings in small frozen groups: each field is an environment variable without a prefix; an empty one equals none."""

import re
from enum import StrEnum
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from makeline.foundation.order_settings import OrderSettings
from makeline.foundation.quote_settings import QuoteSettings
from makeline.foundation.seller_settings import InvoiceSettings, SellerSettings
from makeline.foundation.settings_base import Folder, Group
from makeline.foundation.settings_checkout import CheckoutSettings
from makeline.foundation.settings_crm import CrmSettings
from makeline.foundation.settings_limits import LimitSettings
from makeline.foundation.settings_observing import ObservingSettings
from makeline.foundation.settings_pictures import PrivacySettings, StyleSettings
from makeline.foundation.shop_settings import ShopSettings

DEMO_SECRET = "embedded-default-never-for-production"  # noqa: S105 - refused by the production profile


_MAIL_SERVER = re.compile(r"smtps?://([^@/]*@)?[^@/:]+(:[0-9]+)?/?$")
_ADDRESS = re.compile(r"[^\s@,;<>\"]+@[^\s@,;<>\"]+")
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?|https?://\[[0-9a-fA-F:]+\](:[0-9]{1,5})?")


class Profile(StrEnum):
    """Embedded: one process, SQLite, simulators, open to play. Production: nothing by default."""

    EMBEDDED = "embedded"
    PRODUCTION = "production"


def listed(text: str) -> list[str]:
    """The entries of a setting that are separated by commas."""
    return [entry.strip() for entry in text.split(",") if entry.strip()]


class PlaceSettings(Group):
    """Where the server listens and keeps its things."""

    profile: Profile = Field(Profile.EMBEDDED, description="embedded or production")
    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8000, ge=0, le=65535, description="port to listen on")
    data_dir: Folder = Field(Path("var"), description="folder of the embedded database and files")
    base_url: str = Field("", description="public address in links; empty: http://HOST:PORT")
    contact: str = Field("", max_length=200, description="whom customers may ask, shown on their order page")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="how much is logged")
    log_plain: bool = Field(False, description="logs for people instead of JSON lines")


class DatabaseSettings(Group):
    """Where the truth is kept."""

    database_url: str = Field("", description="sqlite:///path or postgresql://…; empty: SQLite in DATA_DIR")
    database_connections: int = Field(8, ge=2, le=200, description="PostgreSQL connections of one process")
    database_replica_url: str = Field(
        "",
        description="postgresql://… of a streaming replica, asked where answers may be seconds old; empty: none",
    )
    replica_lag_seconds: int = Field(
        5, ge=2, le=300, description="how late the replica may be and still be asked"
    )

    @field_validator("database_replica_url")
    @classmethod
    def _copy_of_a_server(cls, value: str, info: ValidationInfo) -> str:
        if value and not all(
            url.startswith("postgres") for url in (value, info.data.get("database_url") or "")
        ):
            raise ValueError("must be postgresql://…, as DATABASE_URL is then")
        return value


class StorageSettings(Group):
    """Where pictures and print files lie."""

    storage_url: str = Field("", description="file:///folder or s3://bucket/prefix; empty: files in DATA_DIR")
    s3_endpoint: str = Field("", description="address of an S3-compatible store; empty: the provider's own")
    s3_region: str = Field("us-east-1", description="region of the bucket")
    s3_access_key: str = Field("", description="access key of the bucket")
    s3_secret_key: SecretStr = Field(SecretStr(""), description="secret key of the bucket")


class PartsSettings(Group):
    """Customers' CAD files."""

    quota_files: int = Field(200, ge=1, description="files that one account keeps")
    quota_megabytes: int = Field(2048, ge=1, description="MiB of files that one account keeps")
    largest_upload_megabytes: int = Field(
        64, ge=1, le=64, description="MiB that a file may hold when it comes inside a request"
    )
    largest_direct_upload_megabytes: int = Field(
        256, ge=1, le=256, description="MiB that a file may hold when it is sent straight to the storage"
    )
    most_triangles: int = Field(1_300_000, ge=1, le=1_300_000, description="the same in triangles")
    most_triangles_direct: int = Field(5_000_000, ge=1, le=5_000_000, description="sent to the storage")
    upload_minutes: int = Field(60, ge=1, le=1440, description="time that an upload's address takes bytes")
    quota_documents: int = Field(500, ge=1, description="documents that one account keeps")
    quota_documents_megabytes: int = Field(512, ge=1, description="MiB of documents that one account keeps")
    largest_document_megabytes: int = Field(25, ge=1, le=100, description="MiB that a document may hold")
    clamd_address: str = Field(
        "", description="virus scanner: host:port or the path of its socket; empty: a stand-in"
    )
    demo_files: Literal["on", "off"] = Field("off", description="whether our own parts are there to try with")
    cad_processes: int = Field(1, ge=1, le=32, description="files that are measured at the same time")


class SecuritySettings(Group):
    """Secrets and whom to believe."""

    link_keys: SecretStr = Field(
        SecretStr(DEMO_SECRET),
        description="keys that sign links to files, separated by commas; the first signs, all open",
    )
    signing_keys: SecretStr = Field(
        SecretStr(DEMO_SECRET),
        description="keys that partners' signing secrets are made from, separated by commas; the first makes them",
    )
    token_keys: SecretStr = Field(
        SecretStr(""),
        description="keys that sign people's tokens, separated by commas; empty: one is made in DATA_DIR",
    )
    cors_origins: str = Field(
        "", description="origins whose pages may read our answers, separated by commas; no wildcard"
    )
    trust_loopback: bool = Field(
        True,
        description="embedded only: callers on the loopback address count as the demo partner",
    )
    test_machines: Literal["on", "off"] = Field("on", description="whether test machines are open to anyone")
    staff_second_factor: Literal["", "required", "optional"] = Field(
        "", description="whether staff must set up a second factor; empty: only in production"
    )
    staff_session_hours: int = Field(12, ge=1, le=168, description="how long staff stays signed in at most")
    staff_idle_minutes: int = Field(
        60, ge=5, le=1440, description="how long an unused browser stays signed in"
    )
    trusted_hosts: str = Field(
        "", description="names in Host that we answer to, separated by commas; empty: any"
    )
    trusted_proxies: str = Field(
        "", description="networks whose X-Forwarded-For is believed, separated by commas"
    )
    head_seconds: int = Field(
        10, ge=1, le=120, description="how long the head of a request may take to arrive"
    )
    idle_seconds: int = Field(60, ge=1, le=3600, description="how long a line may be silent")
    most_headers: int = Field(64, ge=16, le=1000, description="headers of one request")
    largest_head_kilobytes: int = Field(
        16, ge=4, le=256, description="KiB of headers and address of one request"
    )

    @field_validator("cors_origins")
    @classmethod
    def _plain_origins(cls, value: str) -> str:
        for origin in listed(value):
            if not _ORIGIN.fullmatch(origin):
                raise ValueError(
                    "must list origins as https://shop.example.com, without a path, never * or null"
                )
        return value


class MailSettings(Group):
    """How letters to people leave."""

    smtp_url: SecretStr = Field(
        SecretStr(""),
        description="smtps://user:password@host or smtp://host; empty: a folder in DATA_DIR (embedded only)",
    )
    mail_from: str = Field("", description="sender of letters; empty: no-reply@ the host of BASE_URL")

    mailbox_port: int = Field(
        0, ge=0, le=65535, description="port of the page of that folder, on this machine only; 0: PORT + 104"
    )
    staff_email: str = Field("", description="where news for staff go; empty: nowhere")

    @field_validator("staff_email")
    @classmethod
    def _one_address(cls, value: str) -> str:
        if value and not _ADDRESS.fullmatch(value):
            raise ValueError("must be one e-mail address")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _smtp(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() and not _MAIL_SERVER.match(value.get_secret_value()):
            raise ValueError("must begin with smtp:// or smtps:// and name a host")
        return value


class PartnerSettings(Group):
    """The print partner's server."""

    partner_base_url: str = Field(
        "", description="address ending in /mobileShell/en; empty: the simulator beside us (embedded only)"
    )
    partner_account: str = Field("", description="account at the partner")
    partner_password: SecretStr = Field(SecretStr(""), description="password at the partner")
    partner_key: SecretStr = Field(SecretStr(""), description="key of the partner's signature, 28 characters")
    partner_simulator_port: int = Field(
        0, ge=0, le=65535, description="port of the simulated partner; 0: PORT + 101"
    )
    partner_simulator_profile: Literal["field", "demo", "none"] = Field(
        "demo", description="delays of the simulated partner"
    )
    partner_calls_per_second: float = Field(
        20.0, gt=0, description="most calls a second the worker makes to the partner"
    )
    partner_pause_seconds: float = Field(
        3.0, ge=0, description="wait between the partner's payment and the print order"
    )
    prints_at_partner: int = Field(
        0, ge=0, le=1000, description="most prints of one machine that the partner holds at once; 0: all"
    )
    partner_payment_late_minutes: float = Field(
        2.0, gt=0, le=60, description="silence after which the partner is asked about a payment"
    )
    partner_sync_minutes: float = Field(
        30.0, ge=5, le=1440, description="how often the partner is asked what lies in the machines"
    )
    partner_print_late_minutes: float = Field(
        15.0, gt=0, le=1440, description="silence after which the partner is asked about a print"
    )


class KioskSettings(Group):
    """How sessions at machines behave."""

    payment_minutes: int = Field(10, ge=1, le=120, description="time a customer has left once he pays")
    payment_silence_minutes: int = Field(
        5, ge=1, le=120, description="silence after which a payment no longer bars closing the session"
    )
    machine_silence_seconds: int = Field(
        90,
        ge=5,
        le=86_400,
        description="silence after which a machine that sends heartbeats counts as offline",
    )
    sell_when_away: bool = Field(
        False, description="whether machines open sessions while they are paused, stopped or offline"
    )
    drawings_waiting: int = Field(
        400, ge=1, le=100_000, description="most pictures and prints that wait to be read or drawn"
    )
    drawing_patience_seconds: float = Field(
        15.0, gt=0, le=300, description="how long one of them waits before its caller is asked to come again"
    )
    order_link_days: int = Field(
        365, ge=1, le=3650, description="days that the address of a customer's order page is good for"
    )
    streams_at_once: int = Field(
        2000, ge=0, description="most event streams one process holds open; above it clients poll"
    )


class WorkerSettings(Group):
    """Who keeps promises."""

    worker: Literal["inside", "apart"] = Field(
        "inside", description="inside: this process keeps promises too; apart: only `makeline work` does"
    )
    delivery_lease_seconds: float = Field(
        30.0, ge=1, description="silence after which another worker takes a promise over"
    )
    reactions_at_once: int = Field(16, ge=1, le=500, description="reactions under way in one process")
    shutdown_seconds: float = Field(20.0, ge=0, description="time running work gets when the process stops")


GROUPS: tuple[type[Group], ...] = (
    PlaceSettings,
    SellerSettings,
    InvoiceSettings,
    DatabaseSettings,
    StorageSettings,
    PartsSettings,
    QuoteSettings,
    OrderSettings,
    ShopSettings,
    CheckoutSettings,
    SecuritySettings,
    MailSettings,
    LimitSettings,
    PartnerSettings,
    CrmSettings,
    KioskSettings,
    StyleSettings,
    PrivacySettings,
    WorkerSettings,
    ObservingSettings,
)
