"""Coverage-guided fuzzing of our readers of meshes, each in a process of its own.

    .venv/bin/python -m tools.fuzz_meshes [--seconds 60] [--reader obj]

Bytes that find new ways through a reader are kept and changed further. A reader may refuse them with ``UnusableFile``;
anything else it raises, ten seconds of thinking or too much memory is a finding, and its bytes are printed.
"""

import argparse
import base64
import contextlib
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["makeline.adapters.cad", "makeline.parts.geometry"]):
    from makeline.adapters.cad.meshes.analyse import analyse_mesh
    from makeline.adapters.cad.meshes.obj import read_obj
    from makeline.adapters.cad.meshes.ply import read_ply
    from makeline.adapters.cad.meshes.stl import read_stl
    from makeline.adapters.cad.meshes.three_mf import read_3mf
    from makeline.adapters.cad.meshes.triangles import Triangles
    from makeline.parts.geometry.facts import UnusableFile
    from makeline.parts.geometry.file_type import type_by_content

from tests.adapters.cad.hostile import built_to_break, good_files, three_mf

_MOST_TRIANGLES, _MOST_MEGABYTES, _LONGEST_SECONDS = 20_000, 1024, 10
# Random changes of a packed archive only break its checksums: here the model inside is what is changed.
_READERS: dict[str, tuple[Callable[..., Triangles], Callable[[bytes], bytes]]] = {
    "stl": (read_stl, bytes),
    "obj": (read_obj, bytes),
    "ply": (read_ply, bytes),
    "3mf": (read_3mf, three_mf),
    "archive": (read_3mf, bytes),
}


def main() -> int:
    """Fuzz every reader, or the one that is named, for so long; answers 1 if there is a finding."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="for each reader")
    parser.add_argument("--reader", choices=_READERS)
    parser.add_argument("--corpus", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.corpus is not None:
        _fuzz(asked.reader, asked.corpus, asked.seconds)
    return max(_watched(name, asked.seconds) for name in ([asked.reader] if asked.reader else _READERS))


def _watched(name: str, seconds: int) -> int:
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder)
        for number, data in enumerate(_examples(name)):
            (corpus / str(number)).write_bytes(data)
        command = [sys.executable, "-m", "tools.fuzz_meshes", "--reader", name, "--corpus", folder]
        ended = subprocess.run(
            [*command, "--seconds", str(seconds)], capture_output=True, text=True, check=False
        )
        found = [base64.b64encode(path.read_bytes()).decode() for path in corpus.glob("found-*")]
    runs = re.findall(r"Done (\d+) runs", ended.stderr)
    print(
        f"{name:8} {runs[-1] if runs else '?':>9} runs in {seconds} s, exit code {ended.returncode}",
        flush=True,
    )
    if ended.returncode:
        told = [line for line in ended.stderr.splitlines() if not line.startswith("#")]
        print(ended.stdout[-2000:], "\n".join(told[-30:]), *found, sep="\n")
    return int(ended.returncode != 0)


def _examples(name: str) -> list[bytes]:
    kind = "3mf" if name == "archive" else name
    found = [data for file, data in {**good_files(), **built_to_break()}.items() if file.endswith(f".{kind}")]
    if name != "3mf":
        return [data for data in found if len(data) < 100_000]
    return [b'<?xml version="1.0"?><model unit="inch"><resources/><build/></model>']


def _fuzz(name: str, corpus: Path, seconds: int) -> None:
    reader, wrapped = _READERS[name]

    def one(data: bytes) -> None:
        whole = wrapped(data)
        type_by_content(whole)
        with contextlib.suppress(UnusableFile):
            analyse_mesh(reader(whole, most=_MOST_TRIANGLES))

    limits = [
        f"-max_total_time={seconds}",
        f"-rss_limit_mb={_MOST_MEGABYTES}",
        f"-timeout={_LONGEST_SECONDS}",
    ]
    atheris.Setup(
        [sys.argv[0], *limits, f"-artifact_prefix={corpus}/found-", "-max_len=8192", str(corpus)], one
    )
    atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main())
