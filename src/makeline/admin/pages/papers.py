"""What staff looks at and saves: pictures of what was sold, CAD files, documents, invoices. Strangers' bytes are saved, never shown."""

from starlette.responses import Response

from makeline.admin.acting import member_of
from makeline.admin.page import Page
from makeline.admin.questions.order_file import order_numbered
from makeline.admin.questions.prints import proof_of_design
from makeline.admin.visit import Visit
from makeline.commerce.documents.queries import access_document
from makeline.commerce.files.download import answer_attachment
from makeline.commerce.files.links import Audience
from makeline.commerce.files.names import as_attachment
from makeline.commerce.files.whole import FileDamaged, report_damaged, whole_bytes
from makeline.commerce.invoices.obtain import MEDIA_TYPE
from makeline.commerce.invoices.queries import Paper, access_paper, paper_name
from makeline.foundation.unit_of_work import Reading
from makeline.kernel.errors import NotFound
from makeline.parts.geometry.models import PartFile
from makeline.parts.geometry.queries import access_part_file
from makeline.parts.geometry.reader import View
from makeline.parts.geometry.take_in import PICTURE_TYPE
from makeline.parts.geometry.viewer import Viewer
from makeline.parts.ordering.queries import lines_ordered


async def design_picture(visit: Visit) -> Response:
    """The proof of a design, as its customer saw it; that staff looked stands beside who else did."""
    file = await visit.read(lambda unit: proof_of_design(unit, visit.id("design_id")))
    try:
        data = await whole_bytes(visit.office.storage, file.name, file.sha256)
    except FileDamaged:
        await visit.begin(lambda unit: report_damaged(unit, file.name))
        raise
    visit.office.accesses.note(file.id, Audience.STAFF, visit.office.place(visit.request), visit.now)
    return Response(data, media_type=file.media_type)


async def part_picture(visit: Visit) -> Response:
    """What a CAD file looks like, from where most is seen."""
    file = await visit.read(lambda unit: access_part_file(unit, _everything(visit), visit.id("file_id")))
    name = (file.pictures or {}).get(View.ISOMETRIC.value)
    data = await visit.office.storage.get(name) if name is not None else None
    if data is None:
        raise NotFound("there is no picture of this file")
    return Response(data, media_type=PICTURE_TYPE)


async def ordered_file(visit: Visit) -> Response:
    """What is to be made, also when its owner has deleted the file meanwhile."""

    def look(unit: Reading) -> PartFile:
        order = order_numbered(unit, visit.value("number"))
        for line in lines_ordered(unit, order.id):
            if line.file is not None and line.file.id == visit.id("file_id"):
                return line.file
        raise NotFound("the order has no such file")

    return await answer_attachment(visit.request, visit.office.storage, await visit.read(look))


async def invoice(visit: Visit) -> Response:
    """The paper of an order's invoice."""
    member = member_of(visit)

    def look(unit: Reading) -> Paper:
        return access_paper(unit, member, order_numbered(unit, visit.value("number")).id)

    paper = await visit.read(look)
    data = await visit.office.storage.get(paper.stored_as)
    if data is None:
        raise NotFound("the bytes of this invoice are gone")
    name = paper_name(paper.year, paper.number, paper.order_number)
    return Response(data, media_type=MEDIA_TYPE, headers={"Content-Disposition": as_attachment(name)})


async def document(visit: Visit) -> Response:
    """A document that a customer attached."""
    member = member_of(visit)
    found = await visit.read(lambda unit: access_document(unit, member, visit.id("document_id")))
    return await answer_attachment(visit.request, visit.office.storage, found)


async def part_file(visit: Visit) -> Response:
    """A CAD file of somebody's account."""
    file = await visit.read(lambda unit: access_part_file(unit, _everything(visit), visit.id("file_id")))
    return await answer_attachment(visit.request, visit.office.storage, file)


def _everything(visit: Visit) -> Viewer:
    return Viewer(visit.member.user_id, sees_all=True)


PAGES = (
    Page("/staff/pictures/design/{design_id}", "picture", design_picture),
    Page("/staff/pictures/part/{file_id}", "picture", part_picture),
    Page("/staff/orders/{number}/files/{file_id}", "file", ordered_file),
    Page("/staff/orders/{number}/invoice.pdf", "invoice", invoice),
    Page("/staff/documents/{document_id}/download", "document", document),
    Page("/staff/files/{file_id}/download", "file", part_file),
)
