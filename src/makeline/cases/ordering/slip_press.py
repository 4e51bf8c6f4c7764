"""The port to whatever puts a customer's receipt on paper."""

from typing import Protocol

from makeline.cases.ordering.slip import Slip


class SlipPress(Protocol):
    """Makes papers; equal slips give equal bytes."""

    async def print_slip(self, slip: Slip) -> bytes:
        """A PDF of one page."""
        ...
