"""``python -m tools.acceptance FOLDER``: hold the documents in FOLDER against a fresh server.

Prints a table, keeps it in ``build/acceptance.md``, and ends with 1 when anything contradicts the documents or is not built.
"""

import argparse
import sys
from pathlib import Path

from rich.console import Console

from tools.acceptance.calls import Caller, compare_archives, compare_calls, run_commands
from tools.acceptance.comparison import differences
from tools.acceptance.documents import Document, read_document
from tools.acceptance.programs import download, refuse_client, run_client
from tools.acceptance.server import Server, running_server
from tools.acceptance.service_calls import compare_service
from tools.acceptance.service_document import read_service_document
from tools.acceptance.sheet import Sheet

_REPORT = Path("build") / "acceptance.md"
TEST_MACHINE, REAL_MACHINE = "VM001", "VM_LONDON_01"


def main() -> int:
    """Run the trial; 1 when something failed."""
    parser = argparse.ArgumentParser(prog="python -m tools.acceptance", description=__doc__)
    parser.add_argument("folder", type=Path, help="folder with the documents of partner and parts service")
    folder: Path = parser.parse_args().folder
    guide, api, images = (
        read_document(_the_one(folder, name))
        for name in ("partner-guide-*.md", "partner-api-*.md", "image-*.md")
    )
    service = read_service_document(_the_one(folder, "manufacturing-api-*.md"))
    sheet = Sheet()
    with running_server() as server:
        order = run_client(sheet, guide, server, machine=TEST_MACHINE, address=server.address)
        refuse_client(sheet, guide, server, machine=REAL_MACHINE)
        run_client(sheet, guide, server, machine=REAL_MACHINE, address=server.address_with_key)
        for document in (api, guide):
            # Both ways of saying which version one was written for: in the address, and in a header.
            run_commands(sheet, document, Caller(f"{server.address}/v{document.version}"))
            caller = Caller(server.address_with_key, version=document.version)
            compare_calls(sheet, document, caller)
            compare_archives(sheet, document, caller)
        if order is not None:
            _pictures(sheet, images, server, order)
        compare_service(sheet, service, server)
    sheet.write(_REPORT)
    sheet.show(Console(width=None if sys.stdout.isatty() else 180))
    print(f"kept in {_REPORT}")
    return 1 if sheet.failed or sheet.missing else 0


def _pictures(sheet: Sheet, document: Document, server: Server, order: str) -> None:
    """The data of an order, its picture by the documented function, and the refusal without a token."""
    caller = Caller(server.address_with_key)
    answer = caller.call("GET", "/api/chinese/order/orderData", params={"order_id": order})
    data = answer.json()
    for example in document.examples():
        problems = differences(data, example.body) if answer.status_code == 200 else [answer.text[:200]]
        sheet.add(document.name, example.line, f"orderData of {order}: answer", problems)
    if "pic" not in data:
        return
    download(sheet, document, data)
    bare = Caller(server.address).call("GET", data["pic"].partition("?")[0])
    missing = {"type": "missing", "loc": ["query", "token"], "msg": "Field required", "input": None}
    right = bare.status_code == 422 and bare.json() == {"detail": [missing]}
    sheet.add(document.name, None, "a picture without its token", [] if right else [bare.text[:200]])


def _the_one(folder: Path, pattern: str) -> Path:
    found = sorted(folder.glob(pattern))
    if len(found) != 1:
        raise SystemExit(f"{folder} holds {len(found)} documents called {pattern}, wanted is one")
    return found[0]


if __name__ == "__main__":
    sys.exit(main())
