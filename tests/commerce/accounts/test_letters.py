"""Letters: an address is confirmed by its link, a forgotten password is replaced, strangers learn nothing."""

import re
from datetime import timedelta

import httpx2

from makeline.commerce.accounts.queries import known_by_name
from makeline.commerce.notices.mailer import MailTrouble
from makeline.foundation.promises import dead_promises
from makeline.kernel.errors import FailureKind
from tests.given import Given
from tests.members import PASSWORD, register, signed_in, somebody
from tests.web import OpenShop, open_shop

RESETS = "/v1/account/password-resets"
CONFIRMATIONS = "/v1/account/email-confirmations"
NEW = "a new long password"


def link_in(given: Given) -> str:
    """The path of the page that the latest letter leads to."""
    found = re.search(r"http://makeline\.test(/account/letters/\S+)", given.mailer.letters[-1].text)
    assert found, given.mailer.letters[-1].text
    return found[1]


def token_in(given: Given) -> str:
    return link_in(given).rpartition("/")[2]


async def confirmed(shop: OpenShop, name: str) -> httpx2.AsyncClient:
    """Somebody whose address is confirmed."""
    person = await somebody(shop, name)
    await shop.given.promises_kept()
    answer = await shop.stranger.put(CONFIRMATIONS, json={"token": token_in(shop.given)})
    assert answer.status_code == 200, answer.text
    return person


async def wished(shop: OpenShop, login: str) -> httpx2.Response:
    """Somebody forgot his password; the letters are sent."""
    answer = await shop.stranger.post(RESETS, json={"login": login})
    await shop.given.promises_kept()
    return answer


async def test_a_new_account_confirms_its_address_by_the_page_in_its_letter(given: Given):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        await given.promises_kept()
        (letter,) = given.mailer.letters
        assert letter.to == "anna@example.com"
        page = await shop.stranger.get(link_in(given))
        assert "Is anna@example.com your address?" in page.text
        assert page.headers["cache-control"] == "no-store"
        # A mail program that looks at every link changes nothing.
        assert (await anna.get("/profile")).json()["email_confirmed"] is False
        assert (await shop.stranger.post(link_in(given))).status_code == 200
        assert (await anna.get("/profile")).json()["email_confirmed"] is True
        again = await shop.stranger.post(link_in(given))
        assert (again.status_code, "good no more" in again.text) == (410, True)
        await anna.post(CONFIRMATIONS)
        await given.promises_kept()
        assert len(given.mailer.letters) == 1


async def test_a_forgotten_password_is_replaced_once_and_everybody_signed_in_is_out(given: Given):
    async with open_shop(given) as shop:
        boris = await confirmed(shop, "boris")
        assert (await wished(shop, "Boris")).status_code == 200
        token = token_in(given)
        page = await shop.stranger.get(link_in(given))
        assert 'type="password"' in page.text
        short = await shop.stranger.post(link_in(given), data={"new_password": "short"})
        assert short.status_code == 422
        assert (await shop.stranger.post(link_in(given), data={"new_password": NEW})).status_code == 200
        assert (await boris.get("/profile")).status_code == 401
        old = await shop.stranger.post("/login", json={"username": "boris", "password": PASSWORD})
        assert old.status_code == 401
        assert await signed_in(shop, "boris", NEW)
        again = await shop.stranger.put(RESETS, json={"token": token, "new_password": PASSWORD})
        assert (again.status_code, again.json()["code"]) == (410, "MAIL_LINK_VOID")


async def test_the_answer_is_the_same_for_who_is_known_unknown_or_unconfirmed(given: Given):
    async with open_shop(given) as shop:
        await confirmed(shop, "carl")
        await register(shop, "dora")
        await given.promises_kept()
        before = len(given.mailer.letters)
        answers = [await wished(shop, login) for login in ("carl", "nobody", "dora", "dora@example.com")]
        assert {answer.status_code for answer in answers} == {200}
        assert len({answer.text for answer in answers}) == 1
        assert [letter.to for letter in given.mailer.letters[before:]] == ["carl@example.com"]


