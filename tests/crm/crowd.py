"""Many people, firms, orders and wishes to be called, and a line to a portal on which nobody waits for the time."""

from collections import Counter
from dataclasses import dataclass
from math import ceil

from makeline.commerce.accounts.models import COMPANY_FIELDS, users
from makeline.commerce.accounts.states import ROLES, PersonKind, Role
from makeline.commerce.orders.models import Line
from makeline.commerce.orders.place import place_order
from makeline.crm.models import SyncStatus
from makeline.crm.push import drain
from makeline.crm.queries import tallies
from makeline.crm.records import Entity
from makeline.crm.upkeep import Upkeep
from makeline.crm.want import want, want_user
from makeline.foundation.database import Database
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.parts.call_requests.agreement import VERSION
from makeline.parts.call_requests.request_call import CallWish, request_call
from makeline.parts.ordering.models import DeliveryKind, part_orders
from tests.adapters.bitrix24.portals import Line as CrmLine
from tests.given import BASE_URL

UPKEEP = Upkeep(BASE_URL)
_HASH = "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA"
_NOTHING = dict.fromkeys(("recipient", "phone", "street", "city", "postcode", "country"), "")


@dataclass(frozen=True)
class Crowd:
    """How many of each; ``firms`` of the people have one, orders have two lines each."""

    people: int
    firms: int
    orders: int
    calls: int

    @property
    def entities(self) -> int:
        """Records that shall be over there."""
        return self.people + self.firms + self.orders + self.calls

    def needed(self) -> Counter[str]:
        """Calls that no way of sending them gets by without: each is looked for, fifty or twenty at a time, and made."""
        of_firms = (
            sum(number % self.people < self.firms for number in range(self.orders)) if self.people else 0
        )
        kinds = (self.people, self.firms, self.orders, self.calls)
        return Counter(
            {
                "crm.item.list": sum(ceil(count / 50) for count in kinds),
                "crm.duplicate.findbycomm": 2 * ceil(self.people / 20),
                "crm.requisite.list": 2 * ceil(self.firms / 50) + ceil(of_firms / 50),
                "crm.requisite.bankdetail.list": ceil(of_firms / 50),
                "crm.requisite.link.register": of_firms,
                "crm.item.add": self.entities,
                "crm.requisite.add": self.firms,
                "crm.item.productrow.set": self.orders,
            }
        )

    async def gather(self, database: Database) -> None:
        """All of them come in, and shall be sent."""
        first = await database.begin(self._people, actor="test")
        for start in range(0, max(self.orders, self.calls), 500):
            await database.begin(
                lambda unit, start=start: self._wishes(unit, first, range(start, start + 500)), actor="test"
            )

    def _people(self, unit: UnitOfWork) -> int:
        first = 0
        for number in range(self.people):
            user_id = unit.new_id(users)
            first = first or user_id
            firm = number < self.firms
            told = {"company_name": f"Firm {number}", "inn": inn(number)} if firm else {}
            unit.add(
                users,
                id=user_id,
                username=f"crowd{number}",
                name_key=f"crowd{number}",
                email=f"crowd{number}@example.com",
                full_name=f"Anna {number}",
                phone=f"+4420{number:08d}",
                kind=PersonKind.LEGAL if firm else PersonKind.INDIVIDUAL,
                role=Role.CUSTOMER,
                password_hash=_HASH,
                created_at=unit.now,
                **{name: told.get(name, "") for name in COMPANY_FIELDS},
            )
            unit.move(ROLES, user_id, None, Role.CUSTOMER, cause="test")
            if firm:
                want_user(unit, user_id)
            else:
                want(unit, Entity.CONTACT, user_id)
        return first

    def _wishes(self, unit: UnitOfWork, first: int, numbers: range) -> None:
        for number in numbers:
            if number < self.orders:
                order_id = an_order(unit, first + number % self.people if self.people else None)
                want(unit, Entity.DEAL, order_id)
            if number < self.calls:
                wish = CallWish(f"Bo {number}", f"+4430{number:07d}", "CNC", "", "", VERSION)
                want(unit, Entity.LEAD, request_call(unit, wish, user_id=None).id)


def an_order(unit: UnitOfWork, user_id: int | None) -> int:
    """Somebody orders two parts; returns its id."""
    lines = [Line("Bracket", 2, 1000, {"part": 1000}), Line("Plate", 1, 350, {"part": 350})]
    order, _ = place_order(
        unit, storefront="parts", lines=lines, currency="RUB", is_test=False, cause="test", user_id=user_id
    )
    told = {"special_instructions": "", "po_number": "", "delivery": DeliveryKind.COLLECTION, **_NOTHING}
    unit.add(part_orders, order_id=order.id, **told)
    return order.id


def inn(number: int) -> str:
    """A number of a firm; its check digit is right."""
    digits = f"{770_000_000 + number:09d}"
    weights = (2, 4, 10, 3, 5, 9, 4, 6, 8)
    return digits + str(sum(int(one) * weight for one, weight in zip(digits, weights, strict=True)) % 11 % 10)


async def drained(database: Database, line: CrmLine) -> float:
    """Send until nothing waits; returns how many seconds went by on the line's clock."""
    began = line.time()
    while True:
        done = await drain(
            database.begin, line.crm, most=1_000_000, seconds=600, public_url=UPKEEP.public_url
        )
        if not await database.read(waiting):
            return line.time() - began
        slowed = line.crm.slowed()
        if not done.processed or slowed:
            await line.time.sleep(slowed.seconds if slowed else 1)


def waiting(unit: Reading) -> int:
    """How many things are still on their way."""
    return sum(
        tally.count for tally in tallies(unit) if tally.status not in (SyncStatus.DONE, SyncStatus.DEAD)
    )
