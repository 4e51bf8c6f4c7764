"""Call requests over HTTP: asked for with consent, told to staff, called once; on both databases."""

import asyncio
import itertools
from typing import Any

import httpx2
from sqlalchemy import select

from makeline.commerce.accounts.states import Role
from makeline.commerce.notices.mailer import MailTrouble
from makeline.foundation.moves import moves
from makeline.foundation.promises import dead_promises
from makeline.foundation.statements import Query
from makeline.kernel.errors import FailureKind
from makeline.parts.call_requests.states import CALL_REQUEST_STATES, CallRequestStatus
from tests.engines import on_sqlite
from tests.given import Given
from tests.members import somebody
from tests.web import open_shop

ASKED = {
    "name": "John Doe",
    "phone": "+1234567890",
    "product": "CNC Milling",
    "time": "Morning",
    "additional": "Need urgent quote",
    "agreement": True,
}
GUESTS = "/v1/call-requests"


async def asked(caller: httpx2.AsyncClient, path: str = "/call-request", **changes: Any) -> dict[str, Any]:
    answer = await caller.post(path, json={**ASKED, **changes})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_request_answers_what_was_said_and_stands_in_the_list_of_staff(given: Given):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        staff = await somebody(shop, "staff", Role.STAFF)
        made: list[dict[str, Any]] = []
        for path in ("/call-request", "/call-requests", GUESTS):
            said = await asked(anna, path)
            assert said == {
                **ASKED,
                "id": said["id"],
                "status": "new",
                "created_at": "2026-03-04T12:00:00Z",
                "user_id": (await anna.get("/profile")).json()["id"],
                "agreement_version": (await shop.stranger.get(f"{GUESTS}/agreement")).json()["version"],
                "agreed_at": "2026-03-04T12:00:00Z",
                "forgotten_at": None,
            }
            made.insert(0, said)
            assert (await staff.get(f"/admin/call-requests/{said['id']}")).json() == said
        assert (await staff.get("/admin/call-requests")).json() == made


async def test_a_guest_asks_three_times_an_hour(given: Given):
    async with open_shop(given) as shop:
        made = [await asked(shop.stranger, GUESTS) for _ in range(3)]
        assert [entry["user_id"] for entry in made] == [None] * 3
        over = await shop.stranger.post(GUESTS, json=ASKED)
        assert (over.status_code, over.json()["error"]) == (429, "RATE_LIMITED")
        assert 0 < int(over.headers["retry-after"]) <= 3601
        assert (over.headers["ratelimit-limit"], over.headers["ratelimit-remaining"]) == ("3", "0")
        # Elsewhere, signed in, or an hour and more later there is room.
        elsewhere = shop.caller({"x-forwarded-for": "198.51.100.77"})
        await asked(elsewhere, GUESTS)
        await asked(await somebody(shop, "anna"), GUESTS)
        given.clock.tick(hours=2)
        await asked(shop.stranger, GUESTS)
        # What is refused for its fields counts as nothing.
        for _ in range(5):
            wrong = await shop.caller({"x-forwarded-for": "198.51.100.78"}).post(GUESTS, json={})
            assert wrong.status_code == 422


async def test_an_account_asks_as_often_as_is_set(given: Given):
    async with open_shop(given, limit_calls=2) as shop:
        anna = await somebody(shop, "anna")
        await asked(anna)
        await asked(anna, "/call-requests")
        assert (await anna.post(GUESTS, json=ASKED)).status_code == 429
        await asked(await somebody(shop, "boris"))


WRONG = (
    ("agreement", False), ("agreement", None), ("agreement", "yes"), ("agreement", 1),
    ("agreement_version", "an older one"),
    ("phone", "1234"), ("phone", "1" * 21), ("phone", "+44 20 x"), ("phone", "+-+-+-"), ("phone", ""),
    ("phone", "12345\n"), ("phone", "\u0661\u0662\u0663\u0664\u0665"), ("phone", 12345), ("phone", None),
    ("name", ""), ("name", "   "), ("name", "x" * 201), ("name", "a\r\nBcc: b"), ("name", {}),
    ("product", "x" * 201), ("time", "x" * 201), ("time", 8), ("additional", "x" * 2001),
)  # fmt: skip


