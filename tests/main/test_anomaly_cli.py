"""``makeline anomaly``: staff sees what contradicts itself, and settles it."""

import asyncio

from typer.testing import CliRunner

from makeline.cases.production.print_partner import PaymentStatus
from makeline.foundation.anomalies import open_anomalies
from makeline.main.cli import cli
from tests.given import Given


async def test_a_wrong_amount_is_listed_shown_settled_and_off_the_list(given: Given, shop_url: str):
    async def run(*words: str) -> tuple[int, str]:
        done = await asyncio.to_thread(
            CliRunner().invoke, cli, ["anomaly", *words], env={"DATABASE_URL": shop_url}
        )
        return done.exit_code, done.output

    _, begun = await given.payment_begun()
    await given.notice(begun.payment.reference, PaymentStatus.PAID, amount="0.01")
    (found,) = await given.database.read(open_anomalies)
    number = str(found.id)
    code, listed = await run("list")
    assert code == 0
    assert "payment_amount_differs" in listed
    assert begun.payment.reference in listed
    assert '"told": "0.01"' in (await run("show", number))[1]
    code, said = await run(
        "settle", number, "--outcome", "refunded", "--note", "a penny returned", "--by", "olga"
    )
    assert code == 0
    assert "refunded by olga: a penny returned" in said
    assert "payment_amount_differs" not in (await run("list"))[1]
    assert "refunded" in (await run("list", "--settled"))[1]
    code, said = await run("settle", number, "--outcome", "fixed", "--note", "no")
    assert code == 1
    assert "olga settled it before" in said
    assert (await run("show", "999999"))[0] == 1
