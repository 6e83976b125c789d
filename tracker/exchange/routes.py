"""Papers of a meeting as files: whoever may open its folder may print it."""

from urllib.parse import quote

from flask import Blueprint, Response
from flask_babel import gettext as _

from tracker.accounts.access import allow, viewer
from tracker.accounts.roles import Permission
from tracker.core import clock, traces
from tracker.core.errors import ConflictError, NotAllowedError
from tracker.core.i18n import date_long
from tracker.exchange import documents, queries, sheets
from tracker.formats import papers
from tracker.meetings import evidence, policy
from tracker.meetings import queries as meetings
from tracker.meetings.models import MeetingStatus
from tracker.taxonomy import queries as taxonomy

bp = Blueprint("exchange", __name__, url_prefix="/meetings/<int:meeting_id>")
PDF = ("pdf", "application/pdf")
WORD = ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document")
NO_MINUTES = frozenset({MeetingStatus.PLANNED, MeetingStatus.PUBLISHED, MeetingStatus.CANCELLED})


@bp.get("/agenda.pdf")
@allow(Permission.MEETING_READ)
def agenda_pdf(meeting_id):
    page = folder(meeting_id)
    return sent(page, "agenda", papers.to_pdf(agenda(page)), PDF)


@bp.get("/agenda.docx")
@allow(Permission.MEETING_READ)
def agenda_docx(meeting_id):
    page = folder(meeting_id)
    return sent(page, "agenda", papers.to_docx(agenda(page)), WORD)


@bp.get("/minutes.pdf")
@allow(Permission.MEETING_READ)
def minutes_pdf(meeting_id):
    page = folder(meeting_id)
    return sent(page, "minutes", papers.to_pdf(minutes(page)), PDF)


@bp.get("/minutes.docx")
@allow(Permission.MEETING_READ)
def minutes_docx(meeting_id):
    page = folder(meeting_id)
    return sent(page, "minutes", papers.to_docx(minutes(page)), WORD)


def folder(meeting_id):
    """The meeting as the viewer's own page shows it, when its folder is open to them.

    :raises NotFoundError: when there is none, or it is not the viewer's to know
    :raises NotAllowedError: before the pledge
    """
    page = meetings.meeting_page(viewer(), meeting_id, today=clock.today())
    if not page.folder_open:
        raise NotAllowedError(_("The papers open once you have signed the pledge of secrecy."))
    return page


def agenda(page):
    """The agenda with its sheets: as frozen, and as they would be where nothing is frozen yet."""
    loose = [view.item for view in page.items if view.item.evidence is None]
    of_items = evidence.live_sheets(viewer(), loose, at=clock.now(), today=clock.today())
    of_items |= {view.item.id: view.item.evidence for view in page.items if view.item.evidence}
    return documents.agenda_paper(page, of_items, taxonomy.codes(*sheets.COUNTED.values()))


def minutes(page):
    """The minutes with what was decided to be done.

    :raises ConflictError: while there is nothing to write down yet
    :raises NotAllowedError: before they are approved, but for the host
    """
    if page.meeting.status in NO_MINUTES:
        raise ConflictError(_("There are no minutes before the meeting has been held."))
    if not policy.can_read_minutes(viewer(), page.meeting):
        raise NotAllowedError(_("The minutes open once they are approved."))
    return documents.minutes_paper(page, queries.decided([view.item.id for view in page.items]))


def sent(page, what, content, kind):
    """The file under a name for the reader, with a plain one beside it; the export is noted."""
    traces.opened(viewer().person_id, "meetings", page.meeting.id, at=clock.now())
    words = {"agenda": _("Order of proceedings"), "minutes": _("Minutes of the meeting")}
    suffix, mimetype = kind
    day = page.meeting.held_on
    plain = f"{what}-{day.isoformat()}.{suffix}"
    name = quote(f"{words[what]}_{date_long(day)}.{suffix}", safe="")
    response = Response(content, mimetype=mimetype)
    response.headers["Content-Disposition"] = (
        f"attachment; filename={plain}; filename*=UTF-8''{name}"
    )
    return response
