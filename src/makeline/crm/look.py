"""See whether the CRM is as it has to be, before anything is sent; nothing is made there."""

from functools import partial

from makeline.crm.gateway import Crm, CrmMisconfigured, CrmTrouble
from makeline.crm.line import report_trouble
from makeline.foundation.unit_of_work import Begin


async def look_at_portal(begin: Begin, crm: Crm) -> None:
    """What staff has to put right is told at once; a CRM that is away is none of that."""
    try:
        await crm.probe()
    except CrmMisconfigured as trouble:
        await begin(partial(report_trouble, reason=trouble.reason), actor="crm")
    except CrmTrouble:
        pass
