"""The schema has one present."""

from alembic.script import ScriptDirectory

from tests.house.tree import ROOT


def test_migrations_have_one_head():
    assert len(ScriptDirectory(str(ROOT / "migrations")).get_heads()) == 1
