from collections.abc import Callable

import asyncpg

from tests.servers.postgres import Postgres


async def test_each_test_has_an_empty_database_of_its_own(postgres_databases: Callable[..., str]):
    first, second = postgres_databases(), postgres_databases()
    connection = await asyncpg.connect(first)
    await connection.execute("CREATE TABLE parts (id int)")
    await connection.close()
    connection = await asyncpg.connect(second)
    assert await connection.fetchval("SELECT to_regclass('parts')") is None
    await connection.close()


async def test_a_template_is_prepared_once_and_copied(
    postgres_server: Postgres, postgres_template: Callable[..., str], postgres_databases: Callable[..., str]
):
    prepared = []

    def prepare(dsn: str) -> None:
        prepared.append(dsn)
        database = dsn.rpartition("/")[2]
        postgres_server.execute("CREATE TABLE parts AS SELECT 7 AS id", database=database)

    for _ in range(2):
        template = postgres_template("smoke", prepare)
        connection = await asyncpg.connect(postgres_databases(template))
        assert await connection.fetchval("SELECT id FROM parts") == 7
        await connection.close()
    assert len(prepared) <= 1


async def test_text_is_compared_and_folded_in_any_alphabet(postgres_database: str):
    connection = await asyncpg.connect(postgres_database)
    assert await connection.fetchval("SELECT lower('ФРЕЗА Ж') = 'фреза ж'")
    await connection.close()
