"""Signed calls over real sockets: good once, within five minutes, for exactly what was sent."""

import hashlib
import json
from typing import Any

import httpx2
import pytest
from sqlalchemy import func, select

from makeline.cases.machines.audit import AuditedCall, forget_old_signed_calls, signed_calls_of
from makeline.cases.machines.models import seen_nonces
from makeline.cases.machines.signatures import forget_old_nonces, signing_secrets
from makeline.foundation.statements import Query
from makeline.kernel.signed_calls import SignedCall, canonical_query, canonical_text, explain, sign_call
from tests.adapters.print_partner.routes.bodies import CREATE, SESSIONS, refused
from tests.asking import MACHINE
from tests.given import Given
from tests.people import key_of
from tests.web import OpenShop, open_shop

SIGNING_KEY = "the key that signing secrets of tests come from"
ABROAD = {"x-forwarded-for": "203.0.113.77"}
_NONCES: Query[tuple[int]] = Query(select(func.count()).select_from(seen_nonces), tuple)


def _signed(given: Given, key: Any, path: str, body: bytes, *, nonce: str, ago: int = 0, query: str = ""):
    timestamp = str(int(given.clock.now.timestamp()) - ago)
    secret = signing_secrets([SIGNING_KEY.encode()], key.secret_hash)[0]
    call = SignedCall("POST", path, query, timestamp, nonce, body)
    return {
        "makeline-key": key.prefix,
        "makeline-timestamp": timestamp,
        "makeline-nonce": nonce,
        "makeline-signature": sign_call(secret, call),
        "content-type": "application/json",
        **ABROAD,
    }


async def _send(shop: OpenShop, path: str, body: bytes, headers: dict[str, str]) -> httpx2.Response:
    return await shop.caller(headers).post(path, content=body)


async def test_a_signed_call_is_its_partners_and_good_once(given: Given):
    key = await key_of(given.database)
    body = json.dumps({"machine_id": MACHINE}).encode()
    headers = _signed(given, key, CREATE, body, nonce="nonce-01")
    async with open_shop(given, signing_keys=SIGNING_KEY) as shop:
        assert (await _send(shop, CREATE, body, headers)).status_code == 200
        again = await _send(shop, CREATE, body, headers)
        told = refused(again, 401, "AUTHENTICATION_REQUIRED", extra=("reason",))
        assert told["reason"] == "signature_replayed"
    # The next process has not forgotten it.
    async with open_shop(given, signing_keys=SIGNING_KEY) as shop:
        assert (await _send(shop, CREATE, body, headers)).json()["reason"] == "signature_replayed"


async def test_what_was_signed_and_changes_something_is_kept_for_whoever_asks_later(given: Given):
    key = await key_of(given.database)
    body = json.dumps({"machine_id": MACHINE}).encode()
    operator = await given.operator()

    async def kept() -> list[AuditedCall]:
        return await given.database.read(
            lambda unit: signed_calls_of(unit, operator.partner_id or 0, most=10)
        )

    headers = _signed(given, key, CREATE, body, nonce="nonce-a1") | {"x-request-id": "tracked-1"}
    wrong = _signed(given, key, CREATE, body, nonce="nonce-a2") | {"makeline-signature": "0" * 64}
    async with open_shop(given, signing_keys=SIGNING_KEY) as shop:
        assert (await _send(shop, CREATE, body, headers)).status_code == 200
        # Neither what came twice, nor what was signed wrongly, nor what only reads.
        assert (await _send(shop, CREATE, body, headers)).status_code == 401
        assert (await _send(shop, CREATE, body, wrong)).status_code == 401
        await shop.caller({"authorization": f"Bearer {key.text}", **ABROAD}).get("/v1/machines")
    (call,) = await kept()
    assert (call.key, call.method, call.path, call.address) == (key.prefix, "POST", CREATE, "203.0.113.77")
    assert (call.body_sha256, call.body_bytes) == (hashlib.sha256(body).hexdigest(), len(body))
    assert (call.at, call.request_id) == (given.clock.now, "tracked-1")
    given.clock.tick(hours=24 * 399)
    assert await given.database.begin(forget_old_signed_calls, actor="clock") == 0
    given.clock.tick(hours=48)
    assert await given.database.begin(forget_old_signed_calls, actor="clock") == 1


