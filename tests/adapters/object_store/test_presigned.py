"""Signed addresses, held against the example that Amazon publishes with every step of it."""

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

from makeline.adapters.object_store.presigned import BucketKey, presigned

KEY = BucketKey(
    "https://examplebucket.s3.amazonaws.com",
    "us-east-1",
    "AKIAIOSFODNN7EXAMPLE",
    "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
)
MOMENT = datetime(2013, 5, 24, tzinfo=UTC)


def signature_of(path: str, method: str = "GET", **headers: str) -> str:
    """What stands in the address."""
    url = presigned(KEY, path, method=method, headers=headers, seconds=86400, now=MOMENT)
    return parse_qs(urlsplit(url).query)["X-Amz-Signature"][0]


def test_the_published_example_has_the_published_signature():
    known = "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
    assert signature_of("test.txt") == known


def test_the_length_is_signed_with_the_rest():
    five, six = (signature_of("test.txt", "PUT", **{"Content-Length": size}) for size in "56")
    assert five != six
    url = presigned(KEY, "a b", method="PUT", headers={"Content-Length": "5"}, seconds=60, now=MOMENT)
    assert urlsplit(url).path == "/a%20b"
    assert parse_qs(urlsplit(url).query)["X-Amz-SignedHeaders"] == ["content-length;host"]
