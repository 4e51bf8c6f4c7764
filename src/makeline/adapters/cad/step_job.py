"""Reading one STEP file: the job of a limited process. Blobs in: the file. Header out: its facts and the names
of its pictures; blobs out: these and its scene."""

from typing import Any

from makeline.adapters.cad.answer import answer_of
from makeline.foundation.limited_jobs import JobRefused
from makeline.parts.geometry.facts import Fault, UnusableFile


def read(header: dict[str, Any], blobs: list[bytes]) -> tuple[dict[str, Any], list[bytes]]:
    """Header in: ``most`` triangles and the ``side`` of pictures. A refusal carries the fault as its code; without the kernel: ``ImportError``."""
    # A process that cannot load the kernel shall say so, and not fail to start.
    from makeline.adapters.cad.step.analyse import analyse_step

    try:
        facts, triangles = analyse_step(blobs[0], most=header["most"])
        return answer_of(facts, triangles, side=header["side"])
    except UnusableFile as unusable:
        raise JobRefused(unusable.fault.value, unusable.message) from unusable
    except Exception as error:
        # The kernel's exceptions have no common ancestor but their home.
        if not type(error).__module__.startswith("OCP"):
            raise
        if "Memory" in type(error).__name__:
            raise MemoryError from error
        raise JobRefused(Fault.BROKEN.value, "the surfaces of the file make no sense") from error
