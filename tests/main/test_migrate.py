"""The schema: forward, back and forward again, on both databases, also when two processes want it at once."""

import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Table

from makeline.foundation.columns import ID_BLOCK
from makeline.main.migrate import alembic_config, heads, migrate
from makeline.main.tables import all_tables
from tests.conftest import ENGINES
from tests.foundation.scratch import done_elsewhere, seen_elsewhere
from tests.servers.elsewhere import in_thread
from tests.servers.process import Process

# What migrations need for themselves, and where SQLite keeps its numbers.
OWN = {"alembic_version", "numbers"}


@pytest.fixture(params=ENGINES)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database with nothing in it; on SQLite in a folder that is not there yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'not there yet' / 'makeline.sqlite'}"
    return request.getfixturevalue("postgres_database")


def tables_in(url: str) -> set[str]:
    """Names of the tables of a database."""
    if url.startswith("sqlite"):
        rows = seen_elsewhere(
            url, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
    else:
        rows = seen_elsewhere(url, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    return {name for (name,) in rows}


def sequences_in(url: str) -> set[str]:
    """Names of the sequences of a database."""
    if url.startswith("sqlite"):
        return set()
    return {name for (name,) in seen_elsewhere(url, "SELECT sequencename FROM pg_sequences")}


def alembic(verb: Callable[..., Any], url: str, *arguments: str) -> None:
    """A command of the migration tool; it opens a loop of its own."""
    in_thread(lambda: verb(alembic_config(url), *arguments))


def numbered(table: Table) -> bool:
    """Whether the table hands out ids."""
    return "id" in table.columns and table.c.id.type.python_type is int


def test_the_schema_goes_forward_back_to_nothing_and_forward_again(empty_url: str):
    wanted = set(all_tables().tables)
    migrate(empty_url)
    assert tables_in(empty_url) - OWN == wanted
    alembic(command.check, empty_url)
    alembic(command.downgrade, empty_url, "base")
    assert tables_in(empty_url) - {"alembic_version"} == set()
    assert sequences_in(empty_url) == set()
    migrate(empty_url)
    migrate(empty_url)
    assert tables_in(empty_url) - OWN == wanted
    alembic(command.check, empty_url)


def test_every_table_that_hands_out_ids_has_a_sequence_of_whole_blocks(postgres_database: str):
    migrate(postgres_database)
    sequences = dict(seen_elsewhere(postgres_database, "SELECT sequencename, increment_by FROM pg_sequences"))
    wanted = {f"{table.name}_numbers" for table in all_tables().sorted_tables if numbered(table)}
    assert wanted <= set(sequences)
    assert set(sequences.values()) == {ID_BLOCK}


def test_words_that_a_rule_of_postgresql_allows_are_one_constant(postgres_database: str):
    migrate(postgres_database)
    ours = "contype = 'c' AND connamespace = 'public'::regnamespace"
    rules = seen_elsewhere(
        postgres_database, f"SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE {ours}"
    )
    assert sum("'{" in rule for (rule,) in rules) > 50
    assert [rule for (rule,) in rules if "ARRAY[" in rule] == []


def test_two_processes_that_start_together_migrate_once(empty_url: str, tmp_path: Path):
    if empty_url.startswith("sqlite"):
        Path(empty_url.removeprefix("sqlite:///")).parent.mkdir()
    argv, log = [Path(sys.executable).with_name("makeline"), "migrate"], tmp_path / "log"
    processes = [Process.fork(argv, log=log, env={"DATABASE_URL": empty_url}) for _ in range(2)]
    assert [process.popen.wait(50) for process in processes] == [0, 0], log.read_text()
    assert tables_in(empty_url) - OWN == set(all_tables().tables)
    assert len(seen_elsewhere(empty_url, "SELECT version_num FROM alembic_version")) == 1


def test_a_migration_that_broke_off_half_way_can_be_taken_up_again(empty_url: str):
    """The second migration meets a table that should not be there; once that is gone, all is well."""
    if empty_url.startswith("sqlite"):
        Path(empty_url.removeprefix("sqlite:///")).parent.mkdir()
    done_elsewhere(empty_url, "CREATE TABLE stored_files (something TEXT)")
    with pytest.raises(Exception, match="stored_files"):
        migrate(empty_url)
    done_elsewhere(empty_url, "DROP TABLE stored_files")
    migrate(empty_url)
    alembic(command.check, empty_url)


def test_there_is_one_newest_schema():
    assert len(heads()) == 1


def test_an_embedded_database_is_made_for_many_readers_and_for_small_writes(tmp_path: Path):
    migrate(f"sqlite:///{tmp_path / 'makeline.sqlite'}")
    connection = sqlite3.connect(tmp_path / "makeline.sqlite")
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("PRAGMA page_size").fetchone() == (2048,)
    connection.close()


def test_a_folder_with_a_strange_name_is_as_good_as_any(tmp_path: Path):
    strange = tmp_path / "50% off, & more #1 ü"
    migrate(f"sqlite:///{strange / 'makeline.sqlite'}")
    assert (strange / "makeline.sqlite").exists()
