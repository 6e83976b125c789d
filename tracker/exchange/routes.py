"""Papers as files: of a meeting for whoever may open its folder, of a case for who may read it."""

from urllib.parse import quote

from flask import Blueprint, Response, current_app, url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from tracker.accounts import queries as accounts
from tracker.accounts.access import allow, viewer
from tracker.accounts.roles import Permission, Role
from tracker.cases import queries as cases
from tracker.cases import reading
from tracker.cases.stages import next_of
from tracker.core import clock, traces
from tracker.core.errors import ConflictError, NotAllowedError
from tracker.core.i18n import date_long
from tracker.exchange import documents, queries, sheets
from tracker.exchange.case_sheet import case_paper
from tracker.exchange.filing_sheet import Ends, filing_paper
from tracker.exchange.letter import letter_paper
from tracker.formats import papers
from tracker.intake import panels
from tracker.intake import routes as filing
from tracker.intake.forms import CaseForm
from tracker.issues.letters import queries as letters
from tracker.meetings import evidence, policy
from tracker.meetings import queries as meetings
from tracker.meetings.models import MeetingStatus
from tracker.taxonomy import queries as taxonomy

bp = Blueprint("exchange", __name__)
PDF = ("pdf", "application/pdf")
WORD = ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document")
NO_MINUTES = frozenset({MeetingStatus.PLANNED, MeetingStatus.PUBLISHED, MeetingStatus.CANCELLED})


@bp.get("/meetings/<int:meeting_id>/agenda.pdf")
@allow(Permission.MEETING_READ)
def agenda_pdf(meeting_id):
    page = folder(meeting_id)
    return sent(page, "agenda", papers.to_pdf(agenda(page)), PDF)


@bp.get("/meetings/<int:meeting_id>/agenda.docx")
@allow(Permission.MEETING_READ)
def agenda_docx(meeting_id):
    page = folder(meeting_id)
    return sent(page, "agenda", papers.to_docx(agenda(page)), WORD)


@bp.get("/meetings/<int:meeting_id>/minutes.pdf")
@allow(Permission.MEETING_READ)
def minutes_pdf(meeting_id):
    page = folder(meeting_id)
    return sent(page, "minutes", papers.to_pdf(minutes(page)), PDF)


@bp.get("/meetings/<int:meeting_id>/minutes.docx")
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
    day = page.meeting.held_on
    return attached(content, kind, f"{what}-{day.isoformat()}", f"{words[what]}_{date_long(day)}")


def attached(content, kind, plain, name):
    """The file to be kept, under a name for the reader, with a plain one beside it."""
    suffix, mimetype = kind
    response = Response(content, mimetype=mimetype)
    spoken = quote(f"{name}.{suffix}", safe="")
    response.headers["Content-Disposition"] = (
        f"attachment; filename={plain}.{suffix}; filename*=UTF-8''{spoken}"
    )
    return response


@bp.get("/cases/new/sheet.pdf")
@allow(Permission.CASE_FILE)
def blank_sheet():
    today = clock.today()
    form = CaseForm(formdata=None, meta={"csrf": False})
    act_types = filing.offer(form)
    paper = filing_paper(
        form,
        act_types,
        panels.tick_codes(),
        ends(today),
        address=on_screen("intake.new"),
        today=today,
    )
    return attached(papers.to_pdf(paper), PDF, "filing-sheet", paper.title)


def ends(today):
    """The centres of the viewer's areas, and the viewer's office when there is only one."""
    offices = accounts.offices_of(viewer())
    return Ends(
        queries.centre_contacts(viewer().area_ids(Role.AGENCY, Role.CENTRE), today=today),
        queries.office_contact(offices[0][0]) if len(offices) == 1 else None,
    )


@bp.get("/cases/<int:case_id>/sheet.pdf")
@allow(Permission.CASE_READ)
def case_sheet(case_id):
    page = cases.case_page(viewer(), case_id, at=clock.now())
    traces.opened(viewer().person_id, "cases", case_id, at=clock.now())
    paper = case_paper(
        page,
        reading.facts(page),
        reading.remarks(viewer(), page.case),
        next_of(page.case),
        address=on_screen("cases.show", case_id=case_id),
        today=clock.today(),
    )
    number = page.case.number
    return attached(papers.to_pdf(paper), PDF, f"case-{number}", paper.title)


@bp.get("/issues/letters/<int:letter_id>/letter.pdf")
@allow(Permission.ISSUE_READ)
def letter_pdf(letter_id):
    return letter_file(letter_id, papers.to_pdf, PDF)


@bp.get("/issues/letters/<int:letter_id>/letter.docx")
@allow(Permission.ISSUE_READ)
def letter_docx(letter_id):
    return letter_file(letter_id, papers.to_docx, WORD)


def letter_file(letter_id, written, kind):
    """The letter as it was frozen, in its own language; the export is noted."""
    letter = letters.get_letter(viewer(), letter_id)
    traces.opened(viewer().person_id, "issues", letter.issue_id, at=clock.now())
    with force_locale(letter.sheet["language"]):
        paper = letter_paper(letter.sheet)
        content = written(paper)
    return attached(content, kind, f"letter-{letter.number}", f"{paper.title}_{letter.number}")


def on_screen(endpoint, **values):
    """The whole address of a page, as people outside this machine type it."""
    return current_app.config["BASE_URL"].rstrip("/") + url_for(endpoint, **values)
