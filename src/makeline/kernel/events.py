"""Events: frozen facts in the past tense that survive JSON."""

from dataclasses import dataclass, fields
from typing import Any, ClassVar, Self


@dataclass(frozen=True, slots=True)
class Event:
    """Base of every announced fact. Fields are JSON values; new ones are only ever added, with defaults.

    ``name`` is stored with each promise and must never change.
    """

    name: ClassVar[str]

    def payload(self) -> dict[str, Any]:
        """The fields as a JSON object."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @classmethod
    def read(cls, payload: dict[str, Any]) -> Self:
        """Rebuild from a stored payload; fields this version does not know are ignored."""
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in payload.items() if name in known})
