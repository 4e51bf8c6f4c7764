"""What is measured at each size: work of customers, of staff and of the clock, as the product does it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import func, select

from makeline.adapters.print_partner.routes.stock import StockBoard
from makeline.admin.pages.search import Wanted, search
from makeline.admin.pages.today import _look, day_starts
from makeline.admin.questions.fleet_board import fleet_board
from makeline.admin.questions.orders import orders_by_status, orders_page
from makeline.cases.catalog.queries import catalogue
from makeline.cases.kiosk.ask import LATE, _hanging
from makeline.cases.kiosk.close import expire_sessions
from makeline.cases.kiosk.notice import apply_waiting_notices
from makeline.cases.machines.audit import forget_old_signed_calls
from makeline.cases.machines.condition import PrinterState
from makeline.cases.machines.heartbeat import record_heartbeat
from makeline.cases.machines.models import Machine
from makeline.cases.machines.queries import fleet
from makeline.cases.privacy.purge import purge
from makeline.cases.privacy.uses import uses_of
from makeline.cases.production.ask import _SILENT
from makeline.cases.production.print_partner import PaymentStatus
from makeline.cases.production.print_time import print_time_at
from makeline.cases.stock.listing import StockRow
from makeline.cases.stock.queries import shells_in
from makeline.cases.stock.reserve import shelf_topic
from makeline.cases.stock.shelves import Shelves
from makeline.cases.stock.sync import _Due, _heard
from makeline.cases.stock.sync import _due as sync_due
from makeline.commerce.files.models import FileKind, StoredFile, stored_files
from makeline.commerce.orders.models import orders
from makeline.foundation.dispatch import _claim
from makeline.foundation.promises import finish, forget_kept_promises
from makeline.foundation.statements import Query
from makeline.main.figures import take_figures
from makeline.main.invariants import violations
from makeline.parts.geometry.models import part_files
from makeline.parts.geometry.queries import files_page
from tests.faults.floor import WIDE, load, put_up
from tests.given import Given
from tools.growth.history import APPLE, CLOCKS, listed

_PLENTY = 1_000_000
_PAGE = 51
# A hundred pages back.
_FAR = 100 * _PAGE
_SILENCE = timedelta(minutes=10)
_LEASE = timedelta(seconds=60)

Work = Callable[[int], Awaitable[object]]
_MIDDLE: Query[tuple[int]] = Query(
    select(orders.c.id).order_by(orders.c.id.desc()).offset(_FAR).limit(1), tuple
)
_NUMBER: Query[tuple[int, str]] = Query(
    select(orders.c.id, orders.c.number).order_by(orders.c.id.desc()).limit(1), tuple
)
_PICTURE = Query(
    select(stored_files)
    .where(stored_files.c.kind == FileKind.PICTURE)
    .order_by(stored_files.c.id.desc())
    .limit(1),
    StoredFile,
)
_OWNER: Query[tuple[int]] = Query(select(func.max(part_files.c.owner_id)), tuple)


@dataclass(frozen=True)
class Operation:
    """One kind of work. ``prepare`` makes what ``count`` turns need, outside the measured time; ``once``: it takes
    so long that it is measured once."""

    name: str
    group: str
    work: Work
    count: int
    prepare: Callable[[int], Awaitable[None]] | None = None
    once: bool = False


@dataclass
class Shop:
    """An open shop of some size, with what its operations need."""

    given: Given
    keys: list[str] = field(default_factory=list)
    references: list[str] = field(default_factory=list)
    number: str = ""
    far: int = 0
    owner: int = 0
    rows: Sequence[StockRow] = ()
    picture: StoredFile = field(init=False)
    kiosks: list[Machine] = field(default_factory=list)
    beats: int = 0

    async def furnish(self) -> None:
        """A kiosk wide enough for what is measured, and the things that are looked at."""
        given = self.given
        await given.database.begin(lambda unit: put_up(unit, room=_PLENTY), actor="growth")
        await given.database.begin(lambda unit: load(unit, blanks=_PLENTY), actor="growth")
        ((_, self.number),) = await given.rows(_NUMBER)
        far = await given.rows(_MIDDLE)
        self.far = far[0][0] if far else 0
        ((self.owner,),) = await given.rows(_OWNER)
        (self.picture,) = await given.rows(_PICTURE)
        self.kiosks = list((await given.database.read(fleet)).by_id.values())
        self.rows = listed(await given.database.read(catalogue))

    async def sessions(self, count: int) -> None:
        """Customers with a picture, who have not chosen yet."""
        self.keys = []
        for _ in range(count):
            session = await self.given.session(WIDE)
            await self.given.picture(session.key, b"a picture that is there")
            self.keys.append(session.key)

    async def sale(self, turn: int) -> None:
        """The three calls."""
        key = self.keys[turn]
        await self.given.summary(key)
        await self.given.payment(key)
        await self.given.confirmed(key, transaction=f"TXN_{key[-10:]}")

    async def payments(self, count: int) -> None:
        """Customers at the terminal."""
        await self.sessions(count)
        self.references = []
        for key in self.keys:
            await self.given.summary(key)
            self.references.append((await self.given.payment(key)).payment.reference)

    async def pay_status(self, turn: int) -> None:
        """The partner tells that a payment was made."""
        await self.given.notice(self.references[turn], PaymentStatus.PAID)

    async def heartbeat(self, turn: int, *, of: int | None = None) -> None:
        """A kiosk says how it is; its word differs from its last unless it is the first of all, number ``of``."""
        machine = self.kiosks[(turn if of is None else of) % len(self.kiosks)]
        self.beats += of is None
        await self.given.database.begin(
            lambda unit: record_heartbeat(
                unit,
                machine,
                silence=_SILENCE,
                state=PrinterState.IDLE,
                reasons=[],
                consumables=[{"name": "ink", "level_percent": self.beats % 100}],
                software="4.2",
                capabilities={},
            ),
            actor=machine.key,
        )

    async def listing(self, turn: int) -> None:
        """The partner tells what lies in one kiosk; then somebody asks what he can have there."""
        machine = self.kiosks[-1 - turn % len(self.kiosks)]
        await self.given.database.begin(_heard(_Due(machine, APPLE), self.rows), actor="print partner")
        await self.given.database.read(lambda unit: shells_in(unit, machine.id))

    async def promises(self, _turn: int) -> None:
        """Claim what is due and tick it off, as the worker does."""

        def keep(unit) -> None:
            for claimed in _claim(unit, 16, _LEASE):
                finish(unit, claimed.id)

        await self.given.database.begin(keep, actor="worker")


def operations(shop: Shop) -> Sequence[Operation]:
    """Everything that is measured, in the order in which it is told."""
    given = shop.given
    read, begin = given.database.read, given.database.begin

    def asked(question) -> Work:
        return lambda _turn: read(question)

    def chore(verb) -> Work:
        return lambda _turn: begin(verb, actor="clock")

    board = StockBoard(given.database, Shelves(given.database))

    async def stock(turn: int) -> object:
        given.database.changes.hear([shelf_topic(shop.kiosks[turn % len(shop.kiosks)].id)])
        return await board.answer(await given.operator())

    starts = day_starts(given.database.clock(), "Europe/London")
    kept = timedelta(days=14)
    wish: Mapping[str, object] = {}
    return (
        Operation("sale in three calls", "sale", shop.sale, 40, shop.sessions),
        Operation("payStatus", "sale", shop.pay_status, 20, shop.payments),
        Operation("session status", "sale", lambda turn: given.session_now(shop.keys[turn % len(shop.keys)]), 100),
        Operation("promises: claim and tick off", "sale", shop.promises, 20),
        Operation("print time of a machine", "sale", asked(lambda unit: print_time_at(unit, 8)), 20),
        Operation("a visit ends", "sale", lambda turn: given.closed(shop.keys[turn]), 10, shop.sessions),
        Operation("who uses a picture", "chores", asked(lambda unit: uses_of(unit, shop.picture)), 5),
        Operation("stock-status, after a sale", "kiosks", stock, 5),
        Operation("machines of staff", "kiosks", asked(lambda unit: fleet_board(unit, silence=_SILENCE)), 3),
        Operation("sync: what to ask", "kiosks", chore(lambda unit: sync_due(unit, ())), 3),
        Operation("sync: one answer", "kiosks", shop.listing, 5),
        Operation("heartbeat with news", "kiosks", shop.heartbeat, 100),
        Operation("heartbeat, the same again", "kiosks", lambda turn: shop.heartbeat(turn, of=0), 100),
        Operation("figures of the shop", "kiosks", lambda _turn: take_figures(given.database, silence=_SILENCE), 3),
        Operation("Today", "staff", asked(lambda unit: _look(unit, starts[-1], _SILENCE)), 5),
        Operation("orders, first page", "staff", asked(lambda unit: orders_page(unit, wish, limit=_PAGE, before_id=None)), 20),
        Operation("orders, hundredth page", "staff", asked(lambda unit: orders_page(unit, wish, limit=_PAGE, before_id=shop.far)), 20),
        Operation("orders by status", "staff", asked(lambda unit: orders_by_status(unit, wish)), 5),
        Operation("search", "staff", asked(lambda unit: search(unit, Wanted(shop.number[:12], "stripe"))), 20),
        Operation("files of an owner", "staff", asked(lambda unit: files_page(unit, shop.owner, limit=20, before_id=None)), 20),
        Operation("chore: expire sessions", "chores", chore(expire_sessions), 10),
        Operation("chore: waiting notices", "chores", chore(apply_waiting_notices), 10),
        Operation("chore: hanging payments", "chores", chore(lambda unit: _hanging(unit, LATE)), 10),
        Operation(
            "chore: silent prints",
            "chores",
            chore(lambda unit: unit.all(_SILENT, late=unit.now - _SILENCE, now=unit.now)),
            10,
        ),
        Operation("chore: purge of pictures", "chores", lambda _turn: purge(begin, read, given.storage, CLOCKS), 3),
        Operation("chore: kept promises", "chores", chore(lambda unit: forget_kept_promises(unit, older_than=kept)), 5),
        Operation("chore: signed calls", "chores", chore(forget_old_signed_calls), 5),
        Operation("verify", "whole", asked(violations), 1, once=True),
    )  # fmt: skip
