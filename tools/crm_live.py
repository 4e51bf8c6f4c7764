"""``make crm-live``: hold what we rely on against the portal that ``CRM_WEBHOOK_URL`` leads to."""

import asyncio
import sys

from makeline.foundation.settings import read_settings
from makeline.main.mirror import portal_client_of
from tools.crm_contract import CONTRACT, Portal, verdict


def main() -> int:
    """0 when the portal keeps all of it, 1 when it does not, 2 when there is none to ask."""
    settings = read_settings()
    client = None if settings.simulates_crm else portal_client_of(settings)
    if client is None:
        sys.stderr.write(
            "No portal is connected: set CRM_WEBHOOK_URL to the address of an incoming webhook.\n"
        )
        return 2
    portal = Portal(client, f"{settings.crm.crm_originator}-contract", settings.crm.crm_funnel)
    return asyncio.run(_hold(portal))


async def _hold(portal: Portal) -> int:
    broken = 0
    try:
        for name, clause in CONTRACT.items():
            wrong = await verdict(clause, portal)
            broken += wrong is not None
            sys.stdout.write(
                f"{'ok    ' if wrong is None else 'BROKEN'}  {name}{f': {wrong}' if wrong else ''}\n"
            )
    finally:
        await portal.client.close()
    sys.stdout.write(
        f"{len(CONTRACT)} points, {broken} broken. What was made carries the mark {portal.mark}.\n"
    )
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
