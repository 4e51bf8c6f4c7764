"""Pages of staff as records: path, name, who may see it, what may be posted to it. All else follows from them."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from starlette.responses import Response

from makeline.admin.visit import Visit
from makeline.commerce.accounts.staff_session import Standing
from makeline.commerce.accounts.states import Role
from makeline.foundation.web.body import LARGEST_JSON

Handler = Callable[[Visit], Awaitable[Response]]


class May(StrEnum):
    """Who may come to a page."""

    ANYBODY = "anybody"
    """Also who is not signed in."""
    KNOWN = "known"
    """Whose password was right, with or without a second factor."""
    STAFF = "staff"
    ADMIN = "admin"


class Group(StrEnum):
    """Where a page stands in the navigation; its name is the word ``group_…``."""

    TODAY = "today"
    WORK = "work"
    FLOOR = "floor"
    HOUSE = "house"


@dataclass(frozen=True)
class Post:
    """A form's target. A refusal of ``act`` shows the page again, with what was typed and what is wrong.

    ``largest``: bytes that the form may have.
    """

    path: str
    act: Handler
    may: May = May.STAFF
    largest: int = LARGEST_JSON


@dataclass(frozen=True)
class Page:
    """One page. ``word`` names its title in the words: ``page_…``. ``key``: ``g`` and this letter lead here.

    Paths of ``posts`` begin with the page's own path, and have no other values in them.
    """

    path: str
    word: str
    show: Handler
    may: May = May.STAFF
    group: Group | None = None
    key: str = ""
    posts: Sequence[Post] = ()

    @property
    def title(self) -> str:
        """The name of its title among the words."""
        return f"page_{self.word}"


def may_come(may: May, standing: Standing, role: Role | None) -> bool:
    """Whether somebody who stands so may come to what is for ``may``. Pure."""
    match may:
        case May.ANYBODY:
            return True
        case May.KNOWN:
            return standing is not Standing.STRANGER
        case May.STAFF:
            return standing is Standing.SIGNED_IN
        case May.ADMIN:
            return standing is Standing.SIGNED_IN and role is Role.ADMIN
