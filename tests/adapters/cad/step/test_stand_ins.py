"""A stand-in defines what the kernel asks of a library that is not there."""

import struct
from pathlib import Path

from makeline.adapters.cad.step.stand_ins import missing_names, shared_object

import OCP


def test_a_stand_in_is_a_library_that_defines_what_is_asked_of_it():
    names = [b"glClear", b"XOpenDisplay"]
    made = shared_object(b"libGL.so.1", names, machine=62)
    assert made.startswith(b"\x7fELF")
    assert struct.unpack_from("<H", made, 18) == (62,)
    assert all(b"\0" + name + b"\0" in made for name in (*names, b"libGL.so.1"))


def test_what_a_library_lacks_is_read_from_its_own_table():
    libraries = Path(OCP.__file__).parent.parent / "cadquery_ocp_novtk.libs"
    (drawing,) = libraries.glob("libTKOpenGl*")
    missing = missing_names(drawing.read_bytes())
    assert {b"glClear", b"XQueryExtension", b"glXSwapBuffers"} <= set(missing)
