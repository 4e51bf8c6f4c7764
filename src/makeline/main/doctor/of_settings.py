"""Settings by themselves: fit for production, safe, and made for each other. Pure."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from makeline.foundation.settings import Settings, faults_of
from makeline.foundation.settings_groups import Profile, listed
from makeline.main.doctor.diagnosis import Diagnosis, fail, ok, warn

_SUBJECT = "settings"


def of_settings(settings: Settings) -> list[Diagnosis]:
    """What can be said without asking anybody."""
    found = [*_of_profile(settings), *_of_names(settings), *_of_sharing(settings)]
    return found or [ok(_SUBJECT, "fit for production")]


def _of_profile(settings: Settings) -> Iterator[Diagnosis]:
    faults = faults_of(settings)
    if settings.place.profile is Profile.PRODUCTION:
        for fault in faults:
            yield fail(_SUBJECT, fault, "docs/settings.md tells each; production does not start like this")
        if settings.security.test_machines == "on":
            yield warn("test machines", "open to anyone", "TEST_MACHINES=off, once nobody tries them")
        return
    found = f"the embedded profile, fit to try things; production would refuse {len(faults)} of its settings"
    yield warn(_SUBJECT, found, "PROFILE=production for a shop that sells")


def _of_names(settings: Settings) -> Iterator[Diagnosis]:
    address = urlsplit(settings.base_url)
    names = {name.lower() for name in listed(settings.security.trusted_hosts)}
    ours = {address.netloc.lower(), (address.hostname or "").lower()}
    if names and not names & ours:
        yield fail(
            "TRUSTED_HOSTS",
            f"{address.hostname}, the host of BASE_URL, is not among them: our own links are refused",
            f"TRUSTED_HOSTS={address.hostname}",
        )
    if address.scheme == "https" and not settings.security.trusted_proxies:
        yield warn(
            "TRUSTED_PROXIES",
            "empty: all customers count as one address, that of the proxy, and share its limits",
            "the network of the proxy that ends TLS, as TRUSTED_PROXIES=127.0.0.1/32",
        )


def _of_sharing(settings: Settings) -> Iterator[Diagnosis]:
    """What several processes have to have in common, where the database says that there may be several."""
    if settings.database_url.startswith("sqlite:"):
        return
    if not (settings.limits.valkey_url or settings.limits.redis_url):
        yield warn(
            "limits", "each process counts calls by itself", "VALKEY_URL, and LIMIT_PROCESSES for its outages"
        )
    elif settings.limits.limit_processes == 1:
        yield warn(
            "LIMIT_PROCESSES",
            "1: while the store is away each process lets the whole limit through",
            "the number of servers",
        )
    if not settings.token_keys:
        yield warn(
            "TOKEN_KEYS",
            "empty: each DATA_DIR has a key of its own, and people are signed out between servers",
            "one for all: openssl rand -hex 32",
        )
    if settings.storage_url.startswith("file:"):
        yield warn(
            "STORAGE_URL",
            "a folder: right for processes of one host that all see it, wrong for several hosts",
            "s3://bucket for several hosts",
        )
    if settings.crm.crm_portal and not settings.crm.crm_webhook_url.get_secret_value():
        yield warn(
            "CRM_PORTAL",
            "tokens of the application lie in DATA_DIR, for the processes of one host",
            "CRM_WEBHOOK_URL for several hosts",
        )
