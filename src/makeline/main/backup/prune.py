"""Forget old backups, and the files that none of the others speaks of."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from makeline.adapters.object_store.shelf import Shelf
from makeline.adapters.object_store.storage import place_of
from makeline.foundation.clock import Clock
from makeline.main.backup.create import UNDER_WAY
from makeline.main.backup.manifest import MANIFEST, POOL, Manifest, backups_on, read_list

# Whoever began a backup so long ago has died over it.
_TAKES_AT_MOST = timedelta(days=1)


class Pruned(NamedTuple):
    """Names of the backups that went, how many files of the pool went with them, and whether it had to wait."""

    names: tuple[str, ...]
    files: int
    waits: bool


def prune_backups(shelf: Shelf, clock: Clock, *, keep: int) -> Pruned:
    """Keep the newest ``keep`` backups. While one is being made only whole backups go, and no file of the pool."""
    there = backups_on(shelf)
    going = there[:-keep]
    for manifest in going:
        _forget(shelf, manifest)
    at_work = set(_unfinished(shelf))
    dead = {name for name in at_work if clock() - _moment_of(name) > _TAKES_AT_MOST}
    for name in dead:
        for path in shelf.sizes(f"{name}/"):
            shelf.remove(path)
    names = tuple(manifest.name for manifest in going)
    if at_work - dead:
        return Pruned(names, 0, waits=True)
    return Pruned(names, _sweep(shelf, there[-keep:]), waits=False)


def _forget(shelf: Shelf, manifest: Manifest) -> None:
    # Its manifest first: without it, it is not there.
    for path in (f"{manifest.name}/{MANIFEST}", manifest.files.path, manifest.database.path):
        shelf.remove(path)


def _sweep(shelf: Shelf, left: list[Manifest]) -> int:
    wanted = {f"{POOL}/{place_of(file.name)}" for manifest in left for file in read_list(shelf, manifest)}
    unwanted = [path for path in shelf.sizes(f"{POOL}/") if path not in wanted]
    for path in unwanted:
        shelf.remove(path)
    return len(unwanted)


def _unfinished(shelf: Shelf) -> Iterator[str]:
    for path in shelf.sizes():
        name, _, rest = path.partition("/")
        if rest == UNDER_WAY:
            yield name


def _moment_of(name: str) -> datetime:
    return datetime.strptime(f"{name}+0000", "%Y%m%dT%H%M%S%fZ%z")