@on_sqlite
async def test_what_is_no_request_is_refused_by_its_field(given: Given):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        for field, value in WRONG:
            answer = await anna.post("/call-request", json={**ASKED, field: value})
            assert (answer.status_code, answer.json()["error"]) == (422, "VALIDATION_ERROR"), answer.text
            assert list(answer.json()["details"]) == [field], answer.text
        nothing = await anna.post("/call-request", json={})
        assert set(nothing.json()["details"]) == {"name", "phone", "agreement"}


async def test_telephones_are_kept_as_they_were_typed(given: Given):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        for phone in ("12345", "+7 (495) 123-45-67", "1" * 20, " 12 34"):
            assert (await asked(anna, phone=phone))["phone"] == phone
        least = await anna.post(
            "/call-request", json={"name": "A", "phone": "12345", "agreement": True, "time": None}
        )
        assert [least.json()[name] for name in ("product", "time", "additional")] == ["", "", ""]


async def test_a_repeated_request_with_its_key_is_one(given: Given):
    async with open_shop(given) as shop:
        anna, key = await somebody(shop, "anna"), {"idempotency-key": "once"}
        first, again = [await anna.post("/call-request", json=ASKED, headers=key) for _ in range(2)]
        assert (first.json(), again.headers["idempotent-replayed"]) == (again.json(), "true")
        other = await anna.post("/call-request", json={**ASKED, "name": "Jane"}, headers=key)
        assert (other.status_code, other.json()["error"]) == (422, "VALIDATION_ERROR")
        boris = await somebody(shop, "boris")
        assert (await boris.post("/call-request", json=ASKED, headers=key)).json()["id"] != first.json()["id"]
        staff = await somebody(shop, "staff", Role.STAFF)
        assert (await staff.get("/admin/call-requests")).headers["x-total-count"] == "2"


async def test_only_declared_steps_are_taken_and_each_stands_in_the_history(given: Given):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        staff = await somebody(shop, "staff", Role.STAFF)
        ways = {
            "new": [],
            "contacted": ["contacted"],
            "completed": ["contacted", "completed"],
            "cancelled": ["cancelled"],
        }
        for source, target in itertools.product(CallRequestStatus, repeat=2):
            path = f"/admin/call-requests/{(await asked(anna))['id']}"
            for word in ways[source]:
                assert (await staff.put(path, json={"status": word})).status_code == 200
            answer = await staff.put(path, json={"status": target})
            may = source is target or CALL_REQUEST_STATES.allows(source, target)
            assert answer.status_code == (200 if may else 409), (source, target, answer.text)
            assert (await staff.get(path)).json()["status"] == (target if may else source)
            if not may:
                refused = answer.json()
                assert (refused["error"], refused["code"]) == ("CONFLICT", "ILLEGAL_MOVE")
                assert refused["details"] == {
                    "status": source,
                    "allowed": sorted(CALL_REQUEST_STATES.moves[source]),
                }
        for body in ({"status": "called"}, {"status": 7}, {}, {"status": None}):
            wrong = await staff.put("/admin/call-requests/1", json=body)
            assert (wrong.status_code, list(wrong.json()["details"])) == (422, ["status"])
        assert (
            await staff.put("/admin/call-requests/999999", json={"status": "contacted"})
        ).status_code == 404
        me = (await staff.get("/profile")).json()["id"]
    made = Query(select(moves.c.actor, moves.c.to_state).where(moves.c.noun == "call request"), tuple)
    history = await given.database.read(lambda unit: unit.all(made))
    assert {actor for actor, state in history if state != "new"} == {f"user {me}"}


async def test_two_of_staff_at_once_do_not_both_end_a_request(given: Given):
    async with open_shop(given) as shop:
        request = await asked(await somebody(shop, "anna"))
        staff = await somebody(shop, "staff", Role.STAFF)
        path = f"/admin/call-requests/{request['id']}"
        words = ["completed", "cancelled"] * 3
        answers = await asyncio.gather(*[staff.put(path, json={"status": word}) for word in words])
        ended = (await staff.get(path)).json()["status"]
        assert [answer.status_code for answer in answers] == [200 if word == ended else 409 for word in words]


