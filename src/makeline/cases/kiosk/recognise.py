"""Who is calling: by signature, by key, by the loopback rule of the embedded default, by address, by the phone's secret, or nobody."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import quote

from starlette.requests import Request

from makeline.cases.kiosk.claims import note_claim, note_shown_key, note_wrong_clock, note_wrong_signature
from makeline.cases.kiosk.join import hash_of_token
from makeline.cases.kiosk.spending import KNOWN, Spending, Unspent
from makeline.cases.machines.access import TOPICS, Access, KnownKey, Network, access
from makeline.cases.machines.addresses import client_address, is_loopback, parsed
from makeline.cases.machines.callers import Caller
from makeline.cases.machines.credentials import ShownSignature, shown_in, signature_in
from makeline.cases.machines.keys import hash_of_key, note_use
from makeline.cases.machines.signatures import signing_secrets
from makeline.foundation.changes import EVERYTHING
from makeline.foundation.database import Database
from makeline.foundation.web.body import LARGEST_JSON, read_ahead
from makeline.kernel.errors import Unrecognised
from makeline.kernel.signed_calls import BadSignature, SignedCall, check_form, check_signature

# The only paths on which a caller of this very machine counts as the demo partner.
_PARTNER_PATHS = ("/api/chinese/", "/api/vending/")
_LOOPBACK_HOSTS = (b"127.0.0.1", b"localhost", b"[::1]")
_MOST_PLACES = 4096
# How exact the time of a key's last use is.
_USE_NOTED_EVERY = timedelta(minutes=15)


@dataclass(frozen=True)
class Trust:
    """What the settings say about whom to believe."""

    loopback: bool
    test_machines: bool
    proxies: Sequence[Network]
    # What the secrets of signed calls are derived from; the first makes them, all are good.
    signing_keys: Sequence[bytes] = ()


class Recogniser:
    """Turns a request into a ``Caller``; no request can choose its own way of being recognised."""

    def __init__(self, trust: Trust, database: Database) -> None:
        self._trust = trust
        self._database = database
        self.spending = Spending(database)
        self._access: Access | None = None
        self._version = 0
        self._by_places: dict[tuple[str, bool, bool], Caller] = {}
        self._by_keys: dict[tuple[int, str, bool], Caller] = {}
        self._secrets: dict[int, list[str]] = {}
        self._noted: dict[int, datetime] = {}
        self._noting: set[asyncio.Task[None]] = set()
        database.changes.listen(self._hear)

    async def caller(self, request: Request) -> Caller:
        """The caller; raises ``Unrecognised`` for a key that is unknown, expired or revoked, or a bad signature.

        A key that opens nothing never falls back to another way of being known: whoever sends one wants to hear.
        """
        known: Caller | None = request.scope.get(KNOWN)
        if known is None:
            known = request.scope[KNOWN] = await self._recognise(request)
        return known

    def known_caller(self, request: Request) -> Caller | None:
        """Whom a call was recognised as; None when it was refused before, or nobody asked."""
        return request.scope.get(KNOWN)

    def now(self) -> datetime:
        """The time by the house's clock."""
        return self._database.clock()

    def address_of(self, request: Request) -> str:
        """Where a call comes from, whoever makes it."""
        return client_address(request, self._trust.proxies)

    async def access(self) -> Access:
        """Keys, networks and machines, from memory while nobody changes them."""
        found = self._access
        if found is None:
            version = self._version
            found = await self._database.read(access)
            if version == self._version:
                self._access = found
        return found

    async def _recognise(self, request: Request) -> Caller:
        # Looked through once: most callers show nothing, and must not pay for what others may show.
        there = dict(request.scope["headers"])
        address = self.address_of(request)
        from_browser = b"origin" in there or b"sec-fetch-site" in there
        known = self._access or await self.access()
        if b"makeline-key" in there or b"makeline-signature" in there:
            key = await self._signed(request, known, signature_in(there))
            return self._by_key(known, key, address, from_browser=from_browser)
        if b"authorization" not in there and b"cookie" not in there:
            return self._by_place(request, there, known, address, from_browser=from_browser)
        shown = shown_in(request.headers, request.cookies)
        if shown.key is not None:
            key = self._checked(request, known, shown.key)
            return self._by_key(known, key, address, from_browser=from_browser)
        by_place = self._by_place(request, there, known, address, from_browser=from_browser)
        if shown.token is None:
            return by_place
        token_hash = hash_of_token(shown.token)
        if by_place.recognised and not by_place.address_only:
            return replace(by_place, token_hash=token_hash)
        return replace(
            by_place,
            name="customer's phone",
            partner_id=None,
            address_only=False,
            token_hash=token_hash,
        )

    def _by_place(
        self,
        request: Request,
        there: Mapping[bytes, bytes],
        known: Access,
        address: str,
        *,
        from_browser: bool,
    ) -> Caller:
        """Who it is by where he calls from; the same caller again is the same object."""
        loopback = self._trust.loopback and not from_browser and _is_plain_loopback(request, there)
        found = self._by_places.get((address, from_browser, loopback))
        if found is not None:
            return found
        partner_id, name, address_only = None, f"address {address}", False
        if loopback:
            partner_id, name = known.demo_partner, "partner demo"
        elif known.networks and not from_browser:
            source = parsed(address)
            network = known.partner_at(source) if source is not None else None
            if network is not None:
                partner_id, name, address_only = network.partner_id, f"partner {network.partner}", True
        caller = Caller(
            name=name,
            address=address,
            partner_id=partner_id,
            test_machines=self._trust.test_machines,
            from_browser=from_browser,
            address_only=address_only,
            calls_a_minute=known.limit_of(partner_id),
        )
        if known is self._access:
            if len(self._by_places) >= _MOST_PLACES:
                self._by_places.clear()
            self._by_places[address, from_browser, loopback] = caller
        return caller

    async def _signed(self, request: Request, known: Access, shown: ShownSignature) -> KnownKey:
        """The key of a signed call. What costs little is checked first; a nonce is spent last (see ``Spending``)."""
        now = self._database.clock()
        key = known.by_prefix.get(shown.key)
        if key is None:
            raise Unrecognised("Makeline-Key names no key that is known here", reason="key_unknown")
        note_claim(request, key)
        must_be_good(key, now)
        call = await self._checked_call(request, key, shown, now=int(now.timestamp()))
        unspent = Unspent(key.id, call, self.address_of(request))
        await self.spending.take(request, unspent, now=now.timestamp())
        return key

    async def _checked_call(
        self, request: Request, key: KnownKey, shown: ShownSignature, *, now: int
    ) -> SignedCall:
        """The call with its body, once its form, its time and its signature are good."""
        call = signed_call(request, shown, b"")
        try:
            check_form(call, shown.signature, now=now)
        except BadSignature as bad:
            note_wrong_clock(request, key, call, now=now)
            raise Unrecognised(str(bad), reason=bad.fault.value) from None
        raw = await read_ahead(request, largest=request.scope.get("makeline.largest", LARGEST_JSON))
        call = SignedCall(call.method, call.path, call.query, call.timestamp, call.nonce, raw)
        secrets = self._secrets.get(key.id)
        if secrets is None:
            secrets = self._secrets[key.id] = signing_secrets(self._trust.signing_keys, key.secret_hash)
        try:
            check_signature(secrets, call, shown.signature)
        except BadSignature as bad:
            note_wrong_signature(request, key, secrets, call, shown, now=now)
            raise Unrecognised(str(bad), reason=bad.fault.value) from None
        return call

    def _checked(self, request: Request, known: Access, text: str) -> KnownKey:
        key = known.by_hash.get(hash_of_key(text))
        if key is None:
            note_shown_key(request, known, text)
            raise Unrecognised("this API key is not known here", reason="key_unknown")
        try:
            must_be_good(key, self._database.clock())
        except Unrecognised:
            note_claim(request, key)
            raise
        return key

    def _by_key(self, known: Access, key: KnownKey, address: str, *, from_browser: bool) -> Caller:
        self._note(key)
        found = self._by_keys.get((key.id, address, from_browser))
        if found is not None:
            return found
        caller = Caller(
            name=f"machine {key.machine}" if key.machine else f"partner {key.partner}",
            address=address,
            partner_id=key.partner_id,
            machine_id=key.machine_id,
            test_machines=self._trust.test_machines,
            from_browser=from_browser,
            scopes=key.scopes,
            key_prefix=key.prefix,
            calls_a_minute=known.limit_of(key.partner_id),
        )
        if known is self._access:
            if len(self._by_keys) >= _MOST_PLACES:
                self._by_keys.clear()
            self._by_keys[key.id, address, from_browser] = caller
        return caller

    def _note(self, key: KnownKey) -> None:
        # Beside the call, not before its answer; a write that fails is tried at a later use.
        now = self._database.clock()
        noted = self._noted.get(key.id, key.last_used_at)
        if noted is not None and now < noted + _USE_NOTED_EVERY:
            return
        self._noted[key.id] = now
        task = asyncio.create_task(self._write_use(key.id), name="note-use-of-key")
        self._noting.add(task)
        task.add_done_callback(self._noting.discard)

    async def _write_use(self, key_id: int) -> None:
        try:
            await self._database.begin(lambda unit: note_use(unit, key_id), actor="door")
        except Exception:
            self._noted.pop(key_id, None)

    def _hear(self, topic: str) -> None:
        if topic in TOPICS or topic == EVERYTHING:
            self._version += 1
            self._access = None
            self._by_places.clear()
            self._by_keys.clear()
            self._secrets.clear()


