"""Who is calling: recognised by rules that no request can choose for itself."""

import ipaddress
from typing import Any

import pytest
from starlette.requests import Request

from makeline.cases.kiosk.join import hash_of_token
from makeline.cases.kiosk.recognise import Recogniser, Trust
from makeline.cases.machines.access import Access
from makeline.cases.machines.addresses import client_address
from makeline.cases.machines.callers import Caller
from makeline.cases.machines.queries import Fleet
from makeline.foundation.changes import Changes
from makeline.foundation.unit_of_work import Snapshots
from tests.fakes import StandingClock

PAY_STATUS = "/api/chinese/order/payStatus"
PARTNER = 7
PROXIES = [ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("fd00::/8")]


def _request(
    path: str = PAY_STATUS, *, peer: str = "127.0.0.1", host: str = "localhost:8000", **headers: str
) -> Request:
    pairs = {"host": host, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return Request(
        {
            "type": "http",
            "method": "POST",
            "path": path,
            "query_string": b"",
            "headers": [(name.encode(), value.encode()) for name, value in pairs.items()],
            "client": (peer, 50000),
        }
    )


class _NobodyListed:
    """Implements what the recogniser asks of a database: no keys, no networks, and the demo partner."""

    def __init__(self) -> None:
        self.changes = Changes(Snapshots())
        self.clock = StandingClock()

    async def read(self, work: Any) -> Any:
        return Access({}, {}, [], Fleet({}, {}), PARTNER)

    async def begin(self, work: Any, *, actor: str) -> Any:
        raise AssertionError("nothing is written to know somebody")

    async def close(self) -> None:
        raise AssertionError("the database is not the recogniser's to close")


async def _caller(request: Request, *, loopback: bool = True) -> Caller:
    trust = Trust(loopback=loopback, test_machines=True, proxies=PROXIES)
    return await Recogniser(trust, _NobodyListed()).caller(request)


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:8000", "[::1]:8000", "[::1]"])
@pytest.mark.parametrize("path", [PAY_STATUS, "/api/vending/create-session"])
async def test_a_plain_caller_on_this_machine_is_the_demo_partner(host, path):
    assert (await _caller(_request(path, host=host))).partner_id == PARTNER


@pytest.mark.parametrize(
    "request_",
    [
        _request(origin="http://localhost:8000"),
        _request(origin="null"),
        _request(sec_fetch_site="same-origin"),
        _request(sec_fetch_site="none"),
        _request(x_forwarded_for="127.0.0.1"),
        _request(forwarded="for=127.0.0.1"),
        _request(host="makeline.example"),
        _request(host="localhost.evil.example"),
        _request(host="127.0.0.1.evil.example:8000"),
        _request(host=""),
        _request(peer="192.0.2.1"),
        _request(peer="10.0.0.1"),
        _request("/v1/sessions/x/story"),
        _request("/api/chinesey/order"),
        _request("/image/x.png"),
    ],
    ids=lambda request: f"{request.client.host} {request.scope['path']} {dict(request.headers)}",
)
async def test_anything_that_might_come_from_elsewhere_is_not(request_):
    assert not (await _caller(request_)).recognised


async def test_without_the_loopback_rule_this_machine_is_nobody():
    assert not (await _caller(_request(), loopback=False)).recognised


@pytest.mark.parametrize("header", ["origin", "sec_fetch_site"])
async def test_a_browser_is_known_as_one(header):
    assert (await _caller(_request(**{header: "x"}))).from_browser
    assert not (await _caller(_request())).from_browser


@pytest.mark.parametrize(
    "headers",
    [
        {"authorization": "Bearer s3cret"},
        {"authorization": "bearer s3cret"},
        {"cookie": "client_token=s3cret"},
    ],
)
async def test_the_phone_brings_its_secret_as_bearer_or_as_cookie(headers):
    caller = await _caller(_request(peer="198.51.100.7", **headers))
    assert caller.token_hash == hash_of_token("s3cret")
    assert not caller.recognised


@pytest.mark.parametrize("value", ["", "Bearer", "Bearer ", "Basic s3cret", "s3cret"])
async def test_anything_else_in_the_authorization_header_is_no_secret(value):
    assert (await _caller(_request(peer="198.51.100.7", authorization=value))).token_hash is None


async def test_two_phones_are_two_callers_also_where_their_requests_are_remembered():
    one, two = [
        await _caller(_request(peer="198.51.100.7", authorization=f"Bearer {token}")) for token in ("a", "b")
    ]
    assert one.token_hash != two.token_hash


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("198.51.100.7", None, "198.51.100.7"),
        ("198.51.100.7", "203.0.113.9", "198.51.100.7"),
        ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "203.0.113.9, 10.0.0.2", "203.0.113.9"),
        ("10.0.0.1", "127.0.0.1, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        ("10.0.0.1", "203.0.113.9, garbage", "10.0.0.1"),
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.1"),
        ("10.0.0.1", ", ".join(["203.0.113.9"] * 11), "10.0.0.1"),
        ("fd00::1", "2001:db8::9", "2001:db8::9"),
    ],
)
def test_the_clients_address_is_the_last_hop_that_no_trusted_proxy_added(peer, forwarded, expected):
    headers = {"x_forwarded_for": forwarded} if forwarded else {}
    assert client_address(_request(peer=peer, **headers), PROXIES) == expected


def test_without_trusted_proxies_nobody_chooses_his_address():
    assert client_address(_request(peer="198.51.100.7", x_forwarded_for="1.2.3.4"), []) == "198.51.100.7"
