"""``python -m tools.hosts.wire PORT HOST PORT``: a port of this host's loopback address that leads to another host.

The simulated Stripe is asked at loopback alone; here it lives on a host that can be cut off.
"""

import asyncio
import sys

from tests.servers.relay import Relay


async def main(at: int, host: str, port: int) -> None:
    """Until somebody ends it."""
    async with Relay(port, host=host, at=at):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
