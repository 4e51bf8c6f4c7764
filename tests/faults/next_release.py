"""The release after this one: our own code with one column more, and the migration that brings it.

A folder of links to our sources in which two files are other ones. Who runs it is given ``environment``.
"""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from makeline.main.migrate import heads
from tests.house.tree import PRODUCT

REVISION = "9001"
COLUMN = "made_by"
_MODEL = "commerce/orders/models.py"
# What stands in the model, and what the next release has after it: the last column and the last field of a row. By their
# defaults every insert of the new code fills it, and none of the old one does.
_MORE = {
    '    Column("completed_at", UtcTime()),\n': f'    Column("{COLUMN}", Text, default="next"),\n',
    "    completed_at: datetime | None\n": f'    {COLUMN}: str | None = "next"\n',
}
_MIGRATION = f'''"""Orders tell which release made them."""

import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "{REVISION}", "{{before}}", None, None


def upgrade() -> None:
    """Expand: a column that may be empty."""
    op.add_column("orders", sa.Column("{COLUMN}", sa.Text()))


def downgrade() -> None:
    """Contract again."""
    op.drop_column("orders", "{COLUMN}")
'''
_MIGRATE = """
import sys
from alembic import command
from makeline.main.migrate import alembic_config
getattr(command, sys.argv[1])(alembic_config(sys.argv[2]), sys.argv[3])
"""


@dataclass(frozen=True)
class NextRelease:
    """``sources`` is the folder that its package lies in; ``before`` the schema that it begins with."""

    sources: Path
    before: str

    @property
    def environment(self) -> dict[str, str]:
        """What makes a process run it instead of this release."""
        return {"PYTHONPATH": str(self.sources)}

    def upgrade(self, url: str) -> None:
        """To its schema."""
        self._migrate("upgrade", url, REVISION)

    def downgrade(self, url: str) -> None:
        """Back to ours."""
        self._migrate("downgrade", url, self.before)

    def _migrate(self, way: str, url: str, revision: str) -> None:
        words = [sys.executable, "-c", _MIGRATE, way, url, revision]
        env = {**os.environ, **self.environment}
        done = subprocess.run(words, env=env, capture_output=True, text=True, check=False, timeout=120)
        assert done.returncode == 0, done.stderr[-2000:]


def make_next_release(folder: Path) -> NextRelease:
    """Write it down in ``folder``."""
    package = folder / "makeline"
    shutil.copytree(PRODUCT, package, copy_function=os.symlink)
    (before,) = heads()
    text = (PRODUCT / _MODEL).read_text("utf-8")
    for before_it, more in _MORE.items():
        assert text.count(before_it) == 1
        text = text.replace(before_it, before_it + more)
    model = package / _MODEL
    model.unlink()
    model.write_text(text, "utf-8")
    migration = package / "main" / "migrations" / "versions" / f"{REVISION}_made_by.py"
    migration.write_text(_MIGRATION.format(before=before), "utf-8")
    return NextRelease(folder, before)
