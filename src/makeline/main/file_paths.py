"""The endpoints of CAD files, whichever way they come."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from starlette.requests import Request

from makeline.commerce.accounts.members import Members
from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.event_stream import Streams
from makeline.foundation.web.refusals import Renderer, render_service
from makeline.main.wiring import House
from makeline.parts.geometry.guest_routes import GuestFileDesk, guest_file_endpoints
from makeline.parts.geometry.live_routes import FileLiveDesk, file_live_endpoints
from makeline.parts.geometry.routes import FileDesk, file_endpoints
from makeline.parts.geometry.upload_links import UploadLinks
from makeline.parts.geometry.upload_routes import UploadDesk, upload_endpoints


def file_paths(
    house: House, members: Members, place: Callable[[Request], str], streams: Streams
) -> Sequence[tuple[Sequence[Endpoint], Renderer]]:
    """Everything that is called about CAD files; ``place`` tells whom an address is counted with."""
    database, settings, intake = house.database, house.settings, house.intake
    largest = settings.parts.largest_upload_megabytes * 1024 * 1024
    files = FileDesk(database, members, intake, largest)
    guests = GuestFileDesk(database, members, intake, house.limiter, place, settings.limits.limit_guest_files)
    links = UploadLinks(settings.base_url, settings.link_keys)
    uploads = UploadDesk(database, members, intake, links, timedelta(minutes=settings.parts.upload_minutes))
    return (
        (file_endpoints(files), render_service),
        (guest_file_endpoints(guests), render_service),
        (upload_endpoints(uploads), render_service),
        (file_live_endpoints(FileLiveDesk(database, members, streams)), render_service),
    )
