"""The tool that cuts hosts off: its network does what it says, and its balancer leaves alone who is not ready."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from tests.faults.customers import Away, Line, Unanswered
from tools.hosts.balancer import Balancer

# In a process of its own: threads that change their network must not be those of other tests.
TRY = """
import signal, socket, subprocess, sys
from tools.hosts.network import Network, NotPermitted

before = socket.if_nameindex()
try:
    network = Network.build({"east": "10.77.0.11", "west": "10.77.0.12"})
except NotPermitted as error:
    print("not permitted:", error)
    sys.exit()
east, west = network.hosts["east"], network.hosts["west"]
with east.inside():
    door = socket.create_server(("10.77.0.11", 7))
    guest = subprocess.Popen(["sleep", "60"])

def reaches():
    with west.inside():
        try:
            socket.create_connection(("10.77.0.11", 7), timeout=0.15).close()
        except TimeoutError:
            return False
        return True

print("built", reaches(), guest.pid in east.processes(), guest.pid in west.processes())
for way in ("cut", "mute", "deafen"):
    getattr(network, way)(east)
    cut = reaches()
    network.mend(east)
    print(way, cut, reaches())
print("here as before", socket.if_nameindex() == before)
network.close()
print("ended by", signal.Signals(-guest.wait(5)).name)
"""


def test_hosts_are_cut_and_mended_in_each_direction_and_nothing_of_them_stays():
    done = subprocess.run([sys.executable, "-c", TRY], capture_output=True, text=True, check=True)
    if done.stdout.startswith("not permitted"):
        pytest.skip(done.stdout)
    ways = [f"{way} False True" for way in ("cut", "mute", "deafen")]
    assert done.stdout.splitlines() == [
        "built True True False",
        *ways,
        "here as before True",
        "ended by SIGKILL",
    ]


class Server:
    """Answers its own name, or nothing; ``ready`` is what it says of itself."""

    def __init__(self, name: str) -> None:
        self.name, self.ready, self.silent = name, True, False
        self._writers: list[asyncio.StreamWriter] = []

    @asynccontextmanager
    async def open(self) -> AsyncIterator[int]:
        server = await asyncio.start_server(self._visit, "127.0.0.1", 0)
        yield server.sockets[0].getsockname()[1]
        server.close()
        for writer in self._writers:
            writer.close()
        await server.wait_closed()

    async def _visit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        while not self.silent:
            try:
                head = await reader.readuntil(b"\r\n\r\n")
            except (asyncio.IncompleteReadError, OSError):
                break
            if self.silent:
                # The connection stays open, and nothing comes.
                break
            status = 200 if self.ready or b"/ready" not in head else 503
            body = b'"%b"' % self.name.encode()
            writer.write(b"HTTP/1.1 %d x\r\ncontent-length: %d\r\n\r\n%b" % (status, len(body), body))


async def test_the_balancer_gives_each_request_to_the_next_who_is_ready_and_frees_who_waits_for_the_silent():
    one, two = Server("one"), Server("two")
    async with one.open() as first, two.open() as second:
        places = [("127.0.0.1", first), ("127.0.0.1", second)]
        async with Balancer(places, port=0, every=0.01, patience=0.3) as balancer:
            line = Line(balancer.port)

            async def told() -> str:
                _, answer = await line.call("GET", "/")
                return str(answer)

            await _until(lambda: all(backend.well for backend in balancer.backends))
            assert {await told(), await told()} == {"one", "two"}
            one.ready = False
            await _until(lambda: not balancer.backends[0].well)
            assert [await told() for _ in range(3)] == ["two"] * 3
            two.silent = True
            with pytest.raises(Unanswered):
                await told()
            await _until(lambda: not balancer.backends[1].well)
            with pytest.raises(Away):
                await told()
            two.silent = False
            await _until(lambda: balancer.backends[1].well)
            assert await told() == "two"
            line.hang_up()


async def _until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not true():
            await asyncio.sleep(0.01)
