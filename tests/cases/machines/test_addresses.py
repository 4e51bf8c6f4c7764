"""S7: whatever a client writes into his headers, his address is what his proxy saw."""

import ipaddress
from collections.abc import Callable

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st
from starlette.requests import Request

from makeline.cases.machines.addresses import client_address, neighbourhood
from tests.figures import Figures

PROXIES = [ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("fd00::/8")]
REAL = "203.0.113.9"

_hops = st.one_of(
    st.ip_addresses().map(str),
    st.sampled_from(["127.0.0.1", "10.0.0.7", "fd00::7", "::ffff:10.0.0.1", "unknown", "_hidden", ""]),
    st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=20),
)
_lines = st.lists(st.lists(_hops, max_size=3).map(",".join), max_size=3)


def _request(peer: str, lines: list[str], **others: str) -> Request:
    headers = [("x-forwarded-for", line) for line in lines]
    headers += [(name.replace("_", "-"), value) for name, value in others.items()]
    pairs = [(name.encode(), value.encode("latin-1")) for name, value in headers]
    return Request({"type": "http", "method": "GET", "path": "/", "headers": pairs, "client": (peer, 1)})


def test_nobody_changes_his_address_without_a_trusted_proxy(
    rounds: Callable[[int, int], int], figures: Figures
):
    many = rounds(400, 5000)

    @settings(max_examples=many)
    @drawn(lines=_lines, other=_hops)
    def asked(lines: list[str], other: str) -> None:
        names = {"forwarded": other, "x_real_ip": other, "cf_connecting_ip": other, "true_client_ip": other}
        request = _request(REAL, lines, **names)
        assert client_address(request, PROXIES) == REAL
        assert client_address(request, []) == REAL

    asked()
    figures(f"S7 without a trusted proxy: {many} made-up headers, 0 changed decisions")


def test_behind_a_trusted_proxy_the_proxys_word_is_the_last_one(
    rounds: Callable[[int, int], int], figures: Figures
):
    many = rounds(400, 5000)

    @settings(max_examples=many)
    @drawn(lines=_lines, in_a_line_of_its_own=st.booleans())
    def asked(lines: list[str], in_a_line_of_its_own: bool) -> None:
        seen = [*lines, REAL] if in_a_line_of_its_own or not lines else [*lines[:-1], f"{lines[-1]}, {REAL}"]
        found = client_address(_request("10.0.0.1", seen), PROXIES)
        hops = sum(len(line.split(",")) for line in seen)
        # Too long a story is not believed at all: then it is the proxy's own address, never one that was asked for.
        assert found == (REAL if hops <= 10 else "10.0.0.1")

    asked()
    figures(f"S7 behind a trusted proxy: {many} made-up headers, 0 changed decisions")


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("unknown", "unknown"),
    ],
)
def test_whom_an_address_is_counted_with(address: str, counted: str):
    assert neighbourhood(address) == counted
