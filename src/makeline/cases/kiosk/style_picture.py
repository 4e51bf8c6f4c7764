"""At a machine: a photograph of the session in another style, and the styled picture among those of the session."""

from makeline.cases.catalog.queries import ModelNotAvailable, catalogue
from makeline.cases.kiosk.add_picture import may_add_pictures, must_have_room, tie_picture
from makeline.cases.kiosk.close import holds_session
from makeline.cases.kiosk.models import KioskSession
from makeline.cases.kiosk.queries import access_session, machine_of, pictures_of
from makeline.cases.kiosk.visit import choices_of
from makeline.cases.machines.callers import Caller
from makeline.cases.styles.ask import Quota
from makeline.cases.styles.queries import access_job, file_of, jobs_of
from makeline.cases.styles.restyle import USUAL_NEED, Restyle, Styled, Styling, restyle, with_files
from makeline.cases.styles.states import MADE
from makeline.commerce.files.models import StoredFile
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.kernel.errors import FieldProblem, Invalid
from makeline.kernel.states import IllegalMove


def restyle_picture(unit: UnitOfWork, caller: Caller, key: str, wished: Restyle, *, most: int) -> Styled:
    """For the session's phone or its machine; the same wish again is the same job.

    Raises ``Invalid`` for a picture that is not the session's, and what ``ask_for_style`` raises.
    """
    session = may_add_pictures(unit, caller, key)
    picture = next((one for one in pictures_of(unit, session.id) if one.name == wished.image), None)
    if picture is None:
        raise Invalid(FieldProblem("image", "is no picture of this session", wished.image[:200]))
    need = _need(unit, session, wished.model)
    return restyle(
        unit, wished, holder=holder_of(session), photo_id=picture.file_id, need=need, quota=Quota(most)
    )


def take_styled(unit: UnitOfWork, caller: Caller, key: str, job_id: int) -> StoredFile:
    """A finished picture becomes one of the session's, for its design; safe to repeat.

    Raises ``IllegalMove`` while there is no picture, ``Invalid`` when the session holds eight.
    """
    session = may_add_pictures(unit, caller, key)
    job = access_job(unit, holder_of(session), job_id)
    if job.state not in MADE or job.result_id is None:
        raise IllegalMove(
            "there is no picture to take", current_status=job.state.value, allowed=[*map(str, MADE)]
        )
    file = file_of(unit, job.result_id)
    must_have_room(pictures_of(unit, session.id), file.name)
    tie_picture(unit, session, file)
    return file


def styled_picture(unit: Reading, caller: Caller, key: str, job_id: int) -> Styled:
    """One job as it is now; raises ``NotFound`` for one of another session."""
    return with_files(unit, access_job(unit, holder_of(_accessed(unit, caller, key)), job_id))


def styling_of(unit: Reading, caller: Caller, key: str, *, most: int) -> Styling:
    """Everything the session has asked for, first things first."""
    holder = holder_of(_accessed(unit, caller, key))
    return Styling([with_files(unit, job) for job in jobs_of(unit, holder)], Quota(most).left(unit, holder))


def holder_of(session: KioskSession) -> str:
    """How the room of styles knows a session."""
    return f"session:{session.id}"


def _accessed(unit: Reading, caller: Caller, key: str) -> KioskSession:
    session, machine = access_session(unit, key)
    if not caller.operates(machine) and not holds_session(caller, session):
        raise caller.refusal("only the customer's phone or the machine may see styled pictures")
    return session


def _need(unit: Reading, session: KioskSession, model: str | None) -> tuple[int, int]:
    """The print of that phone; of the tallest one the machine has a blank for when nobody has said which."""
    choices = choices_of(unit, session, machine_of(unit, session))
    if model is not None:
        wanted = catalogue(unit).model(model)
        choices = [choice for choice in choices if wanted is not None and choice.model.id == wanted.id]
        if not choices:
            raise ModelNotAvailable("this machine has no blank for that phone")
    tallest = max(choices, key=lambda choice: choice.height_px * choice.width_px, default=None)
    return (tallest.width_px, tallest.height_px) if tallest else USUAL_NEED
