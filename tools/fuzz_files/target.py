"""One reader in the hands of the fuzzer: ``python -m tools.fuzz_files.target READER CORPUS WORDS SECONDS``."""

import contextlib
import sys
from collections.abc import Callable

import atheris

with atheris.instrument_imports(include=["makeline.adapters.cad", "makeline.parts.geometry"]):
    from makeline.adapters.cad.answer import answer_of
    from makeline.adapters.cad.meshes.analyse import analyse_mesh
    from makeline.adapters.cad.meshes.obj import read_obj
    from makeline.adapters.cad.meshes.ply import read_ply
    from makeline.adapters.cad.meshes.stl import read_stl
    from makeline.adapters.cad.meshes.three_mf import read_3mf
    from makeline.adapters.cad.meshes.triangles import Triangles
    from makeline.parts.geometry.facts import UnusableFile
    from makeline.parts.geometry.file_type import type_by_content

from tests.adapters.cad.hostile import three_mf

_MOST_TRIANGLES, _MOST_MEGABYTES, _LONGEST_SECONDS, _LONGEST_INPUT = 20_000, 1024, 60, 8192
_PICTURE_SIDE = 16
# Random changes of a packed archive only break its checksums: here the model inside is what is changed.
_TARGETS: dict[str, tuple[Callable[..., Triangles], Callable[[bytes], bytes]]] = {
    "stl": (read_stl, bytes),
    "obj": (read_obj, bytes),
    "ply": (read_ply, bytes),
    "3mf": (read_3mf, three_mf),
    "archive": (read_3mf, bytes),
    "pictures": (read_stl, bytes),
}


def main() -> None:
    """Fuzz until the time is over; the exit code tells whether there was a finding."""
    name, folder, words, seconds = sys.argv[1:]
    reader, wrapped = _TARGETS[name]

    def one(data: bytes) -> None:
        whole = wrapped(data)
        type_by_content(whole)
        with contextlib.suppress(UnusableFile):
            facts, triangles = analyse_mesh(reader(whole, most=_MOST_TRIANGLES))
            if name == "pictures":
                answer_of(facts, triangles, side=_PICTURE_SIDE)

    options = [
        f"-max_total_time={seconds}",
        f"-rss_limit_mb={_MOST_MEGABYTES}",
        f"-timeout={_LONGEST_SECONDS}",
        f"-max_len={_LONGEST_INPUT}",
        f"-artifact_prefix={folder}/found-",
        f"-dict={words}",
        "-print_final_stats=1",
        # As it is done when a shorter input takes the same way: the longer one goes.
        "-reduce_inputs=1",
    ]
    atheris.Setup([sys.argv[0], *options, folder], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
