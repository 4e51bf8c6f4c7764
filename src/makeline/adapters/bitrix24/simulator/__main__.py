"""``python -m makeline.adapters.bitrix24.simulator --port 8102 --notify http://127.0.0.1:8000/bitrix/webhook``."""

import os
import sys
from pathlib import Path

from makeline.adapters.bitrix24.simulator.server import serve
from makeline.adapters.bitrix24.simulator.settings import PROFILES, PortalSettings, Switches
from makeline.foundation.simulation import serve_until_stopped, simulator_options, switches_told


def main() -> int:
    """Read the command line and serve; 2 when it makes no sense, 3 when the port is taken."""
    parser = simulator_options("CRM", port=8102, example='{"html": 3}')
    parser.add_argument("--notify", help="address that events are posted to; without it they are not")
    parser.add_argument("--data", type=Path, help="folder where it remembers; without it all is forgotten")
    parser.add_argument("--profile", choices=PROFILES, default="real")
    told = parser.parse_args()
    settings = PortalSettings(
        notify=told.notify,
        host=told.host,
        port=told.port,
        data_dir=told.data,
        # From the environment, never from the command line, which every user of a machine can read.
        token=os.environ.get("SIMULATED_CRM_TOKEN", ""),
        switches=switches_told(parser, told, Switches(), profile=told.profile),
    )
    return serve_until_stopped(lambda: serve(settings))


if __name__ == "__main__":
    sys.exit(main())
