"""Facts that contradict each other: what each kind means, what to look at, and the decision of staff with its reason."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from starlette.responses import Response

from makeline.admin.kinds import Kinds
from makeline.admin.lists import ROWS, cursor, cut, days_wanted
from makeline.admin.page import Group, Page, Post
from makeline.admin.questions.actors import names_of_actors
from makeline.admin.questions.anomalies import anomalies_by_kind, anomalies_page, anomaly_by_id
from makeline.admin.questions.subjects import place_of
from makeline.admin.visit import Visit
from makeline.foundation.anomalies import Anomaly, Outcome, settle_anomaly
from makeline.foundation.unit_of_work import Reading
from makeline.kernel.errors import FieldProblem, Invalid

_AT = "/staff/anomalies/{anomaly_id}"


class Doubt(NamedTuple):
    """One of them as the page shows it: ``path`` is where its subject is looked at, empty where there is no page."""

    anomaly: Anomaly
    path: str
    names: Mapping[str, str]


async def show(visit: Visit) -> Response:
    """What waits, or what was settled."""
    settled = visit.query("settled") == "yes"
    wish: Mapping[str, Any] = {
        "settled" if settled else "open": True,
        "kind": visit.query("kind") or None,
        **days_wanted(visit),
    }

    def look(unit: Reading) -> tuple[Sequence[Anomaly], Mapping[str, int]]:
        rows = anomalies_page(unit, wish, limit=ROWS + 1, before_id=cursor(visit))
        return rows, anomalies_by_kind(unit, wish)

    rows, tally = await visit.read(look)
    kinds = Kinds(visit)
    return visit.render(
        "anomalies.html",
        cut=cut(rows),
        tally_options=[(kind, f"{kinds.name(kind)} ({count})") for kind, count in _most_first(tally)],
        settled=settled,
        kinds=kinds,
    )


async def show_one(visit: Visit) -> Response:
    """One of them, with the form that settles it."""

    def look(unit: Reading) -> Doubt:
        found = anomaly_by_id(unit, visit.id("anomaly_id"))
        actors = [found.settled_by] if found.settled_by else []
        return Doubt(found, place_of(unit, found.subject), names_of_actors(unit, actors))

    doubt = await visit.read(look)
    return visit.render(
        "anomaly.html",
        one=doubt.anomaly,
        path=doubt.path,
        names=doubt.names,
        kinds=Kinds(visit),
        outcomes=[(word.value, visit.say(f"outcome_{word.value}")) for word in Outcome],
    )


async def settle(visit: Visit) -> Response:
    """Off the list, with who decided and why; nothing else changes."""
    anomaly_id, said = visit.id("anomaly_id"), visit.form.text("outcome")
    if said not in tuple(Outcome):
        raise Invalid(FieldProblem("outcome", "choose what was done about it", said[:40]))
    outcome, note = Outcome(said), visit.form.text("note")
    await visit.begin(lambda unit: settle_anomaly(unit, anomaly_id, outcome=outcome, note=note))
    return visit.go("/staff/anomalies", "anomaly_settled")


def _most_first(tally: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(tally.items(), key=lambda each: (-each[1], each[0]))


PAGE = Page("/staff/anomalies", "anomalies", show, group=Group.WORK, key="a")
ONE = Page(_AT, "anomaly", show_one, posts=(Post(f"{_AT}/settle", settle),))
