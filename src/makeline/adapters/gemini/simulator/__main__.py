"""``python -m makeline.adapters.gemini.simulator --port 8104``; then ``GEMINI_KEY=simulated-gemini-key
GEMINI_BASE_URL=http://127.0.0.1:8104 makeline run``."""

import sys

from makeline.adapters.gemini.simulator.server import serve
from makeline.adapters.gemini.simulator.switches import Switches
from makeline.foundation.simulation import serve_until_stopped, simulator_options, switches_told


def main() -> int:
    """Read the command line and serve; 2 when it makes no sense, 3 when the port is taken."""
    parser = simulator_options("Gemini", port=8104, example='{"plan": ["busy"]}')
    told = parser.parse_args()
    switches = switches_told(parser, told, Switches())
    return serve_until_stopped(lambda: serve(told.host, told.port, switches))


if __name__ == "__main__":
    sys.exit(main())
