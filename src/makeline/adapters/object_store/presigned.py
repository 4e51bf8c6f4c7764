"""Addresses that let a stranger put one object of one size into a bucket: Amazon's signature, version 4, in the query.

The library signs addresses too, but not the length of what may come: whoever held such an address could fill the bucket.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit

_ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True, slots=True)
class BucketKey:
    """Who signs, and where the bucket is: ``address`` ends with the bucket's name, without a slash."""

    address: str
    region: str
    access_key: str
    secret_key: str


def presigned(
    key: BucketKey, path: str, *, method: str, headers: dict[str, str], seconds: int, now: datetime
) -> str:
    """The address of the object at ``path`` for calls that carry exactly these headers, for so many seconds."""
    address = urlsplit(key.address)
    moment = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    scope = f"{moment[:8]}/{key.region}/s3/aws4_request"
    signed = {"host": address.netloc, **{name.lower(): value.strip() for name, value in headers.items()}}
    names = ";".join(sorted(signed))
    query = "&".join(
        f"{name}={quote(value, safe='')}"
        for name, value in sorted(
            {
                "X-Amz-Algorithm": _ALGORITHM,
                "X-Amz-Credential": f"{key.access_key}/{scope}",
                "X-Amz-Date": moment,
                "X-Amz-Expires": str(seconds),
                "X-Amz-SignedHeaders": names,
            }.items()
        )
    )
    place = quote(f"{address.path}/{path}", safe="/-_.~")
    lines = "".join(f"{name}:{signed[name]}\n" for name in sorted(signed))
    request = f"{method}\n{place}\n{query}\n{lines}\n{names}\nUNSIGNED-PAYLOAD"
    told = "\n".join((_ALGORITHM, moment, scope, hashlib.sha256(request.encode()).hexdigest()))
    signature = hmac.digest(_key_of(key, moment[:8]), told.encode(), "sha256").hex()
    return f"{address.scheme}://{address.netloc}{place}?{query}&X-Amz-Signature={signature}"


def _key_of(key: BucketKey, day: str) -> bytes:
    made = f"AWS4{key.secret_key}".encode()
    for word in (day, key.region, "s3", "aws4_request"):
        made = hmac.digest(made, word.encode(), "sha256")
    return made
