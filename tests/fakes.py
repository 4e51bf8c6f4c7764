"""Stand-ins for the outside that do as they are told; each implements the port of its room."""

import asyncio
import hashlib
from collections.abc import AsyncIterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from makeline.cases.designs.layout import Layout
from makeline.cases.designs.renderer import CleanPicture, PictureUnreadable, RenderedDesign
from makeline.cases.designs.verdict import Finding, Sight
from makeline.cases.kiosk.terminal import Touch
from makeline.cases.production.print_partner import (
    JobStep,
    PartnerTrouble,
    PaymentAnnouncement,
    PaymentStatus,
    PrintOrder,
    SubmittedJob,
)
from makeline.cases.stock.listing import PartnerBrand, StockRow
from makeline.commerce.files.storage import Look, SendTo, Written
from makeline.commerce.notices.mailer import Letter, MailTrouble
from makeline.foundation.spool import Spooled
from makeline.kernel.errors import Refusal
from makeline.parts.geometry.facts import Basis, Fault, PartFacts, SurfaceFacts, UnusableFile
from makeline.parts.geometry.file_type import type_by_name
from makeline.parts.geometry.limits import MOST_TRIANGLES
from makeline.parts.geometry.reader import (
    Measured,
    Reading,
    Source,
    Tell,
    View,
    measured_for_nobody,
    tell_nobody,
)

# A cube of 10 mm.
CUBE = PartFacts(
    basis=Basis.MESH,
    surface=SurfaceFacts(
        triangles=12, volume=1000.0, area=600.0, low=(0.0,) * 3, high=(10.0,) * 3, open_edges=0, leaks=[]
    ),
    bodies=1,
    oriented_box=(10.0, 10.0, 10.0),
    reach=(7.0710678118654755, 7.0710678118654755, 7.0710678118654755),
    turned=0,
    bores=[],  # A list, as everything that comes back from the database.
    model=None,
    findings=[],
)


