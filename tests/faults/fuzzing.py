"""Calls made up from the API description: good ones and bad ones, about things that exist and things that do not."""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import APIOperation, Case, GenerationMode, Response
from schemathesis.checks import (
    content_type_conformance,
    negative_data_rejection,
    not_a_server_error,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.core.failures import Failure, FailureGroup

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
BAD_CHECKS = [*CHECKS, negative_data_rejection]
# Both ways of saying which version of the documents one was written for.
_BASES = ("", "", "/v2.1", "/v2.2")
_VERSIONS = (None, None, "2.1", "2.2", "9")
_LONGEST_ANSWER = 20.0
_CALLS_WITH_ONE_WORLD = 6
# How often a made-up value gives way to one that means something.
_KNOWN = 0.75


@dataclass(frozen=True)
class Guest:
    """Somebody who calls, and how he shows who he is."""

    name: str
    headers: Mapping[str, str]


@dataclass
class World:
    """Values that mean something, by the names of the fields that hold them; grows while it is used up."""

    values: dict[str, list[Any]]
    grow: Callable[[], dict[str, list[Any]]]

    def refresh(self) -> None:
        """Make new things; the old ones stay."""
        for name, more in self.grow().items():
            self.values[name] = [*self.values.get(name, ()), *more]

    def known(self, name: str, chance: random.Random) -> Any:
        """A value for a field, latest first; None for a field that stands for nothing."""
        values = self.values.get(name)
        return chance.choice(values[-8:]) if values else None


@dataclass
class Tried:
    """What came of it; ``wrong`` maps each complaint to a command that shows it."""

    seed: int
    answers: Counter[int] = field(default_factory=Counter)
    wrong: dict[str, str] = field(default_factory=dict)

    @property
    def cases(self) -> int:
        return sum(self.answers.values())

    def __str__(self) -> str:
        by_class = Counter(f"{status // 100}xx" for status in self.answers.elements())
        told = ", ".join(f"{count} × {name}" for name, count in sorted(by_class.items()))
        return f"{self.cases} calls ({told}), {by_class['5xx']} answers 5xx, {len(self.wrong)} failures"


Judge = Callable[[APIOperation, Guest, Case, Response], str | None]


def _forgetful() -> requests.Session:
    """Connections are kept, cookies are not: everybody shows only what he was given here."""
    session = requests.Session()
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return session


@dataclass
class Fuzz:
    """Everything that the calls need; ``judge`` says what else is wrong with an answer."""

    url: str
    guests: Sequence[Guest]
    world: World
    judge: Judge
    tried: Tried
    session: requests.Session = field(default_factory=_forgetful)

    def run(self, description: dict[str, Any], *, cases: int) -> None:
        """So many calls, as many to every path and method, good and bad ones."""
        schema = schemathesis.openapi.from_dict(description)
        ways = list(_ways(schema))
        each = max(1, -(-cases // len(ways)))
        for number, (operation, mode) in enumerate(ways):
            # A few calls use nothing up.
            if number % max(1, _CALLS_WITH_ONE_WORLD // each) == 0:
                self.world.refresh()
            self._call(operation, mode, each)
        self.session.close()

    def _call(self, operation: APIOperation, mode: GenerationMode, cases: int) -> None:
        @seed(self.tried.seed)
        @settings(
            max_examples=cases,
            deadline=None,
            database=None,
            # What was found is collected, so that one run tells everything; a changed world cannot be shrunk in.
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode), chance=st.integers(0, 2**32))
        def trial(case: Case, chance: int) -> None:
            self._try(operation, case, mode, random.Random(chance))

        trial()

    def _try(self, operation: APIOperation, case: Case, mode: GenerationMode, chance: random.Random) -> None:
        if _streams(operation):
            # It ends by itself only where nothing more can happen.
            case.path_parameters = {
                **(case.path_parameters or {}),
                "session_id": self.world.known("over", chance),
            }
        elif mode is GenerationMode.POSITIVE:
            _ground(case, self.world, chance)
        guest = chance.choice(self.guests)
        version = chance.choice(_VERSIONS)
        headers = {**guest.headers, **({"X-API-Version": version} if version else {})}
        answer = case.call(
            base_url=self.url + chance.choice(_BASES),
            headers=headers,
            session=self.session,
            timeout=_LONGEST_ANSWER,
            allow_redirects=False,
        )
        self.tried.answers[answer.status_code] += 1
        bad = mode is GenerationMode.NEGATIVE and not _is_a_probe(operation, answer)
        try:
            case.validate_response(answer, checks=BAD_CHECKS if bad else CHECKS)
        except (FailureGroup, Failure) as failed:
            for one in getattr(failed, "exceptions", [failed]):
                self._complain(f"{operation.label}: {type(one).__name__}: {one}", case, guest)
        complaint = self.judge(operation, guest, case, answer)
        if complaint is not None:
            self._complain(f"{operation.label}: {complaint}", case, guest)

    def _complain(self, complaint: str, case: Case, guest: Guest) -> None:
        self.tried.wrong.setdefault(complaint[:600], f"as {guest.name}: {case.as_curl_command()[:600]}")


def _ways(schema: Any) -> Iterator[tuple[APIOperation, GenerationMode]]:
    for result in schema.get_all_operations():
        operation = result.ok()
        if _streams(operation) and "{session_id}" not in operation.path:
            # A machine's news never end; whoever waits for the end of the answer cannot ask.
            continue
        yield operation, GenerationMode.POSITIVE
        if operation.query or operation.headers or operation.body:
            yield operation, GenerationMode.NEGATIVE


def _is_a_probe(operation: APIOperation, answer: Response) -> bool:
    """A blank body where none is needed: somebody tries whether we answer."""
    body = answer.request.body
    return (
        not (body or b"").strip() and operation.definition.raw.get("requestBody", {}).get("required") is False
    )


def _streams(operation: APIOperation) -> bool:
    return "text/event-stream" in operation.definition.raw["responses"]["200"].get("content", {})


def _ground(case: Case, world: World, chance: random.Random) -> None:
    """Most calls are about something that is there."""
    case.path_parameters = _known(case.path_parameters or {}, world, chance)
    case.query = _known(case.query or {}, world, chance)
    if isinstance(case.body, dict):
        case.body = _known(case.body, world, chance)
        if "session_id" in case.body and "session_id" in case.path_parameters and chance.random() < _KNOWN:
            case.body["session_id"] = case.path_parameters["session_id"]
    elif (case.media_type or "").startswith("image/") and chance.random() < _KNOWN:
        case.body = world.known("file", chance)


def _known(values: Mapping[str, Any], world: World, chance: random.Random) -> dict[str, Any]:
    grounded = {}
    for name, value in values.items():
        known = world.known(name, chance) if chance.random() < _KNOWN else None
        if isinstance(value, dict) and known is None:
            grounded[name] = _known(value, world, chance)
        else:
            grounded[name] = value if known is None else known
    return grounded
