"""Bring a database's schema to the present, or check that it is there. Safe to run twice and at the same time."""

from importlib.resources import as_file, files
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

HEAD = "head"


def migrations_folder() -> Path:
    """Where the migrations lie, as part of the product."""
    with as_file(files("makeline.main") / "migrations") as folder:
        return folder


def alembic_config(url: str) -> Config:
    """Alembic's settings for one database, without a file."""
    config = Config()
    config.set_main_option("script_location", str(migrations_folder()))
    config.attributes["url"] = url
    return config


def migrate(url: str) -> None:
    """To the newest schema; makes the folder of an embedded database."""
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    command.upgrade(alembic_config(url), HEAD)


def heads() -> list[str]:
    """The newest revisions; there must be just one."""
    return ScriptDirectory(str(migrations_folder())).get_heads()


def knows(revision: str) -> bool:
    """Whether this program can bring a database of that revision to the present."""
    scripts = ScriptDirectory(str(migrations_folder()))
    return any(script.revision == revision for script in scripts.walk_revisions())
