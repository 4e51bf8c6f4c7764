"""The page at the root: what can be made here and where to look after it, or the phone's page of a visit."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import Template

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from makeline import __version__
from makeline.cases.kiosk.join_page import place_of_visit, render_join, render_nowhere, render_start
from makeline.cases.kiosk.session_id import InvalidSessionId
from makeline.cases.machines.queries import machine_called
from makeline.cases.ordering.customer_page import language_wanted
from makeline.foundation.database import Database
from makeline.foundation.settings import Settings
from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.page_files import read_page_files
from makeline.foundation.web.pages import PAGE_HEADERS
from makeline.kernel.errors import NotFound

# Machines of the sample shop that anybody may use.
SCREEN_OF, PHONE_AT = "VM_TEST_MANUFACTURER", "VM001"
_FOLDER = Path(__file__).parent / "front_door"
_WORDS: Mapping[str, Mapping[str, str]] = json.loads((_FOLDER / "words.json").read_text("utf-8"))
_TEMPLATE = Template((_FOLDER / "page.html").read_text("utf-8"))
_LANGUAGES = {"en": "English", "ru": "Русский", "zh": "中文"}
# One line drawing each, 24 by 24.
_DRAWINGS = {
    "shop": '<rect x="7" y="2" width="10" height="20" rx="2.5"/><rect x="9" y="4" width="3.5" height="3.5" rx="1"/>',
    "parts": '<path d="M12 2l9 5v10l-9 5-9-5V7z"/><path d="M3 7l9 5 9-5M12 12v10"/>',
    "phone": '<path d="M3 8V4a1 1 0 0 1 1-1h4M16 3h4a1 1 0 0 1 1 1v4M21 16v4a1 1 0 0 1-1 1h-4M8 21H4a1 1 0 0 1-1-1v-4"/><path d="M8 8h3v3H8zM13 13h3v3h-3zM13 8h3M8 15h2"/>',
}
FRONT_DOOR_FILES = read_page_files(_FOLDER)


@dataclass(frozen=True)
class WelcomeDesk:
    """What the root needs of the house; ``test_machines``: whether anybody may open a visit at one."""

    database: Database
    settings: Settings
    test_machines: bool

    async def welcome(self, request: Request) -> Response:
        """What runs here; with ``?session=``, where a machine's QR code leads, the phone's page of that visit.

        With ``?machine=`` of a test machine: a page that opens a visit there.
        """
        key = request.query_params.get("session", "")
        if key:
            return await self._join(request, key)
        machine = request.query_params.get("machine", "")
        return await self._start(request, machine) if machine else self._front_door(request)

    async def _start(self, request: Request, key: str) -> Response:
        language = language_wanted(request)
        machine = await self.database.read(lambda unit: machine_called(unit, key))
        if machine is None or not machine.is_test or not self.test_machines:
            return render_nowhere(language)
        return render_start(machine, language=language)

    async def _join(self, request: Request, key: str) -> Response:
        language = language_wanted(request)
        try:
            where = await self.database.read(lambda unit: place_of_visit(unit, key))
        except (InvalidSessionId, NotFound):
            return render_nowhere(language)
        return render_join(key, where=where, language=language)

    def _front_door(self, request: Request) -> Response:
        language = language_wanted(request)
        words = _WORDS[language]
        groups = "".join(
            f'<h2>{escape(words[name])}</h2><ul class="ways {size}">'
            f"{''.join(_way(way, where, words) for way, where in ways.items())}</ul>"
            for name, size, ways in (
                ("make", "main", self._to_make()),
                ("run", "", self._to_run()),
                ("beside", "small", addresses_beside(self.settings)),
            )
            if ways
        )
        page = _TEMPLATE.substitute(
            language=language,
            title=escape(words["title"]),
            lead=escape(words["lead"]),
            languages=escape(words["languages"]),
            others="".join(_other(code, current=code == language) for code in _LANGUAGES),
            groups=groups,
            version=escape(__version__),
        )
        return HTMLResponse(page, headers={**PAGE_HEADERS, "Content-Language": language})

    def _to_make(self) -> Mapping[str, str]:
        phone = {"phone": f"/?machine={PHONE_AT}"} if self.test_machines else {}
        return {"shop": "/shop", "parts": "/parts", **phone}

    def _to_run(self) -> Mapping[str, str]:
        screen = {"kiosk": f"/kiosk/{SCREEN_OF}"} if self.test_machines else {}
        return {**screen, "staff": "/staff", "docs": "/docs", "health": "/health"}


def addresses_beside(settings: Settings) -> Mapping[str, str]:
    """Where the stand-ins of the embedded default show themselves, by what they are; nothing in production."""
    local = "http://127.0.0.1"
    found = {}
    if settings.mailbox_port:
        found["letters"] = f"{local}:{settings.mailbox_port}/"
    if settings.simulates_stripe:
        found["stripe"] = f"{local}:{settings.stripe_simulator_port}/"
    if settings.simulates_crm:
        found["crm"] = f"{local}:{settings.crm_simulator_port}/"
    if settings.simulates_partner:
        found["partner"] = f"{local}:{settings.simulator_port}/ledger"
    return found


def _way(name: str, where: str, words: Mapping[str, str]) -> str:
    drawn = _DRAWINGS.get(name, "")
    drawing = f'<svg viewBox="0 0 24 24" aria-hidden="true">{drawn}</svg>' if drawn else ""
    return (
        f'<li><a href="{escape(where)}">{drawing}<strong>{escape(words[name])}</strong>'
        f"<span>{escape(words[f'{name}_text'])}</span></a></li>"
    )


def _other(code: str, *, current: bool) -> str:
    mark = ' aria-current="true"' if current else ""
    return f'<a href="?lang={code}" lang="{code}" hreflang="{code}"{mark}>{_LANGUAGES[code]}</a>'


def welcome_endpoints(desk: WelcomeDesk) -> tuple[Endpoint, ...]:
    """The root."""
    return (
        Endpoint(
            "GET",
            "/",
            desk.welcome,
            "What runs here; with a session, the phone's page",
            "Pages",
            answer_type="text/html",
            query=("session", "machine", "lang"),
            statuses={404: "`NOT_FOUND`: no such visit or test machine, told as a page"},
        ),
    )
