"""The schema has one present."""

from makeline.main.migrate import heads


def test_migrations_have_one_head():
    assert len(heads()) == 1
