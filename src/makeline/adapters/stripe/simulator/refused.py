"""How the simulated Stripe says no."""

from typing import Any


class Refused(Exception):
    """One error as Stripe words it."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        sort: str = "invalid_request_error",
        code: str = "",
        param: str = "",
    ) -> None:
        super().__init__(message)
        self.status = status
        self._error = {"type": sort, "message": message, "code": code, "param": param}

    def body(self) -> dict[str, Any]:
        """As it is sent."""
        return {"error": {name: value for name, value in self._error.items() if value}}
