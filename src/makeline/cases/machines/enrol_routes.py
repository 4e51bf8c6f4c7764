"""``POST /v1/machines/enrol``: a code becomes the machine's own key."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from makeline.cases.machines.enrol import NobodysMachine, enrol_machine
from makeline.cases.machines.scopes import Scope
from makeline.cases.machines.signatures import signing_secrets
from makeline.foundation.database import Database
from makeline.foundation.web.answers import json_answer
from makeline.foundation.web.body import read_body
from makeline.foundation.web.endpoint import Endpoint
from makeline.kernel.errors import Invalid, Unrecognised


class EnrolMachine(BaseModel):
    """The code as staff read it out; case, spaces and hyphens do not matter."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=40)]


class EnrolledMachine(BaseModel):
    """All that the machine needs to speak for itself; both secrets are shown this once."""

    success: bool
    machine_id: str
    equipment_id: str
    api_key: str
    signing_secret: str
    scopes: list[str]


@dataclass(frozen=True)
class EnrolDesk:
    """What enrolling needs of the house."""

    database: Database
    signing_keys: Sequence[bytes]

    async def enrol(self, request: Request) -> Response:
        """Good once; a lost answer needs another code."""
        body = await read_body(request, EnrolMachine)
        enrolled = await self.database.begin(lambda unit: enrol_machine(unit, body.code), actor="enrolment")
        answer = {
            "success": True,
            "machine_id": enrolled.machine.key,
            "equipment_id": enrolled.machine.device,
            "api_key": enrolled.key.text,
            "signing_secret": signing_secrets(self.signing_keys, enrolled.key.secret_hash)[0],
            "scopes": list(Scope),
        }
        return json_answer(answer, headers={"Cache-Control": "no-store"})


def enrol_endpoints(desk: EnrolDesk) -> tuple[Endpoint, ...]:
    """Setting a machine up."""
    return (
        Endpoint(
            "POST",
            "/v1/machines/enrol",
            desk.enrol,
            "A code becomes the machine's own key",
            "Machines",
            EnrolMachine,
            EnrolledMachine,
            refusals=(Unrecognised, NobodysMachine, Invalid),
        ),
    )
