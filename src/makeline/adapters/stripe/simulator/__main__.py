"""``python -m makeline.adapters.stripe.simulator --port 8103 --notify http://127.0.0.1:8000/stripe/webhook``."""

import argparse
import json
import os
import sys
from pathlib import Path

from makeline.adapters.stripe.simulator.server import serve
from makeline.adapters.stripe.simulator.settings import (
    KEY,
    WEBHOOK_SECRET,
    SimulatorSettings,
    Switches,
    UnknownSwitch,
)


def main() -> int:
    """Read the command line and serve; 2 when it makes no sense, 3 when the port is taken."""
    parser = argparse.ArgumentParser(prog="Stripe simulator")
    parser.add_argument("--host", default="127.0.0.1", help="keep it on loopback: its key is public")
    parser.add_argument("--port", type=int, default=8103)
    parser.add_argument("--notify", help="address that events are posted to; without it they are not")
    parser.add_argument("--data", type=Path, help="folder where it remembers; without it all is forgotten")
    parser.add_argument("--switches", default="{}", help='JSON, as POST /control takes: {"copies": 3}')
    told = parser.parse_args()
    try:
        switches = Switches().changed(json.loads(told.switches))
    except (UnknownSwitch, ValueError, AttributeError) as error:
        parser.error(str(error))
    settings = SimulatorSettings(
        notify=told.notify,
        host=told.host,
        port=told.port,
        data_dir=told.data,
        # From the environment, never from the command line, which every user of a machine can read.
        key=os.environ.get("SIMULATED_STRIPE_KEY", KEY),
        secret=os.environ.get("SIMULATED_STRIPE_SECRET", WEBHOOK_SECRET),
        switches=switches,
    )
    try:
        serve(settings)
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
