"""The story of a session: every move of everything that belongs to it, with who and why."""

from makeline.cases.kiosk.story import latest_job_of, story_of
from makeline.cases.production.print_partner import JobStep
from tests.given import Given


async def _story(given: Given, key: str) -> list[tuple[str, str | None, str]]:
    session = await given.session_now(key)
    entries = await given.database.read(lambda unit: story_of(unit, session))
    assert all(entry.actor and entry.cause for entry in entries)
    assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)
    return [(entry.noun, entry.from_state, entry.to_state) for entry in entries]


async def test_the_story_of_a_bought_case_is_told_from_the_code_to_the_hand_out(given: Given):
    session, begun = await given.payment_begun()
    given.clock.tick(seconds=20)
    await given.confirmed(session.key)
    given.clock.tick(seconds=5)
    await given.submitted(await given.order(begun.order.number), until_sent=True)
    job = await given.job(begun.order)
    for step in (JobStep.PRINTING, JobStep.PRINTED, JobStep.SHIPPED):
        given.clock.tick(seconds=5)
        await given.print_notice(job.reference, step)
    assert await _story(given, session.key) == [
        ("session", None, "active"),
        ("session", "active", "designing"),
        ("allocation", None, "reserved"),
        ("session", "designing", "payment_pending"),
        ("order", None, "placed"),
        ("order payment", None, "unpaid"),
        ("payment", None, "pending"),
        ("payment", "pending", "paid"),
        ("order payment", "unpaid", "paid"),
        ("allocation", "reserved", "sold"),
        ("print job", None, "queued"),
        ("session", "payment_pending", "payment_completed"),
        ("print job", "queued", "sent"),
        ("print job", "sent", "printing"),
        ("allocation", "sold", "taken"),
        ("order", "placed", "in_production"),
        ("print job", "printing", "printed"),
        ("print job", "printed", "collected"),
        ("order", "in_production", "completed"),
    ]


async def test_a_fresh_session_has_a_short_story_and_no_print(given: Given):
    session = await given.session()
    assert await _story(given, session.key) == [("session", None, "active")]
    assert await given.database.read(lambda unit: latest_job_of(unit, session)) is None


async def test_one_customers_story_says_nothing_of_another(given: Given):
    paid, other = await given.paid_sale(), await given.session_to_pay()
    assert ("payment", "pending", "paid") in await _story(given, paid.session.key)
    assert {noun for noun, _, _ in await _story(given, other.key)} == {"session", "allocation"}
