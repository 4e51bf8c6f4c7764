"""What SQLite compiles anew with every value costs more than it answers: no statement of a sale may be like that."""

from typing import Any

from makeline.cases.production.print_partner import PaymentStatus
from tests.engines import on_sqlite
from tests.given import Given


class _Compiler:
    """Hears of every statement of the writer that was compiled before it ran."""

    def __init__(self, given: Given) -> None:
        self.compiled: list[str] = []
        self._busy = False
        database: Any = given.database
        connection = database._writer._connection
        connection.set_authorizer(self._compile)
        connection.set_trace_callback(self._run)

    def _compile(self, *_: Any) -> int:
        self._busy = True
        return 0

    def _run(self, statement: str) -> None:
        if self._busy:
            self.compiled.append(statement)
        self._busy = False


async def _sell(given: Given) -> None:
    session = await given.session_to_pay()
    await given.payment(session.key)
    await given.confirmed(session.key, transaction=f"T{session.id}")
    _, begun = await given.payment_begun()
    for _ in range(2):
        await given.notice(begun.payment.reference, PaymentStatus.PAID, amount="19.99")


@on_sqlite
async def test_the_second_customer_finds_every_statement_compiled(given: Given):
    compiler = _Compiler(given)
    await _sell(given)
    assert len(compiler.compiled) > 20
    compiler.compiled.clear()
    await _sell(given)
    assert compiler.compiled == []
