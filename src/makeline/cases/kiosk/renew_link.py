"""The address of an order page has come into wrong hands: from now on another one opens the page."""

from sqlalchemy import bindparam, update

from makeline.cases.kiosk.models import KioskSession, kiosk_sessions
from makeline.cases.kiosk.queries import session_of_order_for_update, topic_of
from makeline.cases.kiosk.shut_files import SHOWN, shut_files
from makeline.foundation.statements import Change
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import NotFound

# What the history calls it, and why: nobody but staff does it, for this one reason.
LINK = "order link"
_CAUSE = "the address was in wrong hands"
_RENEW = Change(
    update(kiosk_sessions)
    .where(kiosk_sessions.c.id == bindparam("session_id"))
    .values(link_edition=bindparam("edition"))
)


def renew_link(unit: UnitOfWork, order_number: str) -> KioskSession:
    """Revoke every address of the order's page that was given away, and the links it showed; the session makes the
    new one."""
    session = session_of_order_for_update(unit, order_number)
    if session is None:
        raise NotFound(f"no order {order_number} was sold at a machine")
    renewed = session._replace(link_edition=session.link_edition + 1)
    unit.put(_RENEW, session_id=session.id, edition=renewed.link_edition)
    before, after = (f"edition {found.link_edition}" for found in (session, renewed))
    unit.note(LINK, session.id, before, after, cause=_CAUSE)
    shut_files(unit, session, SHOWN)
    unit.touch(topic_of(session.key))
    return renewed
