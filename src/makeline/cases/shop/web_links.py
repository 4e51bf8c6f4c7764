"""The address of the page of a web order: nobody can guess it, and it outlives restarts."""

from dataclasses import dataclass

from makeline.cases.ordering.page_token import name_in, page_token
from makeline.commerce.files.links import Links

_PURPOSE = "web order page"


@dataclass(frozen=True)
class WebLinks:
    """Makes and reads addresses, below the same root and with the same keys as links to files."""

    links: Links

    def url(self, number: str) -> str:
        """The page's whole address, fit for a letter."""
        return f"{self.links.base_url}/w/{self.token(number)}"

    def token(self, number: str) -> str:
        """An order's number with the proof that we gave it away."""
        return page_token(self.links.keys, _PURPOSE, number)

    def read(self, token: str) -> str | None:
        """The number in a token; None for whatever we never gave away."""
        return name_in(self.links.keys, _PURPOSE, token)
