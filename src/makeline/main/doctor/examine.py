"""The whole round: every check at once, each within its time, and told in one order."""

import asyncio
from collections.abc import Awaitable, Callable

from makeline.foundation.settings import Settings
from makeline.main.doctor.deployment import Deployment, opened
from makeline.main.doctor.diagnosis import Diagnosis, fail
from makeline.main.doctor.of_address import of_address
from makeline.main.doctor.of_database import of_database
from makeline.main.doctor.of_machine import of_cad_reader, of_disks, of_open_files, of_renderer
from makeline.main.doctor.of_neighbours import (
    of_crm,
    of_gateway,
    of_limits,
    of_mail,
    of_partner,
    of_scanner,
    of_stylist,
)
from makeline.main.doctor.of_replica import of_replica
from makeline.main.doctor.of_settings import of_settings
from makeline.main.doctor.of_storage import of_storage
from makeline.main.doctor.of_work import of_work

# The slowest reads a CAD file in a process that has to start first.
PATIENCE = 60.0
CHECKS: dict[str, Callable[[Deployment], Awaitable[list[Diagnosis]]]] = {
    "database": of_database,
    "replica": of_replica,
    "promises": of_work,
    "storage": of_storage,
    "limits": of_limits,
    "address": of_address,
    "partner": of_partner,
    "payments": of_gateway,
    "crm": of_crm,
    "mail": of_mail,
    "scanner": of_scanner,
    "stylist": of_stylist,
    "disks": of_disks,
    "open-files": of_open_files,
    "cad": of_cad_reader,
    "prints": of_renderer,
}


async def examine_deployment(settings: Settings, names: list[str] | None = None) -> list[Diagnosis]:
    """What is found, settings first; ``names`` are the ``CHECKS`` to make, all by default."""
    chosen = [name for name in CHECKS if not names or name in names]
    async with opened(settings) as deployment:
        rounds = await asyncio.gather(*(_within(name, deployment) for name in chosen))
    return [*of_settings(settings), *(diagnosis for found in rounds for diagnosis in found)]


async def _within(name: str, deployment: Deployment) -> list[Diagnosis]:
    try:
        async with asyncio.timeout(PATIENCE):
            return await CHECKS[name](deployment)
    except TimeoutError:
        return [
            fail(name, f"no answer within {PATIENCE:g} s", "a firewall that drops, or a machine that drowns")
        ]
    except Exception as error:
        # A check that stumbles is a finding, too, and the others go on.
        return [fail(name, f"{type(error).__name__}: {error}"[:300], "see the log of the server")]
