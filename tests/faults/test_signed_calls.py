"""S2: forged, repeated, late, cut or changed signed calls; none is ever taken for its sender."""

import random
import time
from collections.abc import Callable
from typing import Any

from starlette.requests import Request

from makeline.cases.kiosk.recognise import Recogniser, Trust
from makeline.cases.machines.signatures import signing_secrets
from makeline.kernel.errors import Refusal
from makeline.kernel.signed_calls import SignedCall, sign_call
from tests.engines import on_sqlite
from tests.faults.conftest import Figures
from tests.given import Given
from tests.people import OTHER, key_of, other_partner, revoked_key_of

SERVER_KEY = b"a key of the server, for signing"
PATH = "/api/chinese/order/payStatus"
SEED = 20261121
Fields = dict[str, Any]


def _request(fields: Fields) -> Request:
    headers = {
        "makeline-key": fields["key"],
        "makeline-timestamp": fields["timestamp"],
        "makeline-nonce": fields["nonce"],
        "makeline-signature": fields["signature"],
        "x-forwarded-for": "127.0.0.1",
    }
    body = fields["body"]

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    scope = {
        "type": "http",
        "method": fields["method"],
        "path": fields["path"],
        "raw_path": fields["path"].encode(),
        "query_string": fields["query"].encode(),
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in headers.items() if value],
        "client": ("203.0.113.5", 50000),
    }
    return Request(scope, receive)


def _good(secret: str, prefix: str, now: int, dice: random.Random) -> Fields:
    fields: Fields = {
        "key": prefix,
        "timestamp": str(now + dice.randint(-300, 300)),
        "nonce": f"{dice.getrandbits(96):024x}",
        "method": "POST",
        "path": PATH,
        "query": "a=1&b=two&b=%20",
        "body": b'{"third_id": "PYEN260304000001", "status": 3}',
    }
    return fields | {"signature": sign_call(secret, _call(fields))}


def _call(fields: Fields) -> SignedCall:
    names = ("method", "path", "query", "timestamp", "nonce", "body")
    return SignedCall(**{name: fields[name] for name in names})


def _changed_text(text: str, dice: random.Random) -> str:
    place = dice.randrange(len(text))
    other = dice.choice([letter for letter in "0123456789abcdef" if letter != text[place]])
    return text[:place] + other + text[place + 1 :]


def _changed_body(body: bytes, dice: random.Random) -> bytes:
    place = dice.randrange(len(body))
    changed = bytes([body[place] ^ (1 << dice.randrange(8))])
    return dice.choice((body[:place] + changed + body[place + 1 :], body[:place], body + changed))


async def _accepted(recogniser: Recogniser, fields: Fields) -> bool:
    try:
        return (await recogniser.caller(_request(fields))).recognised
    except Refusal:
        return False


@on_sqlite
async def test_no_changed_call_is_taken_for_its_sender(
    given: Given, rounds: Callable[[int, int], int], figures: Figures
):
    dice = random.Random(SEED)
    now = int(given.clock.now.timestamp())
    await other_partner(given.database)
    mine, his = await key_of(given.database), await key_of(given.database, OTHER)
    gone = await revoked_key_of(given.database)
    secret, his_secret, gone_secret = [
        signing_secrets([SERVER_KEY], key.secret_hash)[0] for key in (mine, his, gone)
    ]
    trust = Trust(loopback=True, test_machines=True, proxies=(), signing_keys=(b"an older one", SERVER_KEY))
    recogniser = Recogniser(trust, given.database)

    def stale(fields: Fields) -> Fields:
        late = fields | {"timestamp": str(now + dice.choice((-1, 1)) * dice.randint(301, 10**8))}
        return late | {"signature": sign_call(secret, _call(late))}

    changes: dict[str, Callable[[Fields], Fields]] = {
        "signature": lambda fields: fields | {"signature": _changed_text(fields["signature"], dice)},
        "cut signature": lambda fields: fields | {"signature": fields["signature"][: dice.randrange(64)]},
        "capitals": lambda fields: fields | {"signature": fields["signature"].upper() + "A"},
        "body": lambda fields: fields | {"body": _changed_body(fields["body"], dice)},
        "time": lambda fields: fields | {"timestamp": str(int(fields["timestamp"]) + dice.choice((-1, 1)))},
        "stale": stale,
        "nonce": lambda fields: fields | {"nonce": _changed_text(fields["nonce"], dice)},
        "method": lambda fields: fields | {"method": dice.choice(("PUT", "GET", "DELETE"))},
        "path": lambda fields: fields | {"path": dice.choice((PATH + "/", PATH.upper(), "/api/chinese/x"))},
        "query": lambda fields: fields | {"query": dice.choice(("", "a=1", "a=2&b=two&b=%20", "a=1&b=two"))},
        "other key": lambda fields: fields | {"key": his.prefix},
        "other secret": lambda fields: fields | {"signature": sign_call(his_secret, _call(fields))},
        "revoked": lambda fields: (
            fields | {"key": gone.prefix, "signature": sign_call(gone_secret, _call(fields))}
        ),
        "key as secret": lambda fields: fields | {"signature": sign_call(mine.text, _call(fields))},
        "hash as secret": lambda fields: fields | {"signature": sign_call(mine.secret_hash, _call(fields))},
        "missing": lambda fields: fields | {dice.choice(("key", "timestamp", "nonce", "signature")): ""},
    }
    count = rounds(3000, 10_000)
    started = time.perf_counter()
    accepted: list[str] = []
    for number in range(count):
        name = list(changes)[number % len(changes)]
        if await _accepted(recogniser, changes[name](_good(secret, mine.prefix, now, dice))):
            accepted.append(name)
    spent = (time.perf_counter() - started) / count * 1e6
    assert accepted == []
    # The judge is no wall: what is not changed passes, once.
    for _ in range(20):
        good = _good(secret, mine.prefix, now, dice)
        assert await _accepted(recogniser, good)
        assert not await _accepted(recogniser, good)
    figures(
        f"S2: {count} changed signed calls, 0 accepted, {spent:.0f} us each; 20 repeated, 0 accepted",
        seed=SEED,
    )
