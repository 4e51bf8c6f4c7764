"""The renderer of prints: libvips in confined processes, behind ``PrintRenderer``."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any, Self

from makeline.adapters.drawing.orders import compose_order, overlay_order
from makeline.adapters.drawing.picture_header import check_header
from makeline.cases.designs.boxes import Box
from makeline.cases.designs.layout import Layout
from makeline.cases.designs.renderer import (
    CleanPicture,
    PictureRefused,
    PictureType,
    PictureUnreadable,
    RenderedDesign,
    RendererBusy,
)
from makeline.cases.designs.verdict import Blank, Finding, Sight
from makeline.foundation.limited_process import (
    CouldNotStart,
    JobFailed,
    JobRefused,
    JobTimedOut,
    LimitedPool,
    Limits,
    PoolBusy,
    WorkerDied,
)

_JOBS = "makeline.adapters.drawing"
# 40 megapixels of interlaced 16-bit PNG take 320 MB; a usual photograph a tenth of that.
DRAWING_LIMITS = Limits(
    address_space_bytes=768 * 1024 * 1024,
    cpu_seconds=12,
    wall_seconds=20,
    jobs_per_process=300,
)
_MEDIA_TYPES = {"jpeg": "image/jpeg", "png": "image/png"}
_LONGEST_LABEL = 200
# Seconds: a pool that is full now has done some twenty jobs by then.
_COME_AGAIN = 3
_LABEL_LINE = 34


class VipsRenderer:
    """Reads pictures and draws prints in its own few processes; keep one per server, close it at the end."""

    def __init__(self, pool: LimitedPool) -> None:
        self.pool = pool
        self._under_way: dict[str, asyncio.Task[RenderedDesign]] = {}

    @classmethod
    def lazy(cls, *, processes: int = 1, waiting: int = 32, patience_seconds: float = 20.0) -> Self:
        """A renderer that starts its first process with its first job."""
        return cls(
            LimitedPool(
                "drawing",
                DRAWING_LIMITS,
                processes=processes,
                waiting=waiting,
                patience_seconds=patience_seconds,
                environment={
                    "FONTCONFIG_FILE": str(files("makeline.adapters.drawing") / "fonts" / "fontconfig.txt"),
                    # One thread per process: the pool decides about parallel work, and output stays the same.
                    "VIPS_CONCURRENCY": "1",
                    # Never spill to disk, which is closed to the process.
                    "VIPS_DISC_THRESHOLD": "4g",
                },
                preload=(f"{_JOBS}.compose_job", f"{_JOBS}.read_job"),
            )
        )

    async def read_picture(self, raw: bytes) -> CleanPicture:
        """See ``PrintRenderer``; the header is judged here, before any process sees the bytes."""
        header = check_header(raw)
        order = {
            "kind": header.kind,
            "width_px": header.width_px,
            "height_px": header.height_px,
            "subsampled": header.subsampled,
        }
        try:
            return await _clean(*await self._run("read_job:read", order, raw))
        except (JobTimedOut, JobFailed, WorkerDied) as error:
            raise PictureUnreadable("the picture takes too much time or memory to read") from error

    async def render(self, layout: Layout, pictures: Mapping[str, bytes]) -> RenderedDesign:
        """See ``PrintRenderer``. Whoever wants a design that is being drawn waits for that drawing: customers and
        machines ask again while they wait, and each copy would make everybody else wait longer."""
        drawing = self._under_way.get(layout.design)
        if drawing is None:
            drawing = self._under_way[layout.design] = asyncio.create_task(self._draw(layout, pictures))
            drawing.add_done_callback(lambda done: self._drawn(layout.design, done))
        # Who leaves ends his own waiting, not the drawing that others wait for.
        return await asyncio.shield(drawing)

    def _drawn(self, design: str, drawing: asyncio.Task[RenderedDesign]) -> None:
        del self._under_way[design]
        if not drawing.cancelled():
            # Everybody who wanted it may have left; then nobody asks how it ended.
            drawing.exception()

    async def _draw(self, layout: Layout, pictures: Mapping[str, bytes]) -> RenderedDesign:
        order, blobs = compose_order(layout, pictures)
        _, (print_png, proof_png) = await self._surely("compose_job:compose", order, *blobs)
        canvas = layout.canvas
        return RenderedDesign(print_png, proof_png, canvas.width_px, canvas.height_px, canvas.dpi)

    async def look(self, layout: Layout, pictures: Mapping[str, bytes]) -> tuple[Sight, ...]:
        """See ``PrintRenderer``."""
        order, blobs = compose_order(layout, pictures)
        answer, _ = await self._surely("look_job:look", order, *blobs)
        return tuple(
            Sight(
                picture["width_px"],
                picture["height_px"],
                tuple(Box(*face) for face in seen["faces"]),
                Blank(*seen["blank"]),
            )
            for picture, seen in zip(order["pictures"], answer["pictures"], strict=True)
        )

    async def draw_overlay(
        self, layout: Layout, pictures: Mapping[str, bytes], findings: Sequence[Finding]
    ) -> bytes:
        """See ``PrintRenderer``."""
        order, blobs = overlay_order(layout, pictures, findings)
        _, (png,) = await self._surely("compose_job:overlay", order, *blobs)
        return png

    async def draw_test_card(self, label: str) -> CleanPicture:
        """See ``PrintRenderer``; a label is cut to 200 printable characters."""
        printable = "".join(letter if letter.isprintable() else " " for letter in label)[:_LONGEST_LABEL]
        lines = [printable[at : at + _LABEL_LINE] for at in range(0, len(printable), _LABEL_LINE)]
        return await _clean(
            *await self._surely("compose_job:draw_test_card", {"lines": ["TEST CARD", *lines]})
        )

    def describe(self) -> dict[str, Any]:
        """For health pages: see ``LimitedPool.describe``."""
        return self.pool.describe()

    async def close(self) -> None:
        """Let the running jobs finish and end the processes."""
        await self.pool.close()

    async def _surely(
        self, job: str, order: Mapping[str, Any], *blobs: bytes
    ) -> tuple[dict[str, Any], list[bytes]]:
        """Run a job on bytes we wrote ourselves: whatever goes wrong is no fault of the customer."""
        try:
            return await self._run(job, order, *blobs)
        except (JobTimedOut, JobFailed, WorkerDied) as error:
            raise RendererBusy("the print could not be drawn just now", retry_after=_COME_AGAIN) from error

    async def _run(
        self, job: str, order: Mapping[str, Any], *blobs: bytes
    ) -> tuple[dict[str, Any], list[bytes]]:
        try:
            return await self.pool.run(f"{_JOBS}.{job}", order, *blobs)
        except (PoolBusy, CouldNotStart) as error:
            raise RendererBusy(
                "too many pictures at once; please try again", retry_after=_COME_AGAIN
            ) from error
        except JobRefused as refusal:
            raise _refusal(refusal) from refusal


async def _clean(header: dict[str, Any], blobs: list[bytes]) -> CleanPicture:
    (data,) = blobs
    # Hashing 30 MB takes as long as serving a few dozen other calls.
    digest = await asyncio.to_thread(hashlib.sha256, data)
    return CleanPicture(
        data=data,
        media_type=_MEDIA_TYPES[header["kind"]],
        width_px=int(header["width_px"]),
        height_px=int(header["height_px"]),
        sha256=digest.hexdigest(),
    )


def _refusal(refusal: JobRefused) -> PictureRefused:
    if refusal.code == PictureType.code:
        return PictureType(refusal.message)
    return PictureUnreadable("the picture is damaged or cut short", detail=refusal.message[:300])
