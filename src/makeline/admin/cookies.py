"""Cookies of staff's pages: for the server's eyes only, sent by our own pages alone, and for this host alone."""

from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response

_LONGEST = 2000


class Cookie(NamedTuple):
    """A cookie by its plain name; where everything goes by https, its name promises that it is this host's own."""

    name: str
    seconds: int | None = None

    def called(self, *, secure: bool) -> str:
        """How the browser calls it."""
        return f"__Host-{self.name}" if secure else self.name

    def read(self, request: Request, *, secure: bool) -> str:
        """Its value, or nothing."""
        value = request.cookies.get(self.called(secure=secure), "")
        return value if len(value) <= _LONGEST else ""

    def give(self, answer: Response, value: str, *, secure: bool) -> None:
        """Let the browser keep it."""
        answer.set_cookie(
            self.called(secure=secure),
            value,
            max_age=self.seconds,
            path="/",
            secure=secure,
            httponly=True,
            samesite="strict",
        )

    def take_back(self, answer: Response, *, secure: bool) -> None:
        """Let the browser forget it."""
        answer.delete_cookie(
            self.called(secure=secure), path="/", secure=secure, httponly=True, samesite="strict"
        )


# Gone with the browser; the server forgets it sooner.
SESSION = Cookie("makeline-staff")
# Before anybody is signed in: what the form of the sign-in page is bound to.
DOOR = Cookie("makeline-door")
# What a form did, told on the page that comes next.
NOTICE = Cookie("makeline-notice", 60)


def wrote_for(seconds: int) -> Cookie:
    """Kept for so long after a form: until then its sender's lists must come from where forms are written."""
    return Cookie("makeline-wrote", seconds)
