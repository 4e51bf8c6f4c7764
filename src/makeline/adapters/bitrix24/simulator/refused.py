"""What a portal says no with."""

from typing import Any


class Refused(Exception):
    """``code`` as it stands in ``error``, with its HTTP status."""

    def __init__(self, code: str, text: str, *, status: int = 400) -> None:
        super().__init__(f"{code}: {text}")
        self.code = code
        self.text = text
        self.status = status

    def body(self) -> dict[str, Any]:
        """The answer."""
        return {"error": self.code, "error_description": self.text}
