"""The corpus of a reader: sound files, files built to break it, and what earlier runs found."""

import zipfile
from io import BytesIO
from pathlib import Path

from tests.adapters.cad.corpus import CORPUS, kept_corpus
from tests.adapters.cad.hostile import built_to_break, good_files

_LARGEST_EXAMPLE = 100_000
_LARGEST_SAVED = 2048
_SAVED_BYTES = 60_000
_MODEL = "3D/3dmodel.model"
# Words that chance alone would take long to find.
_WORDS = {
    "stl": ("solid", "facet normal", "outer loop", "vertex", "endloop", "endfacet", "endsolid"),
    "obj": ("v ", "f ", "vn ", "vt ", "//", "\\\\", "-1"),
    "ply": (
        "ply", "format ascii 1.0", "format binary_little_endian 1.0", "format binary_big_endian 1.0", "element vertex",
        "element face", "property", "list", "uchar", "int", "float", "double", "vertex_indices", "end_header",
    ),
    "3mf": (
        "<object id=", "<mesh>", "<vertices>", "<vertex x=", "<triangles>", "<triangle v1=", " v2=", " v3=", "<components>",
        "<component objectid=", "<build>", "<item objectid=", " transform=", " unit=", "<!DOCTYPE", "<!ENTITY", "1e999",
    ),
}  # fmt: skip
_KINDS = {"archive": "3mf", "pictures": "stl"}


def examples(reader: str) -> list[bytes]:
    """What a run begins with when nothing was kept."""
    kind = _KINDS.get(reader, reader)
    found = [data for file, data in {**good_files(), **built_to_break()}.items() if file.endswith(f".{kind}")]
    if reader == "3mf":
        found = [model for archive in found for model in _models(archive)]
    return [data for data in found if len(data) < _LARGEST_EXAMPLE] + kept_corpus(reader)


def put_examples(reader: str, folder: Path) -> Path:
    """Write them where the fuzzer looks for them; answers the file of words to put in."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(examples(reader)):
        (folder / f"example-{number}").write_bytes(data)
    words = folder.with_suffix(".words")
    words.write_text("".join(f'"{word}"\n' for word in _WORDS[_KINDS.get(reader, reader)]))
    return words


def save_corpus(reader: str, folder: Path) -> int:
    """Store the shortest of what was found beside the tests; answers how many."""
    found = sorted(
        (path.read_bytes() for path in folder.iterdir() if not path.name.startswith(("example-", "found-"))),
        key=len,
    )
    wanted = dict.fromkeys([*kept_corpus(reader), *found])
    room, number = _SAVED_BYTES, 0
    CORPUS.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(CORPUS / f"{reader}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for data in wanted:
            if len(data) > min(room, _LARGEST_SAVED):
                continue
            # The same moment for every member, so that the same corpus makes the same archive.
            archive.writestr(zipfile.ZipInfo(f"{number:04d}"), data, zipfile.ZIP_DEFLATED)
            room -= len(data)
            number += 1
    return number


def _models(archive: bytes) -> list[bytes]:
    with zipfile.ZipFile(BytesIO(archive)) as members:
        return [members.read(name) for name in members.namelist() if name == _MODEL]
