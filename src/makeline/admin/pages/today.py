"""Today at a glance."""

from starlette.responses import Response

from makeline.admin.page import Group, Page
from makeline.admin.visit import Visit
from makeline.foundation.anomalies import tally_of_anomalies


async def show(visit: Visit) -> Response:
    """What waits for staff."""
    anomalies = await visit.read(tally_of_anomalies)
    return visit.render("today.html", anomalies=sum(tally.count for tally in anomalies))


PAGE = Page("/staff", "today", show, group=Group.TODAY, key="t")
