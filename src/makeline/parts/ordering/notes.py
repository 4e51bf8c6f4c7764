"""What staff writes down about an order for each other."""

from makeline.commerce.accounts.members import Member
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.parts.ordering.models import OrderNote, order_notes
from makeline.parts.ordering.queries import access_part_order_for_update


def write_note(unit: UnitOfWork, member: Member, order_id: int, text: str) -> OrderNote:
    """A note is never changed; raises ``NotFound``."""
    order = access_part_order_for_update(unit, member, order_id)
    note = OrderNote(unit.new_id(order_notes), order.id, member.user_id, text, unit.now)
    unit.add(order_notes, **note._asdict())
    return note
