"""What somebody may do, and who he is before the law."""

from enum import StrEnum

from makeline.kernel.states import StateTable


class Role(StrEnum):
    """Customers see what is theirs; staff does the daily work; admins say who is what."""

    CUSTOMER = "customer"
    STAFF = "staff"
    ADMIN = "admin"


class PersonKind(StrEnum):
    """A private person, or somebody who buys for a legal entity."""

    INDIVIDUAL = "individual"
    LEGAL = "legal"


class MailPurpose(StrEnum):
    """What a link in a letter is good for."""

    CONFIRM = "confirm"
    RESET = "reset"


# Every change of role stands in the history, with who made it.
ROLES = StateTable(
    "role",
    {role: frozenset(other for other in Role if other is not role) for role in Role},
    frozenset(Role),
)
