"""The bytes of an ordered part stay as long as somebody has to make it, whoever deletes the file meanwhile."""

from makeline.commerce.files.storage import Storage
from makeline.foundation.unit_of_work import Begin
from makeline.parts.geometry.remove import forget_bytes
from makeline.parts.ordering.queries import an_order_needs, files_ordered


async def forget_unless_ordered(begin: Begin, storage: Storage, file_id: int) -> None:
    """A file was deleted: remove its bytes unless an order that is not over needs them. Safe to repeat."""
    await forget_bytes(begin, storage, file_id, ordered=an_order_needs)


async def forget_when_over(begin: Begin, storage: Storage, order_id: int) -> None:
    """An order is over: the bytes that were kept for it alone go now. Safe to repeat."""
    for file_id in await begin(lambda unit: files_ordered(unit, order_id), actor="worker"):
        await forget_unless_ordered(begin, storage, file_id)
