"""Accounts on the wire: closed bodies in, other models out, so that nobody can set what is not his to set."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, RootModel, StringConstraints

from makeline.commerce.accounts.models import COMPANY_FIELDS, SignIn, User
from makeline.commerce.accounts.passwords import LONGEST_PASSWORD, SHORTEST_PASSWORD
from makeline.commerce.accounts.states import PersonKind, Role
from makeline.foundation.web.answers import utc_text

_PRINTABLE = r"^[^\x00-\x1f\x7f]*$"
_ADDRESS = r"^[^\s@\x00-\x1f\x7f,;<>\"]+@[^\s@\x00-\x1f\x7f,;<>\"]+\.[^\s@\x00-\x1f\x7f,;<>\".]+$"


def _or_empty(value: Any) -> Any:
    return "" if value is None else value


def _or_none(value: Any) -> Any:
    return None if value == "" else value


Username = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=_PRINTABLE)
]
Email = Annotated[str, StringConstraints(strip_whitespace=True, max_length=254, pattern=_ADDRESS)]
NewPassword = Annotated[str, StringConstraints(min_length=SHORTEST_PASSWORD, max_length=LONGEST_PASSWORD)]
# Whatever somebody takes for his password; whether it is one is found out.
ShownPassword = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_PASSWORD)]
ShownName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=254)]
Line = Annotated[
    str,
    BeforeValidator(_or_empty),
    StringConstraints(strip_whitespace=True, max_length=200, pattern=_PRINTABLE),
]
Phone = Annotated[
    str,
    BeforeValidator(_or_empty),
    StringConstraints(strip_whitespace=True, max_length=40, pattern=_PRINTABLE),
]
Kind = Annotated[PersonKind | None, BeforeValidator(_or_none)]


class Company(BaseModel):
    """A legal entity; whatever is given is checked, nothing is demanded here."""

    company_name: Line = ""
    inn: Line = ""
    kpp: Line = ""
    bik: Line = ""
    bank_name: Line = ""
    account: Line = ""
    correspondent_account: Line = ""
    legal_address: Line = ""

    def company(self) -> dict[str, str]:
        """What was said of the legal entity."""
        return {name: getattr(self, name) for name in COMPANY_FIELDS if name in self.model_fields_set}


class Register(Company):
    """Somebody wants an account."""

    username: Username
    email: Email
    password: NewPassword
    full_name: Line = ""
    phone: Phone = ""
    user_type: Kind = None


class Login(BaseModel):
    """A name and what is taken for its password."""

    username: ShownName
    password: ShownPassword


class ProfileChange(Company):
    """What somebody may change of himself; what is not sent stays as it is."""

    full_name: Line = ""
    phone: Phone = ""
    user_type: Kind = None

    def texts(self) -> dict[str, str]:
        """The texts that were sent."""
        own = {name: getattr(self, name) for name in ("full_name", "phone") if name in self.model_fields_set}
        return own | self.company()


class UserChange(ProfileChange):
    """What an admin may change of others. ``role`` is ours and tells staff from customers; with ``is_admin`` it must agree."""

    is_admin: bool | None = None
    role: Role | None = None


class PasswordChange(BaseModel):
    """The present password and the one that is wanted."""

    current_password: ShownPassword
    new_password: NewPassword


class ResetWish(BaseModel):
    """A user name, or an address that was confirmed."""

    login: ShownName


class LetterToken(BaseModel):
    """What stands at the end of the link in a letter."""

    token: Annotated[str, StringConstraints(min_length=1, max_length=100)]


class NewPasswordWish(LetterToken):
    """The same with the password that is wanted."""

    new_password: NewPassword


class EmailChange(BaseModel):
    """Another address, and the password as proof."""

    email: Email
    current_password: ShownPassword


class Registered(BaseModel):
    """The new account."""

    message: str
    user_id: int


class Token(BaseModel):
    """What to show from now on, and for how many seconds it is good."""

    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 - a word of the protocol
    expires_in: int


class Message(BaseModel):
    """It was done."""

    message: str


class UserAnswer(BaseModel):
    """A person as he, and admins, see him."""

    id: int
    username: str
    email: str
    full_name: str
    phone: str
    user_type: PersonKind
    is_admin: bool
    created_at: str
    role: Role
    email_confirmed: bool
    company_name: str
    inn: str
    kpp: str
    bik: str
    bank_name: str
    account: str
    correspondent_account: str
    legal_address: str


class Users(RootModel[list[UserAnswer]]):
    """The newest first."""


class SignInAnswer(BaseModel):
    """One open sign-in; ``current`` is the one of this very call."""

    id: int
    created_at: str
    expires_at: str
    address: str
    agent: str
    current: bool


class SignIns(BaseModel):
    """Where somebody is signed in."""

    items: list[SignInAnswer]


class Ended(BaseModel):
    """How many sign-ins are over now."""

    ended: int


def user_answer(user: User) -> dict[str, Any]:
    """``UserAnswer`` as JSON values."""
    return {
        "id": user.id,
        "username": user.username,
        "email": user.email,
        "full_name": user.full_name,
        "phone": user.phone,
        "user_type": user.kind.value,
        "is_admin": user.role is Role.ADMIN,
        "created_at": utc_text(user.created_at),
        "role": user.role.value,
        "email_confirmed": user.email_confirmed_at is not None,
        **{name: getattr(user, name) for name in COMPANY_FIELDS},
    }


def sign_in_answer(entry: SignIn, *, current: int) -> dict[str, Any]:
    """``SignInAnswer`` as JSON values; ``current`` is the id of the caller's own."""
    return {
        "id": entry.id,
        "created_at": utc_text(entry.created_at),
        "expires_at": utc_text(entry.expires_at),
        "address": entry.address,
        "agent": entry.agent,
        "current": entry.id == current,
    }
