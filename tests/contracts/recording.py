"""Recorded answers of the print partner, played back in order."""

import json
from contextlib import asynccontextmanager
from importlib.resources import files

from makeline.adapters.print_partner.client import PartnerClient
from makeline.adapters.print_partner.signature import verify
from makeline.adapters.print_partner.wire import WireAnswer
from tests.adapters.print_partner.partner_stage import (
    account,
)
from tests.adapters.print_partner.receiver import as_json

SAMPLES = files("makeline.adapters.print_partner") / "samples"


def sample(name):
    return json.loads((SAMPLES / f"{name}.json").read_text("utf-8"))


class Recorded:
    """Answers as they were recorded, and checks that what is sent is what was recorded with them."""

    def __init__(self, *names, key="LABKEY0000000000000000000000"):
        self.key = key
        self.samples = {}
        for recorded in map(sample, names):
            self.samples.setdefault(recorded["path"], []).append(recorded)
        self.sent = []

    async def post(self, path, headers, body):
        self.sent.append((path, headers.decode(), body))
        queue = self.samples[path]
        recorded = queue.pop(0) if len(queue) > 1 else queue[0]
        fields = dict(line.split(": ", 1) for line in headers.decode().split("\r\n") if line)
        assert verify(body, fields["sign"], key=self.key)
        assert fields["req_source"] == "en"
        assert ("Authorization" in fields) == (path != "user/login")
        if "request" in recorded:
            assert json.loads(body) == recorded["request"]
        return WireAnswer(200, as_json(recorded["answer"]))

    async def close(self):
        pass


EVERYTHING = (
    "user-login",
    "pay-data",
    "pay-status",
    "get-pay-status",
    "order-data",
    "get-order-status",
    "brand-list",
    "stock-list",
)


@asynccontextmanager
async def recorded_client(*names):
    wire = Recorded(*names)
    lab = account("https://partner.example/mobileShell/en", account="lab", password="lab", key=wire.key)
    yield PartnerClient(lab, wire=wire), wire
