"""``GET /image/{filename}``: stored pictures for holders of a link."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response

from makeline.commerce.files.accesses import AccessBook
from makeline.commerce.files.keep import file_named
from makeline.commerce.files.links import Links
from makeline.commerce.files.models import StoredFile
from makeline.commerce.files.storage import Storage
from makeline.commerce.files.void import file_of_topic, is_void
from makeline.commerce.files.whole import FileDamaged, report_damaged, whole_bytes
from makeline.foundation.changes import EVERYTHING
from makeline.foundation.database import Database
from makeline.foundation.web.endpoint import Endpoint
from makeline.kernel.errors import Kind, NotFound, Refusal
from makeline.kernel.signing import BadToken, TokenFault

_MESSAGES = {
    TokenFault.MISSING: "Field required",
    TokenFault.MALFORMED: "The token is malformed",
    TokenFault.EXPIRED: "The token has expired",
    TokenFault.INVALID: "The token is not valid for this file",
}
_LONGEST_NAME = 200


class LinkRefused(Refusal):
    """The link's token is missing, malformed, expired or forged."""

    code = "TOKEN_REFUSED"
    kind = Kind.INVALID


@dataclass
class RecentBytes:
    """The files asked for last, kept in memory: a printer fetches one picture up to thirty times in a minute.

    Bounded by ``room`` bytes; a name never changes its bytes, and its row only with its topic.
    """

    room: int
    kept: OrderedDict[str, tuple[StoredFile, bytes]] = field(default_factory=OrderedDict)
    size: int = 0
    # How often something was forgotten: what was fetched before that is not kept.
    forgotten: int = 0

    def hear(self, topic: str) -> None:
        """A file's row has changed, or any may have."""
        name = file_of_topic(topic)
        if name is None and topic != EVERYTHING:
            return
        self.forgotten += 1
        for old in [name] if name is not None else list(self.kept):
            found = self.kept.pop(old, None)
            self.size -= len(found[1]) if found is not None else 0

    def get(self, name: str) -> tuple[StoredFile, bytes] | None:
        """A kept file, which becomes the latest."""
        found = self.kept.get(name)
        if found is not None:
            self.kept.move_to_end(name)
        return found

    def keep(self, file: StoredFile, data: bytes) -> None:
        """Keep a file unless it alone would fill a quarter of the room."""
        if len(data) > self.room // 4 or file.name in self.kept:
            return
        self.kept[file.name] = (file, data)
        self.size += len(data)
        while self.size > self.room:
            _, (_, oldest) = self.kept.popitem(last=False)
            self.size -= len(oldest)


@dataclass(frozen=True)
class ImageDesk:
    """What the image path needs of the house."""

    database: Database
    storage: Storage
    links: Links
    recent: RecentBytes
    accesses: AccessBook
    address_of: Callable[[Request], str]

    async def image(self, request: Request) -> Response:
        """The token is checked before anybody looks for the file."""
        name, token = request.path_params["filename"], request.query_params.get("token")
        try:
            audience = self.links.check(name, token, self.database.clock())
        except BadToken as bad:
            missing = bad.fault is TokenFault.MISSING
            raise LinkRefused(
                _MESSAGES[bad.fault],
                type="missing" if missing else bad.fault.value,
                loc=["query", "token"],
            ) from None
        found = self.recent.get(name)
        if found is None:
            begun = self.recent.forgotten
            found = await self._fetch(name)
            if begun == self.recent.forgotten:
                self.recent.keep(*found)
        file, data = found
        if file.links_ended_at is not None and is_void(file, self.links.made_at(token, audience)):
            raise LinkRefused(
                _MESSAGES[TokenFault.EXPIRED], type=TokenFault.EXPIRED.value, loc=["query", "token"]
            )
        self.accesses.note(file.id, audience, self.address_of(request), self.database.clock())
        return Response(
            data,
            media_type=file.media_type,
            headers={
                "Cache-Control": "private, max-age=3600, immutable",
                "ETag": f'"{file.sha256}"',
                "Content-Disposition": f'inline; filename="{file.name}"',
                "Cross-Origin-Resource-Policy": "cross-origin",
            },
        )

    async def _fetch(self, name: str) -> tuple[StoredFile, bytes]:
        if len(name) > _LONGEST_NAME:
            raise NotFound("there is no such file", type="not_found")
        file = await self.database.read(lambda unit: file_named(unit, name))
        if file is None or file.ended_at is not None:
            raise NotFound("there is no such file", type="not_found")
        try:
            return file, await whole_bytes(self.storage, name, file.sha256)
        except FileDamaged:
            await self.database.begin(lambda unit: report_damaged(unit, name), actor="images")
            raise


def image_endpoints(desk: ImageDesk) -> tuple[Endpoint, ...]:
    """The one path of stored pictures."""
    return (
        Endpoint(
            "GET",
            "/image/{filename}",
            desk.image,
            "A stored picture, for holders of its link",
            "Images",
            answer_type="image/png",
            other_types=("image/jpeg",),
            refusals=(LinkRefused, NotFound),
            query=("token",),
        ),
    )
