"""What bodies have in common that say what they mean: strict types, and empty text equals absent."""

from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator


class Body(BaseModel):
    """A request body: strict types, and empty text equals absent."""

    model_config = ConfigDict(strict=True)

    @model_validator(mode="before")
    @classmethod
    def empty_is_absent(cls, value: Any) -> Any:
        """Empty text says nothing."""
        if isinstance(value, dict):
            return {name: entry for name, entry in value.items() if entry not in ("", None)}
        return value
