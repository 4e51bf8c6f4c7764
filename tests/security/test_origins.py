"""S10: which page of which origin may read which answer: the whole table, over a socket."""

import itertools

import httpx2

from tests.engines import on_sqlite
from tests.figures import Figures
from tests.given import Given
from tests.web import open_shop

LISTED = ("https://shop.example.com", "https://kiosk.example.com:8443")
OTHERS = (
    None,
    "null",
    "*",
    "",
    "http://shop.example.com",
    "https://shop.example.com:443",
    "https://shop.example.com/",
    "https://SHOP.example.com",
    "https://shop.example.com.evil.test",
    "https://evilshop.example.com",
    "https://x.shop.example.com",
    "https://kiosk.example.com",
    "https://shop.example.com, https://kiosk.example.com:8443",
    "https://shop.example.com\tx",
    "file://",
)
CALLS = (("GET", "/materials"), ("POST", "/calculate-price"), ("GET", "/nowhere"), ("DELETE", "/materials"))
CREDENTIALS = ({}, {"authorization": "Bearer mk_ABCDEFGH_" + "7" * 32}, {"cookie": "makeline-staff=abc"})


def _told(answer: httpx2.Response) -> set[str]:
    return {name.lower() for name in answer.headers if name.lower().startswith("access-control-")}


@on_sqlite
async def test_exactly_the_listed_origins_may_read_and_never_with_cookies(given: Given, figures: Figures):
    tried = 0
    async with open_shop(given, cors_origins=",".join(LISTED)) as shop:
        for origin, (method, path), credential in itertools.product((*LISTED, *OTHERS), CALLS, CREDENTIALS):
            sent = dict(credential) if origin is None else {**credential, "origin": origin}
            answer = await shop.stranger.request(method, path, headers=sent)
            before = await shop.stranger.request(
                "OPTIONS", path, headers={**sent, "access-control-request-method": method}
            )
            for one in (answer, before):
                # Where nothing is, there is nothing to read, and nothing that could be kept for somebody else.
                known = path != "/nowhere"
                assert ("origin" in one.headers.get("vary", "").lower()) == known, (origin, method, path)
                assert "access-control-allow-credentials" not in one.headers
                allowed = one.headers.get("access-control-allow-origin")
                assert allowed == (origin if known and origin in LISTED else None), (origin, method, path)
                tried += 1
            if origin not in LISTED:
                assert not _told(answer) | _told(before), (origin, method, path)
            elif path == "/materials":
                assert method != "DELETE" or answer.status_code == 405
                assert "DELETE" not in before.headers["access-control-allow-methods"]
    figures(f"S10: {tried} answers to {len(LISTED) + len(OTHERS)} origins, each as the table says")