async def test_a_picture_may_be_signed_too(given: Given):
    key = await key_of(given.database)
    session = await given.session()
    path = f"{SESSIONS}/{session.key}/images"
    body = b"a picture of a dog" * 20_000
    headers = _signed(given, key, path, body, nonce="nonce-02") | {"content-type": "image/png"}
    async with open_shop(given, signing_keys=SIGNING_KEY) as shop:
        assert (await _send(shop, path, body, headers)).status_code == 200


@pytest.mark.parametrize(("ago", "status"), [(0, 200), (300, 200), (301, 401), (-300, 200), (-301, 401)])
async def test_five_minutes_either_way_are_allowed(given: Given, ago: int, status: int):
    key = await key_of(given.database)
    body = json.dumps({"machine_id": MACHINE}).encode()
    headers = _signed(given, key, CREATE, body, nonce="nonce-03", ago=ago)
    async with open_shop(given, signing_keys=SIGNING_KEY) as shop:
        answer = await _send(shop, CREATE, body, headers)
    assert answer.status_code == status
    if status == 401:
        assert answer.json()["reason"] == "signature_stale"
        assert "301 seconds" in answer.json()["detail"]


async def test_a_second_key_of_the_server_takes_over_without_a_pause(given: Given):
    key = await key_of(given.database)
    body = json.dumps({"machine_id": MACHINE}).encode()
    headers = _signed(given, key, CREATE, body, nonce="nonce-04")
    async with open_shop(given, signing_keys=f"a newer key,{SIGNING_KEY}") as shop:
        assert (await _send(shop, CREATE, body, headers)).status_code == 200
    headers = _signed(given, key, CREATE, body, nonce="nonce-05")
    async with open_shop(given, signing_keys="a newer key") as shop:
        assert (await _send(shop, CREATE, body, headers)).json()["reason"] == "signature_wrong"


async def test_nonces_are_forgotten_only_when_their_calls_are_too_old(given: Given):
    key = await key_of(given.database)
    body = json.dumps({"machine_id": MACHINE}).encode()
    headers = _signed(given, key, CREATE, body, nonce="nonce-06", ago=-300)
    async with open_shop(given, signing_keys=SIGNING_KEY) as shop:
        await _send(shop, CREATE, body, headers)
        given.clock.tick(seconds=600)
        await given.database.begin(forget_old_nonces, actor="clock")
        assert (await _send(shop, CREATE, body, headers)).json()["reason"] == "signature_replayed"
        given.clock.tick(seconds=61)
        assert (await _send(shop, CREATE, body, headers)).json()["reason"] == "signature_stale"
        # The clock jumps an hour ahead and is put right: the call is fresh again, and was heard all the same.
        given.clock.tick(seconds=3600 - 661)
        await given.database.begin(forget_old_nonces, actor="clock")
        given.clock.tick(seconds=-3600)
        assert (await _send(shop, CREATE, body, headers)).json()["reason"] == "signature_replayed"
        given.clock.tick(seconds=3600 + 901)
        await given.database.begin(forget_old_nonces, actor="clock")
    assert await given.rows(_NONCES) == [(0,)]


def test_the_text_that_is_signed_is_the_documented_one():
    call = SignedCall("post", "/a%20b", "b=2&a=x y&a=%2F&c", "1772625600", "nonce-00", b"{}")
    assert canonical_text(call) == (
        "makeline-hmac-v1\nPOST\n/a%20b\na=%2F&a=x%20y&b=2&c=\n1772625600\nnonce-00\n"
        "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    )
    # Worked out with openssl.
    assert sign_call("ms_secret", call) == "26c9c31a91639f79e5743d1de2ef822cb5bab90bc21556ee15b3f027ff249b22"
    assert canonical_query("") == ""


def test_an_explanation_says_what_should_have_been_signed_and_nothing_that_signs():
    call = SignedCall("GET", "/x", "", "1772625600", "nonce-00", b"")
    told = explain(call, now=1772625500)
    assert (told.seconds_apart, told.body_bytes) == (100, 0)
    assert told.canonical_text == canonical_text(call)
    assert sign_call("ms_secret", call) not in str(told)
    assert explain(SignedCall("GET", "/x", "", "soon", "", b""), now=0).seconds_apart is None
