"""Under which address others reach this machine."""

import socket
from collections.abc import Callable

# Reserved for examples: nobody is there, and choosing a way to it sends nothing.
_SOMEWHERE = ("192.0.2.1", 9)
_EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - recognised, not listened on


def network_address() -> str | None:
    """The address of this machine in its network; None where there is none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_SOMEWHERE)
        except OSError:
            return None
        address: str = probe.getsockname()[0]
    return None if address.startswith("127.") else address


def public_url(host: str, port: int, find: Callable[[], str | None] = network_address) -> str:
    """What links say when nobody has set it: where ``host`` means every address, the one in the network.

    Empty: the listening address itself will do.
    """
    found = find() if host in _EVERYWHERE else None
    return f"http://{found}:{port}" if found else ""
