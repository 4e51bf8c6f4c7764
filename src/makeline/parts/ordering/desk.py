"""What the calls about orders need of the house."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from makeline.commerce.accounts.members import Member, Members
from makeline.foundation.database import Database
from makeline.foundation.unit_of_work import Reading
from makeline.kernel.errors import Refusal
from makeline.parts.geometry.viewer import viewer_of
from makeline.parts.geometry.wait import measured_file
from makeline.parts.ordering.queries import access_part_order
from makeline.parts.ordering.view import Detail, detail_of, order_answer
from makeline.parts.ordering.wanted import SalesTerms


@dataclass(frozen=True)
class OrderDesk:
    """Database, people, and how this house charges tax."""

    database: Database
    members: Members
    terms: SalesTerms

    async def files_measured(self, member: Member, file_ids: Iterable[int | None]) -> None:
        """Wait for files that are still being measured. Whatever is wrong with them is told by the unit that orders."""
        for file_id in dict.fromkeys(file_ids):
            if file_id is not None:
                try:
                    await measured_file(self.database, viewer_of(member), file_id)
                except Refusal:
                    continue


def detail_for(unit: Reading, member: Member, order_id: int) -> Detail:
    """An order with everything that belongs to it, for its customer or staff; raises ``NotFound``."""
    return detail_of(unit, access_part_order(unit, member, order_id))


def answer_for(unit: Reading, member: Member, order_id: int) -> dict[str, Any]:
    """``OrderAnswer`` as JSON values; raises ``NotFound``."""
    return order_answer(detail_for(unit, member, order_id))
