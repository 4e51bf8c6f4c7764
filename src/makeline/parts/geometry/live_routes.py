"""Live news of a file: ``GET /v1/files/{file_id}/events``, server-sent events."""

from dataclasses import dataclass

from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response

from makeline.commerce.accounts.members import Members
from makeline.foundation.database import Database
from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.event_stream import Scene, Streams, TooManyStreams
from makeline.foundation.web.paging import id_in
from makeline.kernel.errors import Invalid, NotFound, Unavailable, Unrecognised
from makeline.parts.geometry.queries import access_part_file
from makeline.parts.geometry.schemas import FileAnswer, file_answer
from makeline.parts.geometry.states import PartFileState
from makeline.parts.geometry.viewer import viewer_of

# Where processes share a database that carries no news between them, somebody has to ask; seconds.
_LOOK_AGAIN = 2.0


@dataclass(frozen=True)
class FileLiveDesk:
    """What the path needs of the house."""

    database: Database
    members: Members
    streams: Streams

    async def file(self, request: Request) -> Response:
        """For its owner and staff, for the holder of a guest's token; until it is measured, has failed or is deleted."""
        token = request.query_params.get("file_token")
        viewer, file_id = (
            viewer_of(await self.members.guest(request), file_token=token),
            id_in(request, "file_id"),
        )
        told = False

        async def look() -> Scene:
            nonlocal told
            try:
                file = await self.database.read(lambda unit: access_part_file(unit, viewer, file_id))
            except NotFound:
                if not told:
                    raise
                return Scene(to_json({"id": file_id, "state": PartFileState.DELETED}), (), last=True)
            told = True
            over = file.state is not PartFileState.MEASURING
            return Scene(to_json(file_answer(file)), (), None if over else _LOOK_AGAIN, over)

        try:
            topics = [f"part_file:{file_id}"]
            return await self.streams.answer(request, self.database.changes, topics, look, name="file")
        except NotFound:
            # Whoever is not signed in learns that first.
            if viewer.user_id is None and token is None:
                await self.members.member(request)
            raise


def file_live_endpoints(desk: FileLiveDesk) -> tuple[Endpoint, ...]:
    """Streams of news."""
    return (
        Endpoint(
            "GET", "/v1/files/{file_id}/events", desk.file, "How far a file is, as server-sent events", "Files",
            None, FileAnswer, answer_type="text/event-stream", query=("file_token",),
            refusals=(Unrecognised, Invalid, NotFound, TooManyStreams, Unavailable),
        ),
    )  # fmt: skip
