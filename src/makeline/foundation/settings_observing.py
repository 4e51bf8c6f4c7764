"""How a process lets itself be looked at."""

from pydantic import Field

from makeline.foundation.settings_base import Group


class ObservingSettings(Group):
    """Metrics of each process, and traces over all of them."""

    metrics_port: int = Field(
        0, ge=0, le=65535, description="port of /metrics alone, for workers above all; 0: none"
    )
    metrics_host: str = Field("127.0.0.1", description="address that METRICS_PORT listens on")
