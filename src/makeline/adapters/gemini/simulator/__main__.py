"""``python -m makeline.adapters.gemini.simulator --port 8104``; then ``GEMINI_KEY=simulated-gemini-key
GEMINI_BASE_URL=http://127.0.0.1:8104 makeline run``."""

import argparse
import json
import sys

from makeline.adapters.gemini.simulator.server import serve
from makeline.adapters.gemini.simulator.switches import Switches, UnknownSwitch


def main() -> int:
    """Read the command line and serve; 2 when it makes no sense, 3 when the port is taken."""
    parser = argparse.ArgumentParser(prog="Gemini simulator")
    parser.add_argument("--host", default="127.0.0.1", help="keep it on loopback: its key is public")
    parser.add_argument("--port", type=int, default=8104)
    parser.add_argument("--switches", default="{}", help='JSON, as POST /control takes: {"plan": ["busy"]}')
    told = parser.parse_args()
    try:
        switches = Switches().changed(json.loads(told.switches))
    except (UnknownSwitch, ValueError, TypeError) as error:
        parser.error(str(error))
    try:
        serve(told.host, told.port, switches)
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
