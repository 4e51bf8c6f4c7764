"""``python -m makeline.adapters.print_partner.simulator --port 8101 --notify http://127.0.0.1:8000 --data DIR``."""

import os
import sys
from pathlib import Path

from makeline.adapters.print_partner.simulator.server import serve
from makeline.adapters.print_partner.simulator.settings import (
    DEMO_ACCOUNT,
    DEMO_KEY,
    DEMO_PASSWORD,
    PROFILES,
    SimulatorSettings,
    Switches,
)
from makeline.foundation.simulation import serve_until_stopped, simulator_options, switches_told


def main() -> int:
    """Read the command line and serve; 2 when it makes no sense, 3 when the folder is taken."""
    parser = simulator_options("print partner", port=8101, example='{"customer": "declines"}')
    parser.add_argument("--notify", help="base address of Makeline; without it no notices are sent")
    parser.add_argument("--data", type=Path, required=True, help="folder of its ledger")
    parser.add_argument("--profile", choices=tuple(PROFILES), default="demo")
    parser.add_argument("--shells", type=Path, help="another list of shells than the catalogue's")
    parser.add_argument("--device", action="append", default=[], help="a further device; may be repeated")
    told = parser.parse_args()
    settings = SimulatorSettings(
        data_dir=told.data,
        notify=told.notify,
        host=told.host,
        port=told.port,
        # From the environment, never from the command line, which every user of a machine can read.
        account=os.environ.get("SIMULATED_PARTNER_ACCOUNT", DEMO_ACCOUNT),
        password=os.environ.get("SIMULATED_PARTNER_PASSWORD", DEMO_PASSWORD),
        key=os.environ.get("SIMULATED_PARTNER_KEY", DEMO_KEY),
        notice_key=os.environ.get("SIMULATED_PARTNER_NOTICE_KEY", ""),
        devices=tuple(told.device),
        shells_file=told.shells,
        switches=switches_told(parser, told, Switches(), profile=told.profile),
    )
    return serve_until_stopped(lambda: serve(settings))


if __name__ == "__main__":
    sys.exit(main())
