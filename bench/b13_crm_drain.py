"""B13: ten thousand people, firms, orders and wishes to be called go into a CRM as fast as its limits let them."""

from bench.case import Case, Goal, Role, Summary
from bench.crm_drains import CROWD, drain_contender, naive_contender


def _near_the_bound(summary: Summary) -> bool:
    lines = [line for line in summary.lines if line.contender.role is Role.OURS]
    return all(one.facts["share of the bound"] >= 0.95 for line in lines for one in line.rounds)


def _never_refused(summary: Summary) -> bool:
    return all(one.facts["limit answers"] == 0 for line in summary.lines for one in line.rounds)


def _much_faster(summary: Summary) -> bool:
    return summary.ours.rate >= 30 * summary.first(Role.PEER).rate


CASE = Case(
    id="B13",
    title=f"{CROWD.entities:,} records into a CRM with the limits of the real one",
    unit="records",
    contenders=(
        drain_contender("a call works 0.005 s", seconds_per_call=0.005),
        drain_contender("a call works 0.05 s", seconds_per_call=0.05),
        drain_contender("a call works 0.5 s", seconds_per_call=0.5),
        drain_contender("0.05 s, batches charged too", seconds_per_call=0.05, batch_work="both"),
        drain_contender("0.5 s, batches charged too", seconds_per_call=0.5, batch_work="both"),
        naive_contender("one call for each, 0.005 s"),
    ),
    goals=(
        Goal("at least 95 % of what the two limits let through", _near_the_bound),
        Goal("no limit is ever answered", _never_refused),
        Goal("at least 30 times one call for each", _much_faster),
    ),
    seconds=0.0,
    note=(
        "Seconds are those of a clock that sleeping moves: the database, our pace and the portal's limits read it, so that "
        "hours need not be waited for; the calls themselves go over a real socket, to SQLite with fsync. The portal lets "
        "in two requests a second after the first fifty, fifty calls in each, and 480 s of work for each method in ten "
        "minutes. The bound is the time that the calls nobody gets by without take at fifty calls a request and the "
        "portal's two requests a second, and at its seconds of work; the shortest time supposes besides that the first "
        "fifty requests are free, which ours nearly are: 3,500 people of whom 1,000 have a firm with its requisites, 4,000 orders "
        "with rows, 1,500 wishes to be called, each looked for before it is made. CPU is that of both sides."
    ),
)
