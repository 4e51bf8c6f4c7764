"""Which file a request names: by its id, or a guest's by its token; ready to be priced when it is given back."""

from collections.abc import Mapping
from typing import Any

from makeline.commerce.accounts.members import Member
from makeline.foundation.database import Database
from makeline.kernel.errors import FieldProblem, Invalid, NotFound
from makeline.parts.geometry.queries import LARGEST_ID, file_of_token
from makeline.parts.geometry.viewer import hash_of_file_token, viewer_of
from makeline.parts.geometry.wait import FileWait
from makeline.parts.pricing.request import Buyer
from makeline.parts.quotes.measured import Measured, measured_part


async def measured_for(
    database: Database, member: Member | None, fields: Mapping[str, Any], *, wait: FileWait
) -> Measured | None:
    """What was measured of the file that ``fields`` name; None if they name none. ``wait`` says for how much of it.

    Raises ``NotFound`` for what is not the caller's, ``FileNotReady``, ``Invalid`` for what is no id or token.
    """
    file_id, token = fields.get("file_id"), fields.get("file_token")
    if token is not None and not isinstance(token, str):
        raise Invalid(FieldProblem("file_token", "must be text"))
    if token and file_id is None:
        file = await database.read(lambda unit: file_of_token(unit, hash_of_file_token(token)))
        if file is None:
            raise NotFound("there is no such file, or its week is over")
        file_id = file.id
    if file_id is None:
        return None
    if not isinstance(file_id, int) or isinstance(file_id, bool):
        raise Invalid(FieldProblem("file_id", "must be a whole number", str(file_id)[:40]))
    if not 0 < file_id < LARGEST_ID:
        raise NotFound("there is no such file")
    return measured_part(await wait(database, viewer_of(member, file_token=token), file_id))


def buyer_of(member: Member | None) -> Buyer:
    """Staff price as staff, everybody else as a customer."""
    return Buyer.STAFF if member is not None and member.is_staff else Buyer.CUSTOMER
