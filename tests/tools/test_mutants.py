"""The tool that alters our code: what it alters, what it leaves alone, and whether it tells the dead from the living."""

import subprocess
import sys
from pathlib import Path

import pytest

from tools.mutants.alter import mutants_of

CODE = '''"""Prices."""

TABLE = {"a": 1, "b": 2}
Pair = tuple[int, int]


def price(count: int, limit: int | None = None) -> int:
    """Ten each, and nothing above the limit."""
    if limit is not None and count > limit:
        return 0
    return count * 10
'''
WEAK = "from makeline.shop import price\n\n\ndef test_one():\n    assert price(1) == 10\n"
STRONG = WEAK + (
    "    assert price(3) == 30\n    assert price(3, 3) == 30\n    assert price(4, 3) == 0\n"
    "    from makeline.shop import TABLE\n    assert TABLE == {'a': 1, 'b': 2}\n"
)
TRY = """
import sys
from pathlib import Path

from tools.mutants.alter import mutants_of
from tools.mutants.trial import passes, tried

root = Path.cwd()
assert passes(["test_shop.py"])
for mutant in mutants_of(root, root / "src/makeline/shop.py"):
    if mutant.operator in {"ReplaceComparisonOperator_Gt_GtE", "ReplaceBinaryOperator_Mul_Add"}:
        print(tried(root, mutant, ["test_shop.py"], seconds=30), mutant.operator)
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = tmp_path / "src" / "makeline"
    folder.mkdir(parents=True)
    (folder / "__init__.py").touch()
    (folder / "shop.py").write_text(CODE)
    return tmp_path


def test_each_alteration_is_one_small_fault_and_types_are_left_alone(shop: Path):
    found = list(mutants_of(shop, shop / "src/makeline/shop.py"))
    texts = [mutant.text or "" for mutant in found]
    assert any("count >= limit" in text for text in texts)
    assert any("limit is not None or count > limit" in text for text in texts)
    assert any("count / 10" in text for text in texts)
    assert any("'b': 2" in text and "'a'" not in text for text in texts)
    assert all("Pair = tuple[int, int]" in text for text in texts)
    assert all("limit:int|None=None" in text.replace(" ", "") for text in texts)
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize(("tests", "survivors"), [(WEAK, True), (STRONG, False)])
def test_a_weak_test_lets_mutants_live_and_a_strong_one_does_not(shop: Path, tests: str, survivors: bool):
    (shop / "test_shop.py").write_text(tests)
    done = subprocess.run(
        [sys.executable, "-c", TRY],
        cwd=shop,
        env={"PYTHONPATH": f"{shop / 'src'}:{Path(__file__).parents[2]}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    verdicts = [line.split(" ")[0] for line in done.stdout.splitlines()]
    assert "killed" in verdicts
    assert ("survived" in verdicts) is survivors, done.stdout