async def test_one_address_with_several_accounts_gets_a_letter_for_each(given: Given):
    async with open_shop(given) as shop:
        for name in ("eva", "eve"):
            await register(shop, name, email="family@example.com")
            await given.promises_kept()
            await shop.stranger.put(CONFIRMATIONS, json={"token": token_in(given)})
        await wished(shop, "family@example.com")
        assert ["eva" in given.mailer.letters[-2].text, "eve" in given.mailer.letters[-1].text] == [
            True,
            True,
        ]


async def test_links_end_by_time_by_a_newer_one_and_by_another_address(given: Given):
    async with open_shop(given) as shop:
        fred = await confirmed(shop, "fred")
        await wished(shop, "fred")
        first = token_in(given)
        await wished(shop, "fred")
        second = token_in(given)
        body = {"token": first, "new_password": NEW}
        assert (await shop.stranger.put(RESETS, json=body)).status_code == 410
        # A link for one thing is no link for another.
        assert (await shop.stranger.put(CONFIRMATIONS, json={"token": second})).status_code == 410
        change = {"email": "fred@elsewhere.example.com", "current_password": PASSWORD}
        assert (await fred.put("/v1/account/email", json=change)).status_code == 200
        assert (await shop.stranger.put(RESETS, json=body | {"token": second})).status_code == 410
        await given.promises_kept()
        assert given.mailer.letters[-1].to == "fred@elsewhere.example.com"
        profile = (await fred.get("/profile")).json()
        assert (profile["email"], profile["email_confirmed"]) == ("fred@elsewhere.example.com", False)
        # Not confirmed yet: nothing else is sent there, and nothing to the old one.
        before = len(given.mailer.letters)
        await wished(shop, "fred")
        assert len(given.mailer.letters) == before
        given.clock.tick(days=3)
        assert (await shop.stranger.get(link_in(given))).status_code == 410


async def test_letters_are_counted(given: Given):
    async with open_shop(given) as shop:
        codes = [(await wished(shop, "somebody")).status_code for _ in range(4)]
        assert codes == [200] * 3 + [429]
        gina = await somebody(shop, "gina")
        codes = [(await gina.post(CONFIRMATIONS)).status_code for _ in range(4)]
        assert codes == [200] * 3 + [429]


async def test_a_mail_server_that_is_away_delays_a_letter_and_nothing_else(given: Given):
    async with open_shop(given) as shop:
        given.mailer.trouble = MailTrouble("away", FailureKind.TRANSIENT)
        hans = await somebody(shop, "hans")
        await given.promises_kept()
        assert (await hans.get("/profile")).status_code == 200
        given.mailer.trouble = None
        given.clock.now += timedelta(minutes=1)
        await given.promises_kept()
        assert [letter.to for letter in given.mailer.letters] == ["hans@example.com"]


async def test_a_letter_that_nobody_will_carry_waits_for_staff(given: Given):
    async with open_shop(given) as shop:
        given.mailer.trouble = MailTrouble("SMTP_URL is not set", FailureKind.MISCONFIGURED)
        await register(shop, "ina")
        await given.promises_kept()
    (dead,) = await given.database.read(dead_promises)
    assert (dead.subscriber, dead.failure_kind) == (
        "accounts.confirm_email_when_registered",
        FailureKind.MISCONFIGURED,
    )


async def test_no_token_of_a_letter_is_kept(given: Given):
    async with open_shop(given) as shop:
        await register(shop, "jan")
        await given.promises_kept()
        known = await given.database.read(lambda unit: known_by_name(unit, "jan"))
        assert known is not None
        assert (await shop.stranger.get(f"/account/letters/{'A' * 32}")).status_code == 410
        assert (await shop.stranger.get(f"/account/letters/{token_in(given).lower()}")).status_code == 410
        assert (await shop.stranger.get(link_in(given))).status_code == 200
