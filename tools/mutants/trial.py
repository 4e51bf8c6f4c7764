"""Run tests against a mutant in a process of its own: the libraries are loaded once, our code afresh each time."""

import contextlib
import importlib.abc
import importlib.machinery
import importlib.util
import os
import signal
import sys
import time
from collections.abc import Sequence
from enum import StrEnum
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import CodeType, ModuleType

# What our code and its tests need of others; loaded before the first mutant, so that none has to wait for it.
import _hypothesis_pytestplugin  # noqa: F401
import hypothesis  # noqa: F401
import pydantic  # noqa: F401
import pytest
import pytest_asyncio.plugin  # noqa: F401
import pytest_timeout  # noqa: F401
import sqlalchemy  # noqa: F401
import starlette.requests  # noqa: F401
import typer  # noqa: F401

from tools.mutants.alter import Mutant

# Nobody reads what the tests say, and what is tested here needs no database: the quickest way to a yes or no.
_PLUGINS = ("_hypothesis_pytestplugin", "pytest_asyncio.plugin", "pytest_timeout")
_QUIET = (
    *("-q", "-x", "--noconftest", "--assert=plain", "--hypothesis-seed=0", "-p", "no:cacheprovider"),
    *(word for plugin in _PLUGINS for word in ("-p", plugin)),
)


class Verdict(StrEnum):
    """What became of a mutant."""

    KILLED = "killed"
    SURVIVED = "survived"
    # It ran for ever: somebody would notice.
    TIMED_OUT = "timed out"
    # The operator altered nothing, or what came out is no Python.
    NO_MUTANT = "no mutant"


class _Altered(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives one module its altered text."""

    def __init__(self, name: str, path: Path, code: CodeType) -> None:
        self._name, self._path, self._code = name, path, code

    def find_spec(self, fullname: str, path: object, target: ModuleType | None = None) -> ModuleSpec | None:
        """Only the altered module is ours."""
        if fullname != self._name:
            return None
        return importlib.util.spec_from_file_location(fullname, self._path, loader=self)

    def create_module(self, spec: ModuleSpec) -> None:
        """As usual."""

    def exec_module(self, module: ModuleType) -> None:
        """Run the altered text instead of the file's."""
        exec(self._code, module.__dict__)


def tried(root: Path, mutant: Mutant, tests: Sequence[str], *, seconds: float) -> Verdict:
    """Whether these tests notice the mutant; ``root`` is the current folder."""
    text = mutant.text
    if text is None or text == mutant.source:
        return Verdict.NO_MUTANT
    path = root / mutant.path
    try:
        code = compile(text, str(path), "exec")
    except SyntaxError:
        return Verdict.NO_MUTANT
    return _judged(_forked(_module_of(mutant.path), path, code, tests), seconds)


def passes(tests: Sequence[str]) -> bool:
    """Whether the tests pass while nothing is altered: otherwise every mutant would look killed."""
    nobody = compile("", "nobody", "exec")
    return _judged(_forked("nobody", Path("nobody"), nobody, tests), 600) is Verdict.SURVIVED


def _module_of(path: str) -> str:
    return path.removeprefix("src/").removesuffix(".py").replace("/", ".")


def _forked(name: str, path: Path, code: CodeType, tests: Sequence[str]) -> int:
    child = os.fork()
    if child:
        return child
    status = 2
    with contextlib.suppress(BaseException):
        os.setpgid(0, 0)
        sink = os.open(os.devnull, os.O_WRONLY)
        os.dup2(sink, 1)
        os.dup2(sink, 2)
        os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
        sys.meta_path.insert(0, _Altered(name, path, code))
        status = int(pytest.main([*_QUIET, *tests]))
    os._exit(status)


def _judged(child: int, seconds: float) -> Verdict:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return Verdict.SURVIVED if os.waitstatus_to_exitcode(status) == 0 else Verdict.KILLED
        time.sleep(0.01)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return Verdict.TIMED_OUT
