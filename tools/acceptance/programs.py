"""Runs the programs that stand in the documents, unchanged but for address, waiting and the machine's name."""

import io
import re
import time
import traceback
from collections.abc import Callable
from contextlib import redirect_stdout
from typing import Any

from tools.acceptance.documents import Document
from tools.acceptance.phone import PRICE, Phone
from tools.acceptance.server import Server
from tools.acceptance.sheet import Sheet

_ADDRESS = re.compile(r'(base_url=")https://[^"]+(")')
_SLEEP = re.compile(r"\btime\.sleep\(")
_MACHINE = "VM001"
_PATIENCE = 40.0
# What the kiosk's screen shows of a whole sale, in this order.
_SALE = (
    r"API Status: success",
    r"Available models: [1-9]\d*",
    r"Created session: {machine}_\d{{8}}_\d{{6}}_\w+",
    r"User registered: True",
    r"Session status: payment_pending, Progress: payment_reached",
    rf"Payment required: £{PRICE}",
    r"Payment confirmed! Order ID: ORDER_\w{{8,}}",
    r"Queue number: Q\d{{3}}",
    r"Session cleaned up: True",
    r"System status: healthy",
    r"Active sessions: \d+",
    # The program counts only "connected" and "configured" as healthy; "available" is the documented word for storage.
    r"WARNING: Unhealthy services: \[.*'image_storage'\]",
)


def run_client(sheet: Sheet, document: Document, server: Server, *, machine: str, address: str) -> str | None:
    """Run the client's three examples at one machine; answers the number of the order that it made."""
    (program,) = [text for text in document.programs() if "vending_machine_workflow_example" in text]
    phone = Phone(server.address)
    screen, fault = _run(program, machine, address, phone.look)
    what = f"the Python client at {machine}, {'with a key' if '@' in address else 'no key'}"
    missing = [f"it broke: {fault}"] if fault else []
    position = 0
    for line in _SALE:
        found = re.compile(line.format(machine=machine)).search(screen, position)
        if found is None:
            missing.append(f"it does not say {line.format(machine=machine)}")
        else:
            position = found.end()
    sheet.add(document.name, None, what, missing)
    # The simulated partner shows a key with his notices, so that he is heard at a real machine, too.
    if not missing:
        sheet.add(document.name, None, f"the case of {machine} is printed and handed out", _handed_out(phone))
    order = re.search(r"Order ID: (ORDER_\w+)", screen)
    return order.group(1) if order else None


def refuse_client(sheet: Sheet, document: Document, server: Server, *, machine: str) -> None:
    """The same client gets nothing at a real machine when nobody knows who it is."""
    (program,) = [text for text in document.programs() if "vending_machine_workflow_example" in text]
    screen, _ = _run(program, machine, server.address, lambda _: None)
    opened = "Created session" in screen
    what = f"the Python client at {machine} without a key is refused"
    sheet.add(document.name, None, what, ["it opened a session"] if opened else [])


def download(sheet: Sheet, document: Document, order_data: dict[str, Any]) -> None:
    """The documented function fetches the picture of an order."""
    (program,) = [text for text in document.programs() if "def download_design_image" in text]
    names: dict[str, Any] = {"__name__": "documented"}
    exec(compile(program, document.name, "exec"), names)
    try:
        picture = names["download_design_image"](order_data)
        problems = [] if picture.startswith(b"\x89PNG") else ["what it fetched is no PNG"]
    except Exception as error:
        problems = [f"it broke: {error!r}"]
    sheet.add(document.name, None, "the documented download function", problems)


def _run(
    program: str, machine: str, address: str, meanwhile: Callable[[str], None]
) -> tuple[str, str | None]:
    """What it printed, and what it broke with."""
    program = _ADDRESS.sub(rf"\g<1>{address}\g<2>", program).replace(_MACHINE, machine)
    program = _SLEEP.sub("_meanwhile(", program)
    screen = io.StringIO()
    names = {"__name__": "__main__", "_meanwhile": lambda _: meanwhile(screen.getvalue())}
    try:
        with redirect_stdout(screen):
            exec(compile(program, "documented client", "exec"), names)
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        return screen.getvalue(), f"{error!r} in {last.name}"
    return screen.getvalue(), None


def _handed_out(phone: Phone) -> list[str]:
    deadline = time.monotonic() + _PATIENCE
    state = None
    while time.monotonic() < deadline:
        state = phone.story()["order_status"]
        if state == "completed":
            return []
        # A customer's phone may ask about its session twice a second.
        time.sleep(1)
    return [f"after {_PATIENCE:g} s the order is {state}"]
