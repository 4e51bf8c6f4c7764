"""``python -m makeline.adapters.stripe.simulator --port 8103 --notify http://127.0.0.1:8000/stripe/webhook``."""

import os
import sys
from pathlib import Path

from makeline.adapters.stripe.simulator.server import serve
from makeline.adapters.stripe.simulator.settings import KEY, WEBHOOK_SECRET, SimulatorSettings, Switches
from makeline.foundation.simulation import serve_until_stopped, simulator_options, switches_told


def main() -> int:
    """Read the command line and serve; 2 when it makes no sense, 3 when the port is taken."""
    parser = simulator_options("Stripe", port=8103, example='{"copies": 3}')
    parser.add_argument("--notify", help="address that events are posted to; without it they are not")
    parser.add_argument("--data", type=Path, help="folder where it remembers; without it all is forgotten")
    told = parser.parse_args()
    settings = SimulatorSettings(
        notify=told.notify,
        host=told.host,
        port=told.port,
        data_dir=told.data,
        # From the environment, never from the command line, which every user of a machine can read.
        key=os.environ.get("SIMULATED_STRIPE_KEY", KEY),
        secret=os.environ.get("SIMULATED_STRIPE_SECRET", WEBHOOK_SECRET),
        switches=switches_told(parser, told, Switches()),
    )
    return serve_until_stopped(lambda: serve(settings))


if __name__ == "__main__":
    sys.exit(main())
