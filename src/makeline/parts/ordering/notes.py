"""What staff writes down about an order for parts for each other."""

from makeline.commerce.accounts.members import Member
from makeline.commerce.orders.models import OrderNote
from makeline.commerce.orders.notes import note_order
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.parts.ordering.queries import access_part_order_for_update


def write_note(unit: UnitOfWork, member: Member, order_id: int, text: str) -> OrderNote:
    """A note is never changed; raises ``NotFound``, ``Invalid``."""
    order = access_part_order_for_update(unit, member, order_id)
    return note_order(unit, order.id, author_id=member.user_id, text=text)