async def test_the_list_is_paged_and_may_be_of_one_status(given: Given):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        ids = [(await asked(anna))["id"] for _ in range(4)]
        staff = await somebody(shop, "staff", Role.STAFF)
        await staff.put(f"/admin/call-requests/{ids[1]}", json={"status": "contacted"})
        page = await staff.get("/admin/call-requests?status=new&limit=2")
        assert [entry["id"] for entry in page.json()] == [ids[3], ids[2]]
        assert page.headers["x-total-count"] == "3"
        following = page.headers["link"].split(">")[0].lstrip("<")
        assert [entry["id"] for entry in (await staff.get(following)).json()] == [ids[0]]
        assert len((await staff.get("/admin/call-requests")).json()) == 4
        odd = await staff.get("/admin/call-requests?status=odd")
        assert (odd.status_code, list(odd.json()["details"])) == (422, ["status"])


async def test_staff_gets_a_letter_in_which_nobody_forges_a_line(given: Given):
    async with open_shop(given) as shop:
        forged = "ok\n\nCall request 7 of nobody\x1b[2J\u202e"
        request = await asked(shop.stranger, GUESTS, additional=forged, product="<b>bold</b>")
        await given.promises_kept()
        (letter,) = given.mailer.letters
        assert (letter.to, letter.subject) == (given.staff, f"Call request {request['id']}")
        assert letter.text.startswith("A guest wants to be called.")
        assert "  | +1234567890\n" in letter.text
        assert "  | <b>bold</b>\n" in letter.text
        own = [line for line in letter.text.splitlines() if not line.startswith("  | ")]
        assert [line for line in own if line.startswith("Call request")] == [own[-1]]
        assert letter.text.isascii() or "\ufffd" in letter.text
        assert not set(letter.text) & set("\x1b\u202e")
        # Said again by a worker who died over it, it is still one request; handled already, there is no letter.
        staff = await somebody(shop, "staff", Role.STAFF)
        second = await asked(staff)
        await staff.put(f"/admin/call-requests/{second['id']}", json={"status": "completed"})
        given.mailer.letters.clear()
        await given.promises_kept()
        assert [letter for letter in given.mailer.letters if letter.to == given.staff] == []


async def test_a_mail_server_that_is_away_keeps_nobody_from_asking(given: Given):
    async with open_shop(given) as shop:
        given.mailer.trouble = MailTrouble("away", FailureKind.TRANSIENT)
        await asked(shop.stranger, GUESTS)
        await given.promises_kept()
        given.mailer.trouble = None
        given.clock.tick(hours=1)
        await given.promises_kept()
        assert [letter.to for letter in given.mailer.letters] == [given.staff]
        given.mailer.trouble = MailTrouble("no such box", FailureKind.PERMANENT)
        given.clock.tick(hours=1)
        await asked(shop.stranger, GUESTS)
        await given.promises_kept()
    dead = await given.database.read(dead_promises)
    assert [promise.subscriber for promise in dead] == ["call_requests.tell_staff"]


async def test_without_an_address_for_staff_nothing_is_written(given: Given):
    given.staff = ""
    async with open_shop(given) as shop:
        await asked(shop.stranger, GUESTS)
    await given.promises_kept()
    assert given.mailer.letters == []
    assert await given.database.read(dead_promises) == []


async def test_what_somebody_gave_is_forgotten_when_he_or_staff_says_so(given: Given):
    async with open_shop(given) as shop:
        anna, boris = await somebody(shop, "anna"), await somebody(shop, "boris")
        staff = await somebody(shop, "staff", Role.STAFF)
        waiting, done, guests = await asked(anna), await asked(anna), await asked(shop.stranger, GUESTS)
        await staff.put(f"/admin/call-requests/{done['id']}", json={"status": "completed"})
        for request, caller in ((waiting, anna), (done, anna), (guests, staff)):
            path = f"{GUESTS}/{request['id']}"
            assert (await boris.delete(path)).status_code == 404
            assert (await shop.stranger.delete(path)).status_code == 401
            for _ in range(2):
                assert (await caller.delete(path)).json() == {"message": "Call request forgotten"}
            left = (await staff.get(f"/admin/call-requests/{request['id']}")).json()
            assert [left[name] for name in ("name", "phone", "product", "time", "additional")] == [""] * 5
            assert (left["status"], left["forgotten_at"], left["agreement_version"]) == (
                "completed" if request is done else "cancelled",
                "2026-03-04T12:00:00Z",
                request["agreement_version"],
            )
        assert (await anna.delete(f"{GUESTS}/{guests['id']}")).status_code == 404
        # Nobody is called any more, and no letter tells of him.
        given.mailer.letters.clear()
        await given.promises_kept()
        assert [letter for letter in given.mailer.letters if letter.to == given.staff] == []
