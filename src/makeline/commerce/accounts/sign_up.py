"""Somebody gets an account."""

from dataclasses import dataclass, field

from makeline.commerce.accounts.events import UserRegistered
from makeline.commerce.accounts.models import COMPANY_FIELDS, User, users
from makeline.commerce.accounts.passwords import PasswordPool
from makeline.commerce.accounts.queries import ids_of_role_for_update, known_by_name, name_key
from makeline.commerce.accounts.states import ROLES, PersonKind, Role
from makeline.foundation.statements import insert_or_ignore
from makeline.foundation.unit_of_work import Begin, UnitOfWork
from makeline.kernel.company import company_problems
from makeline.kernel.errors import FieldProblem, Invalid, Kind, Refusal

_NEW = insert_or_ignore(users, tuple(users.c.keys()))


class UsernameTaken(Refusal):
    """Somebody else has this name, or one that looks the same."""

    code = "USERNAME_TAKEN"
    kind = Kind.MALFORMED


class AdminExists(Refusal):
    """There is an admin already, and nobody said that there should be one more."""

    code = "ADMIN_EXISTS"
    kind = Kind.CONFLICT


@dataclass(frozen=True, slots=True)
class NewUser:
    """Who wants an account; ``company`` holds what he said of ``COMPANY_FIELDS``."""

    username: str
    email: str
    full_name: str = ""
    phone: str = ""
    kind: PersonKind = PersonKind.INDIVIDUAL
    company: dict[str, str] = field(default_factory=dict)


async def sign_up(begin: Begin, passwords: PasswordPool, wanted: NewUser, *, password: str) -> int:
    """The id of a new customer. A name that is taken costs as much time as one that is free."""
    company = checked_company(wanted.company)
    password_hash = await passwords.hash(checked_password(password, wanted.username))
    return await begin(
        lambda unit: _add(unit, wanted, company, password_hash, role=Role.CUSTOMER), actor="sign-up"
    )


def add_admin(unit: UnitOfWork, wanted: NewUser, *, password_hash: str, further: bool) -> int:
    """The id of a new admin; the first one, unless ``further`` ones are wanted."""
    if not further and ids_of_role_for_update(unit, Role.ADMIN):
        raise AdminExists("there is an admin already; --more makes a further one")
    return _add(unit, wanted, checked_company({}), password_hash, role=Role.ADMIN)


def checked_password(password: str, username: str) -> str:
    """The password, unless it is the name itself."""
    if name_key(password) == name_key(username):
        raise Invalid(FieldProblem("password", "must not be the user name"))
    return password


def checked_company(company: dict[str, str]) -> dict[str, str]:
    """All fields of the legal entity, empty where nothing was said; raises ``Invalid`` naming the wrong ones."""
    whole = {name: company.get(name, "") for name in COMPANY_FIELDS}
    problems = tuple(
        company_problems(
            inn=whole["inn"],
            kpp=whole["kpp"],
            bik=whole["bik"],
            account=whole["account"],
            correspondent_account=whole["correspondent_account"],
        )
    )
    if problems:
        raise Invalid(*problems)
    return whole


def _add(
    unit: UnitOfWork, wanted: NewUser, company: dict[str, str], password_hash: str, *, role: Role
) -> int:
    taken = UsernameTaken("Username already registered")
    if known_by_name(unit, wanted.username) is not None:
        raise taken
    user = User(
        id=unit.new_id(users),
        username=wanted.username,
        name_key=name_key(wanted.username),
        email=wanted.email,
        email_confirmed_at=None,
        full_name=wanted.full_name,
        phone=wanted.phone,
        kind=wanted.kind,
        role=role,
        password_hash=password_hash,
        created_at=unit.now,
        company_name=company["company_name"],
        inn=company["inn"],
        kpp=company["kpp"],
        bik=company["bik"],
        bank_name=company["bank_name"],
        account=company["account"],
        correspondent_account=company["correspondent_account"],
        legal_address=company["legal_address"],
    )
    # Two who want the same name at the same moment: the database decides.
    if not unit.change(_NEW, **user._asdict()):
        raise taken
    unit.move(ROLES, user.id, None, role, cause="account made")
    unit.emit(UserRegistered(user.id))
    return user.id
