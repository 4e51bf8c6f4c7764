"""Browsers of staff over real sockets: ``boss = await at_work(shop, "boss", Role.ADMIN)``."""

import re
from dataclasses import dataclass, field

import httpx2

from makeline.commerce.accounts.states import Role
from tests.members import PASSWORD, becomes, register
from tests.web import OpenShop

_CSRF = re.compile(r'name="csrf" value="([0-9a-f]{64})"')
SESSION = "makeline-staff"


@dataclass
class Browser:
    """Keeps cookies as one does, sends forms from its own pages, and follows nothing by itself."""

    client: httpx2.AsyncClient
    origin: str
    csrf: str = ""
    cookies: dict[str, str] = field(default_factory=dict)

    async def get(self, path: str, **headers: str) -> httpx2.Response:
        """Look at a page; its form token is remembered."""
        answer = self._kept(await self.client.get(path, headers={"cookie": self._shown(), **headers}))
        found = _CSRF.search(answer.text)
        if found:
            self.csrf = found.group(1)
        return answer

    async def post(self, path: str, **fields: str) -> httpx2.Response:
        """Send a form, as a page of this origin does."""
        return await self.send(path, {"csrf": self.csrf, **fields}, {"origin": self.origin})

    async def send(self, path: str, fields: dict[str, str], headers: dict[str, str]) -> httpx2.Response:
        """Send just this."""
        said = {"cookie": self._shown(), **headers}
        return self._kept(await self.client.post(path, data=fields, headers=said))

    async def sign_in(self, name: str, password: str = PASSWORD, onward: str = "") -> httpx2.Response:
        """As far as the password goes."""
        await self.get("/staff/sign-in")
        answer = await self.post("/staff/sign-in", username=name, password=password, next=onward)
        if answer.status_code == 303:
            await self.get(answer.headers["location"])
        return answer

    def _shown(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def _kept(self, answer: httpx2.Response) -> httpx2.Response:
        for line in answer.headers.get_list("set-cookie"):
            name, _, rest = line.partition("=")
            value = rest.partition(";")[0]
            if value and value != '""' and "Max-Age=0" not in line:
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)
        return answer


def browser(shop: OpenShop) -> Browser:
    """A fresh one."""
    return Browser(shop.stranger, shop.url)


async def at_work(shop: OpenShop, name: str, role: Role = Role.STAFF) -> Browser:
    """A browser at which somebody new of this role is signed in; the shop asks for no second factor."""
    await register(shop, name)
    await becomes(shop, name, role)
    found = browser(shop)
    answer = await found.sign_in(name)
    assert answer.status_code == 303, answer.text
    return found