def must_be_good(key: KnownKey, now: datetime) -> None:
    """Refuse a key that was revoked, or whose time is over."""
    if key.revoked_at is not None:
        raise Unrecognised("this API key was revoked", reason="key_revoked")
    if key.expires_at is not None and now >= key.expires_at:
        raise Unrecognised("this API key has expired", reason="key_expired")


def signed_call(request: Request, shown: ShownSignature, body: bytes) -> SignedCall:
    """What the sender signed, as far as it arrived."""
    raw_path = request.scope.get("raw_path") or quote(request.scope["path"]).encode()
    return SignedCall(
        method=request.method,
        path=raw_path.decode("ascii", "replace"),
        query=request.scope["query_string"].decode("ascii", "replace"),
        timestamp=shown.timestamp,
        nonce=shown.nonce,
        body=body,
    )


def _is_plain_loopback(request: Request, there: Mapping[bytes, bytes]) -> bool:
    if not request.scope["path"].startswith(_PARTNER_PATHS):
        return False
    client = request.scope.get("client")
    if client is None or b"forwarded" in there or b"x-forwarded-for" in there:
        return False
    host = there.get(b"host", b"")
    name = host if host.endswith(b"]") else host.rsplit(b":", 1)[0]
    return name in _LOOPBACK_HOSTS and is_loopback(client[0])
