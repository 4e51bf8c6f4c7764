"""Calls of a portal: JSON in, JSON out, never faster than it allows, and never blindly a second time."""

import logging
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

import httpx2
from pydantic_core import from_json

from makeline.adapters.bitrix24.account import PortalAccount, Way, WebhookAccount
from makeline.adapters.bitrix24.pace import Pace
from makeline.adapters.bitrix24.query import encode_query
from makeline.adapters.bitrix24.troubles import trouble_in
from makeline.adapters.bitrix24.work import BATCH
from makeline.crm.gateway import CrmAway, CrmBusy, CrmMisconfigured, CrmRefused, CrmTrouble

MOST_IN_A_BATCH = 50
# They cut a call after a minute; whoever hangs up earlier does not learn what became of it.
_PATIENCE = 70.0
_LARGEST_ANSWER = 32 * 1024 * 1024


class Command(NamedTuple):
    """One call inside a batch; other calls refer to its answer by ``key``."""

    key: str
    method: str
    params: dict[str, Any]


class Client:
    """``account``: who we are there; a text is the address of an incoming webhook. No error and no log of ours holds
    its secrets."""

    def __init__(self, account: str | PortalAccount, pace: Pace, *, patience: float = _PATIENCE) -> None:
        self._account = WebhookAccount(account) if isinstance(account, str) else account
        self._pace = pace
        # The library writes every address it calls into its log.
        logging.getLogger("httpx2").setLevel(logging.WARNING)
        self._http = httpx2.AsyncClient(
            follow_redirects=False, timeout=httpx2.Timeout(patience, connect=10.0), trust_env=False
        )

    async def call(self, method: str, params: dict[str, Any]) -> Any:
        """One call's ``result``; raises ``CrmTrouble``."""
        return await self._send(method, params, Counter({method: 1}))

    async def batch(self, commands: Sequence[Command]) -> list[Any]:
        """Up to 50 calls in one; for each its ``result``, or the ``CrmTrouble`` it met. Raises ``CrmTrouble`` when none
        of them is known to have been made, or when a limit stands in the way of all."""
        assert 0 < len(commands) <= MOST_IN_A_BATCH
        calls = Counter(command.method for command in commands)
        lines = {command.key: f"{command.method}?{encode_query(command.params)}" for command in commands}
        found = await self._send(BATCH, {"halt": 0, "cmd": lines}, calls + Counter({BATCH: len(commands)}))
        if not isinstance(found, dict):
            raise CrmAway("batch: an answer without results")
        results, errors, times = (
            _named(found.get(name)) for name in ("result", "result_error", "result_time")
        )
        return [self._one(command, results, errors, times) for command in commands]

    @property
    def pace(self) -> Pace:
        """How fast it may call."""
        return self._pace

    async def fetch(self, address: str, *, largest: int) -> bytes:
        """A file that the portal names, from the portal itself and nowhere else; one byte more than ``largest`` at most.
        The address is a secret: no trouble says it. Raises ``CrmTrouble``."""
        url = urljoin(self._account.origin, address)
        if _place(url) != _place(self._account.origin):
            raise CrmRefused("a file of the portal lies elsewhere")
        try:
            async with self._http.stream("GET", url) as answer:
                if answer.is_redirect:
                    raise CrmRefused("a file of the portal leads elsewhere")
                if answer.status_code != 200:
                    raise CrmAway(f"a file of the portal: HTTP {answer.status_code}")
                found = bytearray()
                async for part in answer.aiter_bytes():
                    found += part
                    if len(found) > largest:
                        break
                return bytes(found[: largest + 1])
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
            raise CrmAway(f"a file of the portal: {type(error).__name__}") from None

    async def close(self) -> None:
        """Let go of the connections."""
        await self._http.aclose()

    def _one(
        self, command: Command, results: dict[str, Any], errors: dict[str, Any], times: dict[str, Any]
    ) -> Any:
        if command.key in errors:
            trouble = trouble_in(errors[command.key], status=400, method=command.method)
            if isinstance(trouble, CrmBusy):
                return self._pace.refused(command.method, trouble, times.get(command.key))
            return trouble
        if command.key in results:
            return results[command.key]
        return CrmAway(f"{command.method}: the batch says nothing of it")

    async def _send(self, method: str, body: dict[str, Any], calls: Counter[str]) -> Any:
        await self._pace.turn(calls)
        way = await self._account.way(method)
        status, read = await self._post(method, way, body)
        # What was refused for its token was not made: it is safe to say it again.
        if _has_ended(read) and await self._account.renew(way):
            status, read = await self._post(method, await self._account.way(method), body)
        told = read.get("time") if isinstance(read, dict) else None
        trouble: CrmTrouble | None = trouble_in(read, status=status, method=method)
        if isinstance(trouble, CrmBusy):
            raise self._pace.refused(method, trouble, told)
        if trouble is not None:
            raise trouble
        found = read.get("result")
        if method == BATCH:
            self._pace.heard(calls, {**_times(found, body), BATCH: told})
        else:
            self._pace.heard(calls, {method: told})
        return found

    async def _post(self, method: str, way: Way, body: dict[str, Any]) -> tuple[int, Any]:
        """Status and parsed answer; None for what is no JSON."""
        try:
            answer = await self._http.post(way.address, json={**body, **way.signature})
        except (httpx2.HTTPError, OSError) as error:
            # Its text may hold the address.
            raise CrmAway(f"{method}: {type(error).__name__}") from None
        if answer.is_redirect:
            host = urlsplit(answer.headers.get("location", "")).hostname or "nowhere"
            raise CrmMisconfigured(f"the portal has moved to {host}")
        return answer.status_code, _read(answer.content)


def _has_ended(read: Any) -> bool:
    return isinstance(read, dict) and str(read.get("error")).lower() == "expired_token"


def _times(found: Any, body: dict[str, Any]) -> dict[str, Any]:
    """By method, what the last call of it in a batch says of its time."""
    times = _named(found.get("result_time")) if isinstance(found, dict) else {}
    methods = {key: line.partition("?")[0] for key, line in body["cmd"].items()}
    return {methods[key]: told for key, told in times.items() if key in methods}


def _place(url: str) -> tuple[str, str | None, int | None, str | None]:
    """Where an address leads; whoever is named in it beside the place counts too. Nowhere for what is no address."""
    try:
        parts = urlsplit(url)
        return (parts.scheme, parts.hostname, parts.port, parts.username)
    except ValueError:
        return ("", None, None, None)


def _read(raw: bytes) -> Any:
    if len(raw) > _LARGEST_ANSWER:
        return None
    try:
        return from_json(raw)
    except ValueError:
        return None


def _named(value: Any) -> dict[str, Any]:
    # Theirs is PHP: an empty map comes as an empty list.
    return value if isinstance(value, dict) else {}
