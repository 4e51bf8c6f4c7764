"""A print partner that behaves like the real one, as part of the product: for demonstrations, tests and benches."""

from makeline.adapters.print_partner.simulator.server import Simulator, running, serve
from makeline.adapters.print_partner.simulator.settings import (
    DEMO_ACCOUNT,
    DEMO_KEY,
    DEMO_PASSWORD,
    SimulatorSettings,
    Switches,
)

__all__ = [
    "DEMO_ACCOUNT",
    "DEMO_KEY",
    "DEMO_PASSWORD",
    "Simulator",
    "SimulatorSettings",
    "Switches",
    "running",
    "serve",
]
