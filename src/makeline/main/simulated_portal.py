"""The simulated portal of sales people beside the embedded default: a process of its own, on a socket of its own."""

from collections.abc import Generator
from contextlib import contextmanager

from makeline.foundation.settings import Settings
from makeline.foundation.settings_groups import listed
from makeline.main.process_beside import process_beside


@contextmanager
def simulated_portal(settings: Settings) -> Generator[None]:
    """It runs as long as the block does; nothing is started where a real portal is set, or none is wanted."""
    if not settings.simulates_crm:
        yield
        return
    tokens = listed(settings.crm.crm_application_tokens.get_secret_value())
    with process_beside(
        "makeline.adapters.bitrix24.simulator",
        ["--notify", f"{settings.own_url}/bitrix/webhook"],
        port=settings.crm_simulator_port,
        who="CRM",
        folder=settings.place.data_dir / "portal",
        secrets={"SIMULATED_CRM_TOKEN": tokens[0] if tokens else ""},
    ):
        yield
