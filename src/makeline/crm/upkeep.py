"""What reading back has to know of the house."""

from dataclasses import dataclass
from enum import StrEnum


class Restores(StrEnum):
    """What happens when somebody over there changed what is ours to say."""

    OFF = "off"
    """It is told to staff, and stays until ours changes."""
    ON = "on"
    """It is told to staff, and ours is sent again."""


@dataclass(frozen=True, slots=True)
class Upkeep:
    """``public_url``: where our own pages are."""

    public_url: str
    restores: Restores = Restores.OFF
