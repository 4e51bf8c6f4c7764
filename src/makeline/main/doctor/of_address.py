"""The public address: reached as a customer reaches it, over a certificate that is good for a while, under our name."""

import asyncio
import ssl
from datetime import UTC, datetime
from urllib.parse import urlsplit

import httpx2

from makeline.foundation.clock import utc_clock
from makeline.foundation.settings import Settings
from makeline.main.doctor.deployment import Deployment
from makeline.main.doctor.diagnosis import Diagnosis, Severity, fail, ok, warn

_SUBJECT = "BASE_URL"
_PATIENCE = 5.0
_RENEWED_BEFORE = 14


async def of_address(deployment: Deployment) -> list[Diagnosis]:
    """Certificate, readiness, name, and what strangers should not see."""
    settings = deployment.settings
    found = await _of_certificate(settings.base_url)
    if any(one.severity is Severity.FAIL for one in found):
        return found
    async with httpx2.AsyncClient(
        base_url=settings.base_url, timeout=_PATIENCE, trust_env=False, verify=ssl.create_default_context()
    ) as http:
        try:
            return [*found, await _of_readiness(http, settings), *await _of_front(http, settings)]
        except httpx2.HTTPError as error:
            told = f"{settings.base_url} does not answer ({type(error).__name__})"
            return [
                *found,
                fail(_SUBJECT, told, "does the server run, does the name lead here, is the proxy up?"),
            ]


async def _of_readiness(http: httpx2.AsyncClient, settings: Settings) -> Diagnosis:
    answer = await http.get("/ready")
    if answer.status_code == 200 and answer.text.startswith('{"ready":true'):
        return ok(_SUBJECT, f"{settings.base_url} is ready")
    if answer.status_code == 503:
        return fail(
            _SUBJECT, f"{settings.base_url} answers that it is not ready", "GET /health tells what is away"
        )
    told = f"{settings.base_url}/ready answers {answer.status_code}, as no server of ours would"
    return fail(_SUBJECT, told, "where does the proxy send it?")


async def _of_front(http: httpx2.AsyncClient, settings: Settings) -> list[Diagnosis]:
    """Our own name is taken, and figures are for the inside."""
    front = await http.get("/")
    if front.status_code == 400:
        host = urlsplit(settings.base_url).hostname
        advice = f"the proxy passes Host as it came; TRUSTED_HOSTS={host}"
        return [fail("Host", f"{host} is refused by the server behind {settings.base_url}", advice)]
    if urlsplit(settings.base_url).scheme == "https" and (await http.get("/metrics")).status_code == 200:
        advice = "the proxy answers /metrics with 404, as those in deploy/proxy do"
        return [warn("figures", f"{settings.base_url}/metrics is open to everybody", advice)]
    return []


async def _of_certificate(address: str) -> list[Diagnosis]:
    place = urlsplit(address)
    if place.scheme != "https":
        return []
    try:
        async with asyncio.timeout(_PATIENCE):
            _, writer = await asyncio.open_connection(
                place.hostname, place.port or 443, ssl=ssl.create_default_context()
            )
        told = writer.get_extra_info("peercert")
        writer.close()
    except ssl.SSLCertVerificationError as error:
        return [fail("certificate", error.verify_message, "a certificate for this name that browsers trust")]
    except (OSError, TimeoutError) as error:
        told = f"{address} cannot be reached ({type(error).__name__}: {error})"
        return [fail(_SUBJECT, told, "does the name lead here, is the proxy up?")]
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(told["notAfter"]), UTC)
    days = (ends - utc_clock()).days
    if days < _RENEWED_BEFORE:
        return [warn("certificate", f"ends in {days} days", "whatever renews it did not")]
    return [ok("certificate", f"good for {days} days")]
