"""Run as a program: read a STEP file and draw it where no library of a screen can be opened, not even if it is installed.

It moves into a view of the disk of its own, where every such library is an empty file, shows that none can be loaded,
and then reads the file that it is given as the server would: through a limited process. Prints what it saw as JSON.
"""

import asyncio
import ctypes
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from makeline.adapters.cad.reader import CadReader
from makeline.parts.geometry.reader import View

SCREENS = re.compile(r"lib(GL|EGL|GLX|OpenGL|GLdispatch|GLU|X11|Xext|Xi|Xmu|Xt|xcb|wayland)\b[\w.-]*\.so")
ASKED = ("libGL.so.1", "libX11.so.6")
_NEW_MOUNTS, _NEW_USER = 0x00020000, 0x10000000
_BIND, _PRIVATE_BELOW = 4096, 16384 | 1 << 18


def hide() -> list[str]:
    """Put an empty file over every library of a screen; returns their paths. OSError where that is not allowed."""
    listed = subprocess.run(["/sbin/ldconfig", "-p"], capture_output=True, text=True, check=True).stdout
    paths = sorted({line.split(" => ")[1] for line in listed.splitlines() if SCREENS.search(line)})
    libc = ctypes.CDLL(None, use_errno=True)
    if paths and libc.unshare(_NEW_MOUNTS) and libc.unshare(_NEW_MOUNTS | _NEW_USER):
        raise OSError(ctypes.get_errno(), "no disk of its own")
    if paths and libc.mount(None, b"/", None, _PRIVATE_BELOW, None):
        raise OSError(ctypes.get_errno(), "the disk stays shared")
    for path in paths:
        if libc.mount(b"/dev/null", str(Path(path).resolve()).encode(), None, _BIND, None):
            raise OSError(ctypes.get_errno(), path)
    return paths


def loadable(name: str) -> bool:
    """Whether the loader finds a library of this name."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


async def read(path: Path) -> dict[str, Any]:
    """The file as the server reads it."""
    reader = CadReader.lazy(picture_side=64)
    reading = await reader.read_part(path.read_bytes(), file_name=path.name)
    described = reader.describe()
    await reader.close()
    return {
        "volume": reading.facts.surface.volume,
        "pictures": sum(data.startswith(b"\x89PNG") for data in reading.pictures.values()),
        "views": len(View),
        "kernel": described["kernel"],
    }


def main() -> None:
    """``hidden_screens.py FILE``."""
    hidden = hide()
    found = [name for name in ASKED if loadable(name)]
    print(json.dumps({"hidden": hidden, "loadable": found, **asyncio.run(read(Path(sys.argv[1])))}))


if __name__ == "__main__":
    main()
