"""The schema has one present; what was released grows first and shrinks a release later (docs/decisions/0014)."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from makeline.main.migrate import heads, migrations_folder

# The newest revision of the last release. Nothing has been released: everything up to a release is one growth.
RELEASED = ""

_TAKES = {"drop_table", "drop_column", "drop_constraint", "drop_index", "rename_table", "execute"}
_ADDS = {"create_table", "add_column", "create_index", "create_check_constraint", "create_foreign_key"}


def offences(source: str) -> list[str]:
    """What a revision does that the code of the release before it could not live with."""
    tree = ast.parse(source)
    upgrade = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "upgrade")
    contracts = any(
        isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == ["CONTRACTS"]
        for node in tree.body
    )
    taken, added = list(_taken(upgrade)), [name for name, _ in _calls(upgrade) if name in _ADDS]
    if contracts:
        return [f"both takes ({', '.join(taken)}) and adds ({', '.join(added)})"] if taken and added else []
    return taken


def _taken(upgrade: ast.FunctionDef) -> Iterator[str]:
    for name, call in _calls(upgrade):
        told = {word.arg: ast.unparse(word.value) for word in call.keywords}
        if name in _TAKES or (
            name == "alter_column" and told.keys() & {"new_column_name", "nullable", "type_"}
        ):
            # Widening is no taking: an empty value becomes possible.
            if told.get("nullable") != "True":
                yield ast.unparse(call)[:80]
        elif (
            name == "add_column"
            and "nullable=False" in ast.unparse(call)
            and "server_default" not in ast.unparse(call)
        ):
            yield ast.unparse(call)[:80]


def _calls(upgrade: ast.FunctionDef) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(upgrade):
        named = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if named and ast.unparse(node.func.value) in ("op", "batch"):
            yield node.func.attr, node


def _later_than(revision: str) -> list[Path]:
    """Revisions after this one; none while there is none."""
    paths = sorted((migrations_folder() / "versions").glob("[0-9]*.py"))
    places = [place for place, path in enumerate(paths) if path.name.startswith(f"{revision}_")]
    return paths[places[0] + 1 :] if places else []


def test_migrations_have_one_head():
    assert len(heads()) == 1
    assert len(_later_than("0001")) > 30


def test_what_was_released_is_not_taken_away_by_the_next_release():
    later = _later_than(RELEASED)
    found = {path.name: told for path in later if (told := offences(path.read_text("utf-8")))}
    assert not found, f"docs/decisions/0014 tells how else: {found}"


@pytest.mark.parametrize(
    ("does", "refused"),
    [
        ("op.create_table('x', sa.Column('id', sa.Integer(), nullable=False))", False),
        ("op.add_column('orders', sa.Column('x', sa.Text()))", False),
        ("op.add_column('orders', sa.Column('x', sa.Text(), nullable=False, server_default='a'))", False),
        ("op.alter_column('orders', 'x', nullable=True)", False),
        ("op.add_column('orders', sa.Column('x', sa.Text(), nullable=False))", True),
        ("op.alter_column('orders', 'x', nullable=False)", True),
        ("op.alter_column('orders', 'x', new_column_name='y')", True),
        ("op.drop_column('orders', 'x')", True),
        ("op.rename_table('orders', 'sales')", True),
        ("op.drop_constraint('ck', 'orders')", True),
        ("op.execute('UPDATE orders SET x = 1')", True),
        ("op.execute('ALTER TABLE orders DROP COLUMN x')", True),
    ],
)
def test_a_revision_that_takes_something_away_is_refused_unless_it_says_so_and_does_nothing_else(
    does: str, refused: bool
):
    alone = f"def upgrade():\n    {does}\n"
    assert bool(offences(alone)) is refused
    said = f"CONTRACTS = '1.0'\n{alone}"
    # A column that may not be empty is added and taken from the old code in one: never.
    assert bool(offences(said)) is (refused and "add_column" in does)
    assert bool(offences(f"{said}    op.create_table('y')\n")) is refused
