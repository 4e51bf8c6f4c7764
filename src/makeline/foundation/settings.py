"""Every setting, in small frozen groups; read once, by the composition root alone.

Names are environment variables without a prefix (``DATABASE_URL``, ``TRUST_LOOPBACK``); an empty one equals none.
The production profile refuses to start on missing, default, short or shared secrets.
"""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

_DEMO_SECRET = "embedded-default-never-for-production"  # noqa: S105 - refused by the production profile
_SHORTEST_SECRET = 32


class InsecureSettings(Exception):
    """The production profile was asked to run with settings that are only fit for a demo; names each."""


class Profile(StrEnum):
    """Embedded: one process, SQLite, simulators, open to play. Production: nothing by default."""

    EMBEDDED = "embedded"
    PRODUCTION = "production"


class Group(BaseSettings):
    """A group of settings that belong together."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)


class PlaceSettings(Group):
    """Where the server listens and keeps its things."""

    profile: Profile = Field(Profile.EMBEDDED, description="embedded or production")
    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8000, ge=0, le=65535, description="port to listen on")
    data_dir: Path = Field(Path("var"), description="folder of the embedded database and files")
    base_url: str = Field("", description="public address in links; empty: http://HOST:PORT")
    contact: str = Field("", max_length=200, description="whom customers may ask, shown on their order page")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="how much is logged")
    log_plain: bool = Field(False, description="logs for people instead of JSON lines")


class DatabaseSettings(Group):
    """Where the truth is kept."""

    database_url: str = Field("", description="sqlite:///path or postgresql://…; empty: SQLite in DATA_DIR")
    database_connections: int = Field(8, ge=2, le=200, description="PostgreSQL connections of one process")


class StorageSettings(Group):
    """Where pictures and print files lie."""

    storage_url: str = Field("", description="file:///folder or s3://bucket/prefix; empty: files in DATA_DIR")
    s3_endpoint: str = Field("", description="address of an S3-compatible store; empty: the provider's own")
    s3_region: str = Field("us-east-1", description="region of the bucket")
    s3_access_key: str = Field("", description="access key of the bucket")
    s3_secret_key: SecretStr = Field(SecretStr(""), description="secret key of the bucket")


class SecuritySettings(Group):
    """Secrets and whom to believe."""

    link_keys: SecretStr = Field(
        SecretStr(_DEMO_SECRET),
        description="keys that sign links to files, separated by commas; the first signs, all open",
    )
    signing_keys: SecretStr = Field(
        SecretStr(_DEMO_SECRET),
        description="keys that partners' signing secrets are made from, separated by commas; the first makes them",
    )
    trust_loopback: bool = Field(
        True,
        description="embedded only: callers on the loopback address count as the demo partner",
    )
    test_machines: Literal["on", "off"] = Field("on", description="whether test machines are open to anyone")
    trusted_proxies: str = Field(
        "", description="networks whose X-Forwarded-For is believed, separated by commas"
    )


class LimitSettings(Group):
    """How often somebody may call, in calls a minute; N a minute allows N at once."""

    limit_partner: int = Field(
        300,
        ge=1,
        description="partner's calls and new sessions, for each partner or, where one is named, machine",
    )
    limit_address: int = Field(35, ge=1, description="the same for each address that nobody knows")
    limit_session: int = Field(120, ge=1, description="calls about one session, for each side of it")
    limit_session_address: int = Field(1200, ge=1, description="the same for each address that nobody knows")
    limit_guest: int = Field(600, ge=1, description="everything else, for each address")
    limit_enrolment: int = Field(5, ge=1, description="tries to enrol a machine, for each address")
    limit_processes: int = Field(1, ge=1, le=1000, description="how many processes share VALKEY_URL")
    valkey_url: str = Field(
        "", description="store of shared limits, valkey://host:port; empty: each process counts"
    )
    redis_url: str = Field("", description="the same in a Redis, redis://host:port; VALKEY_URL comes first")


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
    drawings_waiting: int = Field(
        400, ge=1, le=100_000, description="most pictures and prints that wait to be read or drawn"
    )
    drawing_patience_seconds: float = Field(
        15.0, gt=0, le=300, description="how long one of them waits before its caller is asked to come again"
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


@dataclass(frozen=True)
class Settings:
    """All groups; one instance, made by ``read_settings``."""

    place: PlaceSettings
    database: DatabaseSettings
    storage: StorageSettings
    security: SecuritySettings
    limits: LimitSettings
    partner: PartnerSettings
    kiosk: KioskSettings
    worker: WorkerSettings

    @property
    def base_url(self) -> str:
        """The address in links."""
        return (self.place.base_url or f"http://{self.place.host}:{self.place.port}").rstrip("/")

    @property
    def database_url(self) -> str:
        """The database's address, with the embedded default filled in."""
        return self.database.database_url or f"sqlite:///{self.place.data_dir / 'makeline.sqlite'}"

    @property
    def storage_url(self) -> str:
        """The storage's address, with the embedded default filled in."""
        return self.storage.storage_url or f"file://{(self.place.data_dir / 'files').absolute()}"

    @property
    def link_keys(self) -> list[bytes]:
        """Keys of the links."""
        return _listed(self.security.link_keys)

    @property
    def signing_keys(self) -> list[bytes]:
        """Keys that the secrets of signed calls are derived from."""
        return _listed(self.security.signing_keys)

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


GROUPS: tuple[type[Group], ...] = (
    PlaceSettings,
    DatabaseSettings,
    StorageSettings,
    SecuritySettings,
    LimitSettings,
    PartnerSettings,
    KioskSettings,
    WorkerSettings,
)


def read_settings() -> Settings:
    """Read the environment; raises ``InsecureSettings`` when production would run on demo secrets."""
    settings = Settings(
        place=PlaceSettings(),
        database=DatabaseSettings(),
        storage=StorageSettings(),
        security=SecuritySettings(),
        limits=LimitSettings(),
        partner=PartnerSettings(),
        kiosk=KioskSettings(),
        worker=WorkerSettings(),
    )
    if settings.place.profile is Profile.PRODUCTION:
        faults = list(_faults(settings))
        if faults:
            raise InsecureSettings("; ".join(faults))
    return settings


def _faults(settings: Settings) -> list[str]:
    faults = []
    for name, keys in (("LINK_KEYS", settings.link_keys), ("SIGNING_KEYS", settings.signing_keys)):
        if not keys or any(key == _DEMO_SECRET.encode() for key in keys):
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
    partner_key = settings.partner.partner_key.get_secret_value().encode()
    secrets = [*settings.link_keys, *settings.signing_keys, partner_key]
    if len(set(secrets)) != len(secrets):
        faults.append("LINK_KEYS, SIGNING_KEYS and PARTNER_KEY must differ from each other")
    return faults


def _listed(secret: SecretStr) -> list[bytes]:
    return [key.strip().encode() for key in secret.get_secret_value().split(",") if key.strip()]
