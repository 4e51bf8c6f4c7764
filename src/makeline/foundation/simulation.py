"""What the simulated companies have in common: switches that are turned by name, and a command line."""

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, Protocol, TypeVar


class UnknownSwitch(ValueError):
    """There is no such switch, or it does not take this value."""


class Switches(Protocol):
    """How a simulator behaves; a frozen record."""

    def changed(self, changes: dict[str, Any], /) -> Any:
        """With other values; raises ``UnknownSwitch``."""
        ...


_Record = TypeVar("_Record", bound=Any)
_Turned = TypeVar("_Turned", bound=Switches)


def turned(switches: _Record, changes: Mapping[str, Any]) -> _Record:
    """A record with other values, each of the kind that it had; a float takes a whole number. Raises ``UnknownSwitch``."""
    known = {field.name: getattr(switches, field.name) for field in fields(switches)}
    for name, value in changes.items():
        if name not in known:
            raise UnknownSwitch(f"there is no switch {name!r}; there are {', '.join(sorted(known))}")
        wanted = type(known[name])
        right = isinstance(value, wanted) or (wanted is float and type(value) is int)
        if not right or (wanted is int and isinstance(value, bool)):
            raise UnknownSwitch(f"{name} must be of the kind {wanted.__name__}")
    return replace(switches, **changes)


def simulator_options(name: str, *, port: int, example: str) -> argparse.ArgumentParser:
    """The options of every simulator: where it listens and how it begins."""
    parser = argparse.ArgumentParser(prog=f"{name} simulator")
    parser.add_argument("--host", default="127.0.0.1", help="keep it on loopback: its keys are public")
    parser.add_argument("--port", type=int, default=port)
    parser.add_argument("--switches", default="{}", help=f"JSON, as POST /control takes: {example}")
    return parser


def switches_told(
    parser: argparse.ArgumentParser, told: argparse.Namespace, usual: _Turned, **others: Any
) -> _Turned:
    """The switches of the command line over ``others``; ends the command with 2 when they make no sense."""
    try:
        return usual.changed({**others, **json.loads(told.switches)})
    except (UnknownSwitch, ValueError, TypeError, AttributeError) as error:
        parser.error(str(error))


def serve_until_stopped(serve: Callable[[], None]) -> int:
    """The exit code: 3 when the port or the folder is taken."""
    try:
        serve()
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        return 3
    return 0


def write_whole(path: Path, kept: Any) -> None:
    """What a simulator keeps, as JSON: whole or not at all, whenever it is killed."""
    beside = path.with_suffix(".new")
    beside.write_text(json.dumps(kept))
    beside.replace(path)
