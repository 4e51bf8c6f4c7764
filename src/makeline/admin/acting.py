"""In whose name the verbs of the rooms act."""

from makeline.admin.visit import Visit
from makeline.commerce.accounts.members import Member


def member_of(visit: Visit) -> Member:
    """Who acts, as the verbs want to know him."""
    session = visit.member
    return Member(session.user_id, session.sign_in_id, session.username, session.role)
