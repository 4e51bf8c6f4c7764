"""The storage: a probe is written, read back and removed, and its clock is close enough to sign by."""

import secrets
from email.utils import parsedate_to_datetime

import httpx2

from makeline.commerce.files.storage import Storage
from makeline.foundation.clock import utc_clock
from makeline.main.doctor.deployment import Deployment
from makeline.main.doctor.diagnosis import Diagnosis, fail, ok
from makeline.main.doctor.of_database import of_skew
from makeline.main.wiring import storage_of

_SUBJECT = "storage"
_ADVICE = "STORAGE_URL, S3_ENDPOINT and the keys; may they write, read and delete?"


async def of_storage(deployment: Deployment) -> list[Diagnosis]:
    """Leaves nothing behind."""
    settings = deployment.settings
    place = settings.storage_url
    try:
        await _probe(storage_of(settings))
    except Exception as error:
        return [fail(_SUBJECT, f"{place}: {error or type(error).__name__}", _ADVICE)]
    found = [ok(_SUBJECT, f"{place}: written, read and removed")]
    if place.startswith("s3:") and settings.storage.s3_endpoint:
        found += await _of_clock(settings.storage.s3_endpoint)
    return found


async def _probe(storage: Storage) -> None:
    await storage.check()
    name, data = f"doctor-{secrets.token_hex(8)}", secrets.token_bytes(4096)
    await storage.put(name, data, media_type="application/octet-stream")
    try:
        if await storage.get(name) != data:
            raise OSError("it answers other bytes than it was given")
    finally:
        await storage.remove(name)
    if await storage.get(name) is not None:
        raise OSError("what was removed is still there: pictures that must go would stay")


async def _of_clock(endpoint: str) -> list[Diagnosis]:
    """Signatures of a clock that is minutes off are refused."""
    try:
        async with httpx2.AsyncClient(timeout=5.0, trust_env=False) as http:
            answer = await http.get(endpoint)
        theirs = parsedate_to_datetime(answer.headers["date"])
    except (httpx2.HTTPError, OSError, KeyError, ValueError):
        return []
    # Its answer is in whole seconds.
    seconds = (theirs - utc_clock()).total_seconds() + 0.5
    return [of_skew("the storage's clock", seconds)]