class StandingClock:
    """A clock that stands still until somebody moves it."""

    def __init__(self, now: datetime | None = None) -> None:
        self.now = now or datetime(2026, 3, 4, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def tick(self, **passed: float) -> None:
        """Let time pass: ``tick(minutes=5)``."""
        self.now += timedelta(**passed)


class MemoryStorage:
    """Implements ``Storage`` in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.away: Exception | None = None  # for whoever wants to store something

    async def put(self, name: str, data: bytes | Spooled, *, media_type: str) -> None:
        if self.away is not None:
            raise self.away
        self.kept.setdefault(name, data if isinstance(data, bytes) else await data.whole())

    async def get(self, name: str) -> bytes | None:
        return self.kept.get(name)

    async def get_part(self, name: str, start: int, length: int) -> bytes | None:
        data = self.kept.get(name)
        return None if data is None else data[start : start + length]

    async def size_of(self, name: str) -> int | None:
        return len(self.kept[name]) if name in self.kept else None

    async def look_at(self, name: str, head: int) -> Look | None:
        data = self.kept.get(name)
        if data is None:
            return None
        return Look(hashlib.sha256(data).hexdigest(), data[:head], await self.stamp_of(name))

    async def stamp_of(self, name: str) -> str | None:
        return str(hash(self.kept[name])) if name in self.kept else None

    async def copy(self, name: str, to: str) -> bool:
        if name in self.kept:
            self.kept[to] = self.kept[name]
        return name in self.kept

    async def send_to(self, name: str, size: int, *, valid_for: timedelta) -> SendTo | None:
        return None

    async def receive(self, name: str, pieces: AsyncIterable[bytes]) -> None:
        data = b"".join([piece async for piece in pieces])
        if self.away is not None:
            raise self.away
        self.kept[name] = data

    async def written(self, kind: str, first: str) -> Sequence[Written]:
        return [Written(n, datetime.now(UTC)) for n in self.kept if n.startswith(f"{kind}-{first}")]

    async def tidy(self, *, older_than: timedelta) -> int:
        return 0

    async def remove(self, name: str) -> None:
        self.kept.pop(name, None)

    async def check(self) -> None:
        return None


class KeptLetters:
    """Implements ``Mailer``: keeps every letter, unless there is trouble."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.trouble: MailTrouble | None = None

    async def send(self, letter: Letter) -> None:
        await self.check()
        self.letters.append(letter)

    async def check(self) -> None:
        if self.trouble is not None:
            raise self.trouble


class PlainRenderer:
    """Implements ``PrintRenderer`` without drawing: a picture is any bytes, a print is what it was made of."""

    def __init__(self) -> None:
        self.rendered = 0
        # By the SHA-256 of a picture; nothing is wrong with the others.
        self.sights: dict[str, Sight] = {}

    async def read_picture(self, raw: bytes) -> CleanPicture:
        if raw.startswith(b"not a picture"):
            raise PictureUnreadable("the picture cannot be read")
        return CleanPicture(raw, "image/png", 4000, 3000, hashlib.sha256(raw).hexdigest())

    async def render(self, layout: Layout, pictures: Mapping[str, bytes]) -> RenderedDesign:
        self.rendered += 1
        mark = layout.design.encode() + b"".join(pictures[picture.sha256] for picture in layout.pictures)
        canvas = layout.canvas
        return RenderedDesign(
            b"print " + mark, b"proof " + mark, canvas.width_px, canvas.height_px, canvas.dpi
        )

    async def look(self, layout: Layout, pictures: Mapping[str, bytes]) -> tuple[Sight, ...]:
        return tuple(self.sights.get(placed.sha256, Sight(4000, 3000)) for placed in layout.pictures)

    async def draw_overlay(
        self, layout: Layout, pictures: Mapping[str, bytes], findings: Sequence[Finding]
    ) -> bytes:
        return f"overlay {layout.design} {len(findings)}".encode()

    async def draw_test_card(self, label: str) -> CleanPicture:
        return await self.read_picture(f"test card {label}".encode())


@dataclass
class PlainReader:
    """Implements ``PartReader`` without looking: every file is what ``facts`` say, unless it begins with ``broken``.
    ``tell`` is whom the latest reading tells how far it is, ``most_triangles`` its limit.

    ``refuses`` is raised by the next calls, one each; while ``closed``, a reading waits.
    """

    facts: PartFacts = field(default_factory=lambda: CUBE)
    refuses: list[Refusal] = field(default_factory=list)
    read: list[str] = field(default_factory=list)
    version: str = "plain-1"
    tell: Tell = tell_nobody
    measured: Measured = measured_for_nobody
    most_triangles: int = 0
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.gate.set()

    async def read_part(
        self,
        data: Source,
        *,
        file_name: str,
        most_triangles: int = MOST_TRIANGLES,
        tell: Tell = tell_nobody,
        measured: Measured = measured_for_nobody,
    ) -> Reading:
        self.read.append(file_name)
        self.tell, self.measured, self.most_triangles = tell, measured, most_triangles
        kind, scene = type_by_name(file_name), f"scene of {file_name}".encode()
        await self.gate.wait()
        data = data if isinstance(data, bytes) else b"".join([piece async for piece in data])
        if self.refuses:
            raise self.refuses.pop(0)
        if data.startswith(b"broken"):
            raise UnusableFile(Fault.BROKEN, "the file cannot be read")
        pictures = {view: f"{view} of {file_name}".encode() for view in View}
        return Reading(kind, self.facts, pictures, scene, self.version)

    def describe(self) -> dict[str, Any]:
        return {"state": "usable", "version": self.version}

    async def close(self) -> None: ...


@dataclass
class PlainTerminal:
    """Implements ``Terminal``: remembers which cards were held to it."""

    touched: list[tuple[str, Touch]] = field(default_factory=list)

    async def touch(self, reference: str, what: Touch) -> bool:
        self.touched.append((reference, what))
        return True


@dataclass
class PlainPartner:
    """Implements ``PrintPartner`` and ``PartnerShelf`` in memory; ``trouble`` is raised by the next calls, one each."""

    payments: dict[str, PaymentStatus | None] = field(default_factory=dict)
    announced: list[PaymentAnnouncement] = field(default_factory=list)
    orders: dict[str, PrintOrder] = field(default_factory=dict)
    listed: dict[tuple[str, str], list[StockRow]] = field(default_factory=dict)
    steps: dict[str, JobStep | None] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    trouble: list[PartnerTrouble] = field(default_factory=list)

    async def announce_payment(self, announcement: PaymentAnnouncement) -> str:
        self._call("announce")
        if announcement.reference not in self.payments:
            self.payments[announcement.reference] = PaymentStatus.PENDING
            self.announced.append(announcement)
        return f"MSPY-{announcement.reference}"

    async def confirm_payment(self, reference: str) -> None:
        self._call("confirm")
        self.payments[reference] = PaymentStatus.PAID

    async def read_payments(self, references: Sequence[str]) -> dict[str, PaymentStatus | None]:
        self._call("read payments")
        return {reference: self.payments[reference] for reference in references if reference in self.payments}

    async def submit(self, order: PrintOrder) -> SubmittedJob:
        self._call("submit")
        self.orders.setdefault(order.reference, order)
        return SubmittedJob(f"MSOR-{order.reference}", "6693", JobStep.ACCEPTED)

    async def read_jobs(self, references: Sequence[str]) -> dict[str, JobStep | None]:
        self._call("read jobs")
        ours = [reference.removeprefix("MSOR-") for reference in references]
        return {own: self.steps.get(own, JobStep.ACCEPTED) for own in ours if own in self.orders}

    async def list_brands(self) -> list[PartnerBrand]:
        self._call("brands")
        return [PartnerBrand("BR20250111000002", "苹果", "Apple"), PartnerBrand("BR1", None, "HUAWEI")]

    async def list_stock(self, *, device: str, brand: str) -> list[StockRow]:
        self._call(f"stock {device} {brand}")
        return self.listed.get((device, brand), [])

    def _call(self, name: str) -> None:
        self.calls.append(name)
        if self.trouble:
            raise self.trouble.pop(0)
