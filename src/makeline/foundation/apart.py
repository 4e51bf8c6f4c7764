"""Work beside requests, for many of them: it must not speak in the name of the one that happened to start it."""

import asyncio
from collections.abc import Coroutine
from contextvars import Context
from typing import Any, TypeVar

T = TypeVar("T")


def start_apart(work: Coroutine[Any, Any, T], *, name: str) -> "asyncio.Task[T]":
    """A task that knows of no request: what it logs and writes carries no request's id."""
    return asyncio.get_running_loop().create_task(work, name=name, context=Context())
