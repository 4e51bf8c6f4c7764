"""What a disk may hold after the power went: every write and flush of a SQLite file, recorded and played again.

``strace`` writes down what the server asks of the kernel. Until a flush has come back the kernel may have put any of the
writes onto the disk, in any order and in sectors of 512 bytes; what the server says to a customer, it says in between.
"""

import codecs
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

_SECTOR = 512
_CALLS = "pwrite64,fdatasync,fsync,ftruncate,unlink,unlinkat,write,writev,sendto,sendmsg"
_LINE = re.compile(rb"^(\d+) +(?:<\.\.\. (\w+) resumed>|(\w+)\((.*))", re.DOTALL)
_FILE = re.compile(rb"^\d+<([^>]*)>")
_WRITTEN = re.compile(rb'^\d+<[^>]*>, "(.*)", (\d+), (\d+)', re.DOTALL)
_REMOVED = re.compile(rb'"([^"]*)"')
_TOLD = re.compile(rb"HTTP/1\.1 200 .*?x-request-id: ([\w-]+)", re.DOTALL | re.IGNORECASE)


def recorder(log: Path) -> list[str | Path]:
    """The words before a command that write its calls to ``log``; the command stays our own child."""
    return ["strace", "-D", "-f", "--seccomp-bpf", "-y", "-s", "70000", "-e", f"trace={_CALLS}", "-o", log]


class Write(NamedTuple):
    """Bytes on their way to a file; ``data`` is None where the file is cut off at ``offset``, and ``offset`` -1 where it
    is removed."""

    file: str
    offset: int
    data: bytes | None


class Flushed(NamedTuple):
    """The kernel said that everything before event number ``since`` is on the disk."""

    file: str
    since: int


class Told(NamedTuple):
    """A customer was told that it went well."""

    name: str


Event = Write | Flushed | Told


def read_recording(log: Path, files: Sequence[str]) -> list[Event]:
    """What happened to these files (their whole paths), and what was said to whom, in order."""
    return list(_events(log, {file.encode(): Path(file).name for file in files}))


def _events(log: Path, files: Mapping[bytes, str]) -> Iterator[Event]:
    count = 0
    # Flushes that have not come back, by thread.
    waiting: dict[bytes, Flushed] = {}
    for line in log.read_bytes().split(b"\n"):
        found = _LINE.match(line)
        if found is None:
            continue
        thread, resumed, call, rest = found.groups()
        event: Event | None = None
        if resumed is not None:
            if thread in waiting:
                flushed = waiting.pop(thread)
                event = flushed if line.rstrip().endswith(b"= 0") else None
        elif call in (b"fdatasync", b"fsync"):
            flushed = _flush(rest, files, count)
            if flushed is not None and rest.endswith(b"<unfinished ...>"):
                waiting[thread] = flushed
            elif rest.rstrip().endswith(b"= 0"):
                event = flushed
        else:
            event = _call(call, rest, files)
        if event is not None:
            count += 1
            yield event


def _flush(rest: bytes, files: Mapping[bytes, str], count: int) -> Flushed | None:
    found = _FILE.match(rest)
    return Flushed(files[found[1]], count) if found and found[1] in files else None


def _call(call: bytes, rest: bytes, files: Mapping[bytes, str]) -> Event | None:
    if call in (b"unlink", b"unlinkat"):
        removed = _REMOVED.search(rest)
        return Write(files[removed[1]], -1, None) if removed and removed[1] in files else None
    place = _FILE.match(rest)
    if place is None:
        return None
    if place[1] not in files:
        told = _TOLD.search(rest, 0, 2000) if place[1].startswith(b"socket:") else None
        return Told(told[1].decode()) if told else None
    if call == b"ftruncate":
        return Write(files[place[1]], int(rest[place.end() + 2 :].split(b")")[0]), None)
    written = _WRITTEN.match(rest)
    assert written is not None, rest[:200]
    data = codecs.escape_decode(written[1])[0]
    assert len(data) == int(written[2]), "the recorder cut a write short"
    return Write(files[place[1]], int(written[3]), data)


@dataclass
class Disk:
    """Files as they are for sure, and what may have come to them since; goes through a recording once, forwards."""

    events: Sequence[Event]
    safe: dict[str, bytearray | None]
    at: int = 0
    loose: list[tuple[int, Write]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def forward(self, to: int) -> None:
        """Let everything before event number ``to`` happen."""
        for number in range(self.at, to):
            event = self.events[number]
            if isinstance(event, Told):
                self.told.append(event.name)
            elif isinstance(event, Write):
                self.loose.append((number, event))
            else:
                self._flush(event)
        self.at = to

    def _flush(self, flushed: Flushed) -> None:
        left = []
        for number, write in self.loose:
            if write.file == flushed.file and number < flushed.since:
                _apply(self.safe, write)
            else:
                left.append((number, write))
        self.loose = left

    def cut(self, how: str, chance: random.Random) -> dict[str, bytearray | None]:
        """The files after a power cut now. ``written``: everything had come to the disk; ``lost``: any of what was not
        flushed, in any order; ``torn``: the same, and of each write any of its sectors."""
        writes = [write for _, write in self.loose]
        if how != "written":
            writes = [write for write in writes if chance.random() < 0.5]
            chance.shuffle(writes)
        if how == "torn":
            writes = [part for write in writes for part in _torn(write, chance)]
        touched = {write.file for write in writes}
        files = {
            name: bytearray(data) if name in touched and data is not None else data
            for name, data in self.safe.items()
        }
        for write in writes:
            _apply(files, write)
        return files


def _apply(files: dict[str, bytearray | None], write: Write) -> None:
    if write.data is None and write.offset < 0:
        files[write.file] = None
        return
    there = files.get(write.file)
    if there is None:
        there = files[write.file] = bytearray()
    if write.data is None:
        del there[write.offset :]
        return
    if len(there) < write.offset:
        there.extend(bytes(write.offset - len(there)))
    there[write.offset : write.offset + len(write.data)] = write.data


def _torn(write: Write, chance: random.Random) -> Iterator[Write]:
    if write.data is None:
        yield write
        return
    start = write.offset
    while start < write.offset + len(write.data):
        end = min((start // _SECTOR + 1) * _SECTOR, write.offset + len(write.data))
        if chance.random() < 0.5:
            yield Write(write.file, start, write.data[start - write.offset : end - write.offset])
        start = end
