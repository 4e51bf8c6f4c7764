"""Whoever signs wrongly looks up the very text he should have signed, and nothing that would sign for him."""

import hmac
import json
import secrets
from typing import Any

from makeline.cases.machines.keys import IssuedKey
from makeline.cases.machines.signatures import signing_secrets
from makeline.kernel.signed_calls import SignedCall, canonical_text, sign_call
from tests.adapters.print_partner.routes.bodies import PAY_STATUS
from tests.adapters.print_partner.routes.looked_up import ABROAD, by_key, listed
from tests.engines import on_sqlite
from tests.given import Given
from tests.people import key_of
from tests.web import open_shop

SIGNING_KEY = "s" * 40


def _signed(
    given: Given, issued: IssuedKey, body: bytes, *, query: str = "", wrongly: Any = None
) -> dict[str, str]:
    call = SignedCall(
        "POST", PAY_STATUS, query, str(int(given.clock().timestamp())), secrets.token_hex(8), body
    )
    secret = signing_secrets([SIGNING_KEY.encode()], issued.secret_hash)[0]
    text = wrongly(canonical_text(call)) if wrongly else None
    signature = (
        hmac.digest(secret.encode(), text.encode(), "sha256").hex() if text else sign_call(secret, call)
    )
    return {
        "makeline-key": issued.prefix,
        "makeline-timestamp": call.timestamp,
        "makeline-nonce": call.nonce,
        "makeline-signature": signature,
        "content-type": "application/json",
        **ABROAD,
    }


async def test_a_wrong_signature_is_told_the_very_text_to_sign_and_the_usual_mistake(given: Given):
    issued = await key_of(given.database)
    body = b'{"third_id": "PYEN261121227151", "status": 3}'
    async with open_shop(given, signing_keys=SIGNING_KEY) as shop:
        headers = _signed(given, issued, body, wrongly=lambda text: text + "\n")
        assert (await shop.caller(headers).post(PAY_STATUS, content=body)).status_code == 401
        (failure,) = await listed(shop, by_key(shop, issued.text))
        told = json.dumps(failure)
        right = _signed(given, issued, body)
        call = SignedCall(
            "POST", PAY_STATUS, "", headers["makeline-timestamp"], headers["makeline-nonce"], body
        )
        secret = signing_secrets([SIGNING_KEY.encode()], issued.secret_hash)[0]
        # Who signs what he was told gets in.
        again = {**headers, "makeline-signature": sign_call(secret, call)}
        assert failure["signed"]["canonical_text"] == canonical_text(call)
        assert again["makeline-signature"] not in told
        assert (await shop.caller(again).post(PAY_STATUS, content=body)).status_code == 200
        assert (await shop.caller(right).post(PAY_STATUS, content=body)).status_code == 200
    assert failure["reason"] == "signature_wrong"
    assert not failure["proven"]
    assert failure["signed"]["mistake"] == "other_line_ends"
    assert failure["signed"]["mistake_zh"]["advice"]
    assert failure["signed"]["body_bytes"] == len(body)
    assert secret not in told
    assert headers["makeline-signature"] not in told


@on_sqlite
async def test_a_signed_text_shows_no_secret_that_stood_in_its_query(given: Given):
    issued = await key_of(given.database)
    async with open_shop(given, signing_keys=SIGNING_KEY) as shop:
        query = f"token=1772625600:end_user:{'ab' * 32}&a=1"
        headers = _signed(given, issued, b"", query=query, wrongly=lambda text: text.lower())
        await shop.caller(headers).post(f"{PAY_STATUS}?{query}")
        (failure,) = await listed(shop, by_key(shop, issued.text))
    assert failure["signed"]["canonical_text"].split("\n")[3] == "a=1&token=…"


@on_sqlite
async def test_a_clock_that_is_wrong_is_told_by_how_much_without_reading_the_body(given: Given):
    issued = await key_of(given.database)
    async with open_shop(given, signing_keys=SIGNING_KEY) as shop:
        headers = _signed(given, issued, b"{}")
        given.clock.tick(seconds=400)
        await shop.caller(headers).post(PAY_STATUS, content=b"{}")
        (failure,) = await listed(shop, by_key(shop, issued.text))
    assert failure["reason"] == "signature_stale"
    assert failure["signed"]["seconds_apart"] == -400
    assert failure["signed"]["canonical_text"] is None
