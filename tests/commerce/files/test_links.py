"""Links to stored files: one builder, two audiences, keys that can be changed."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from makeline.commerce.files.links import Audience, Links
from makeline.kernel.signing import BadToken, TokenFault

NOW = datetime(2026, 3, 4, 12, 0, 0, 999_999, tzinfo=UTC)
NAME = "proof-3f2a9bd03f2a9bd03f2a9bd03f2a9bd03f2a9bd0.png"
OLD, NEW = b"o" * 32, b"n" * 32


def token_of(url: str) -> str:
    """The token of a link as a browser would send it."""
    return parse_qs(urlsplit(url).query)["token"][0]


@pytest.mark.parametrize(
    ("audience", "lifetime"),
    [(Audience.CUSTOMER, timedelta(hours=1)), (Audience.MANUFACTURER, timedelta(hours=48))],
)
def test_a_link_lives_as_long_as_its_audience_needs(audience: Audience, lifetime: timedelta):
    links = Links("https://shop.test", [NEW])
    link = links.link(NAME, audience, NOW)
    assert link.expires_at == (NOW + lifetime).replace(microsecond=0)
    token = token_of(link.url)
    assert links.check(NAME, token, NOW) is audience
    assert links.check(NAME, token, link.expires_at - timedelta(seconds=1)) is audience
    with pytest.raises(BadToken) as refused:
        links.check(NAME, token, link.expires_at)
    assert refused.value.fault is TokenFault.EXPIRED


def test_a_link_stands_under_the_public_address_whether_it_ends_in_a_slash_or_not():
    urls = {
        Links(base, [NEW]).link(NAME, Audience.CUSTOMER, NOW).url
        for base in ("https://s.test", "https://s.test/")
    }
    (url,) = urls
    assert url.startswith(f"https://s.test/image/{NAME}?token=")


def test_the_first_key_signs_and_every_key_opens():
    before, during, after = Links("", [OLD]), Links("", [NEW, OLD]), Links("", [NEW])
    old_token = token_of(before.link(NAME, Audience.CUSTOMER, NOW).url)
    new_token = token_of(during.link(NAME, Audience.CUSTOMER, NOW).url)
    assert during.check(NAME, old_token, NOW) is Audience.CUSTOMER
    assert after.check(NAME, new_token, NOW) is Audience.CUSTOMER
    for links, token in ((after, old_token), (before, new_token)):
        with pytest.raises(BadToken) as refused:
            links.check(NAME, token, NOW)
        assert refused.value.fault is TokenFault.INVALID


def test_a_link_opens_only_its_own_file():
    links = Links("", [NEW])
    token = token_of(links.link(NAME, Audience.CUSTOMER, NOW).url)
    with pytest.raises(BadToken):
        links.check(NAME.replace("proof", "print-file"), token, NOW)
