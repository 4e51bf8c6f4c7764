"""What every group of settings has in common."""

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Group(BaseSettings):
    """A group of settings that belong together."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)


def _folder(path: Path) -> Path:
    there = next(place for place in (path.absolute(), *path.absolute().parents) if place.exists())
    if not there.is_dir():
        raise ValueError(f"must be a folder; {there} is a file")
    return path


# A folder, or a place where one can be made.
Folder = Annotated[Path, AfterValidator(_folder)]
