from datetime import timedelta

import httpx2
import obstore
import pytest
from obstore.exceptions import AlreadyExistsError
from obstore.store import S3Store

from tests.servers.s3 import Bucket


@pytest.fixture
def store(s3_bucket: Bucket) -> S3Store:
    return S3Store(
        s3_bucket.bucket,
        endpoint=s3_bucket.endpoint,
        access_key_id=s3_bucket.access_key,
        secret_access_key=s3_bucket.secret_key,
        region=s3_bucket.region,
        virtual_hosted_style_request=False,
        client_options={"allow_http": True},
    )


def test_an_object_is_created_once(store: S3Store):
    obstore.put(store, "case.png", b"first", mode="create")
    with pytest.raises(AlreadyExistsError):
        obstore.put(store, "case.png", b"second", mode="create")
    assert bytes(obstore.get(store, "case.png").bytes()) == b"first"


def test_a_signed_link_puts_and_gets_and_a_forged_one_does_not(store: S3Store):
    put = obstore.sign(store, "PUT", "case.png", timedelta(minutes=5))
    assert httpx2.put(put, content=b"pixels", headers={"content-type": "image/png"}).status_code == 200
    link = obstore.sign(store, "GET", "case.png", timedelta(minutes=5))
    answer = httpx2.get(link)
    assert (answer.content, answer.headers["content-type"]) == (b"pixels", "image/png")
    assert httpx2.get(link.replace("case.png", "other.png")).status_code == 403
