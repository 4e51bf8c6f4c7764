"""What follows an order by itself: letters to whoever confirmed an address, and bytes that stay while they are needed."""

from base64 import b64encode

import pytest

from makeline.commerce.notices.mailer import Letter, MailTrouble
from makeline.kernel.errors import FailureKind
from tests.given import Given
from tests.parts.geometry.arrivals import STL
from tests.parts.ordering.buying import FROM_FILE, Market, market


async def confirmed(given: Given, at: Market) -> None:
    """Anna follows the link of the letter that she got."""
    await given.promises_kept()
    letter = next(one for one in given.mailer.letters if one.to == "anna@example.com")
    link = next(word for word in letter.text.split() if "/account/letters/" in word)
    path = link[link.index("/account") :]
    assert (await at.shop.stranger.post(path)).status_code == 200
    given.mailer.letters.clear()


def _about_standing(given: Given) -> list[Letter]:
    """Letters that say where an order stands; the invoice comes by one of its own."""
    return [one for one in given.mailer.letters if not one.attachments]


async def test_every_step_of_an_order_is_told_at_a_confirmed_address(given: Given):
    async with market(given) as at:
        await confirmed(given, at)
        order = await at.order()
        await given.promises_kept()
        for status in ("processing", "completed"):
            await at.moved(order, status)
            await given.promises_kept()
    number = order["order_number"]
    assert [(one.to, one.subject) for one in _about_standing(given)] == [
        ("anna@example.com", f"{number}: we have your order"),
        ("anna@example.com", f"{number}: we are making your order"),
        ("anna@example.com", f"{number}: your order is complete"),
    ]
    assert "25225.50 RUB" in _about_standing(given)[0].text
    assert f"/orders/{order['order_id']}" in _about_standing(given)[0].text


async def test_nobody_is_written_to_at_an_address_that_he_did_not_confirm(given: Given):
    async with market(given) as at:
        await given.promises_kept()
        given.mailer.letters.clear()
        await at.moved(await at.order(), "cancelled")
        await given.promises_kept()
    assert given.mailer.letters == []


async def test_a_letter_that_was_not_taken_is_written_again(given: Given):
    async with market(given) as at:
        await confirmed(given, at)
        given.mailer.trouble = MailTrouble("away", FailureKind.TRANSIENT)
        await at.order()
        await given.promises_kept()
        assert given.mailer.letters == []
        given.mailer.trouble = None
        given.clock.tick(minutes=10)
        await given.promises_kept()
    assert len(_about_standing(given)) == 1


@pytest.mark.parametrize("ending", ["completed", "cancelled"])
async def test_bytes_stay_while_an_order_needs_them_and_go_when_it_is_over(given: Given, ending: str):
    async with market(given) as at:
        file_id = await at.upload()
        lies_at = (await at.anna.get(f"/files/{file_id}")).json()["filename"]
        order = (await at.anna.post("/orders", json={**FROM_FILE, "file_id": file_id})).json()
        assert (await at.anna.delete(f"/files/{file_id}")).status_code == 200
        assert (await at.anna.get(f"/files/{file_id}")).status_code == 404
        given.clock.tick(minutes=11)
        await given.promises_kept()
        assert await given.storage.get(lies_at) == STL
        await at.moved(order, "processing")
        given.clock.tick(minutes=11)
        await given.promises_kept()
        here = f"/v1/orders/{order['order_id']}/files/{file_id}"
        made_from = await at.clerk.get(here)
        assert (made_from.status_code, made_from.content) == (200, STL)
        assert made_from.headers["content-disposition"].startswith("attachment")
        assert (await at.anna.get(here)).status_code == 403
        await at.moved(order, ending)
        given.clock.tick(minutes=11)
        await given.promises_kept()
        assert (await at.clerk.get(here)).status_code == 404
    assert lies_at not in given.storage.kept


async def test_bytes_that_two_files_share_stay_for_the_order_of_the_other(given: Given):
    async with market(given) as at:
        ordered, other = await at.upload(), await at.upload()
        names = {(await at.anna.get(f"/files/{one}")).json()["filename"] for one in (ordered, other)}
        assert len(names) == 1
        await at.anna.post("/orders", json={**FROM_FILE, "file_id": ordered})
        for file_id in (ordered, other):
            await at.anna.delete(f"/files/{file_id}")
        given.clock.tick(minutes=11)
        await given.promises_kept()
    assert names <= given.storage.kept.keys()


async def test_a_file_that_is_still_there_keeps_its_bytes_when_its_order_is_over(given: Given):
    async with market(given) as at:
        file_id = await at.upload()
        order = (await at.anna.post("/orders", json={**FROM_FILE, "file_id": file_id})).json()
        await at.moved(order, "completed")
        given.clock.tick(minutes=11)
        await given.promises_kept()
        assert (await at.anna.get(f"/files/{file_id}/download")).content == STL


async def test_a_paper_that_an_order_goes_by_stays_until_the_order_is_over(given: Given):
    async with market(given) as at:
        sent = {"file_name": "drawing.pdf", "file_data": b64encode(b"%PDF-1.4 drawing").decode()}
        paper = (await at.anna.post("/documents", json=sent)).json()
        order = await at.order(document_ids=[paper["id"]])
        refused = await at.anna.delete(f"/documents/{paper['id']}")
        assert (refused.status_code, refused.json()["code"]) == (409, "DOCUMENT_NEEDED")
        assert order["order_number"] in refused.json()["message"]
        await at.moved(order, "cancelled")
        assert (await at.anna.delete(f"/documents/{paper['id']}")).status_code == 200
        assert (await at.anna.get(f"/documents/{paper['id']}")).status_code == 404
