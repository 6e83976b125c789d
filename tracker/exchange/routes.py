"""Papers as files: of a meeting for whoever may open its folder, of a case for who may read it."""

from functools import partial
from urllib.parse import quote

from flask import Blueprint, Response, current_app, request, url_for
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
from tracker.exchange import content, documents, earlier, queries, sheets
from tracker.exchange.case_sheet import case_paper
from tracker.exchange.filing_sheet import Ends, filing_paper
from tracker.exchange.folder import Part, folder_paper
from tracker.exchange.letter import letter_paper
from tracker.exchange.word_templates import queries as town_files
from tracker.exchange.word_templates.fields import values
from tracker.exchange.word_templates.models import TemplateKind
from tracker.formats import papers
from tracker.formats.word_template import filled
from tracker.intake import panels
from tracker.intake import routes as filing
from tracker.intake.forms import CaseForm
from tracker.issues.letters import queries as letters
from tracker.meetings import evidence, policy
from tracker.meetings import queries as meetings
from tracker.meetings.minutes import queries as minute_texts
from tracker.settings.values import queries as town_values
from tracker.taxonomy import queries as taxonomy

bp = Blueprint("exchange", __name__)
PDF = ("pdf", "application/pdf")
WORD = ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document")


@bp.get("/meetings/<int:meeting_id>/agenda.pdf")
@allow(Permission.MEETING_READ)
def agenda_pdf(meeting_id):
    page = folder(meeting_id)
    return sent(page, "agenda", papers.to_pdf(agenda(page)), PDF)


@bp.get("/meetings/<int:meeting_id>/minutes.pdf")
@allow(Permission.MEETING_READ)
def minutes_pdf(meeting_id):
    page = folder(meeting_id)
    return sent(page, "minutes", papers.to_pdf(minutes(page)), PDF)


@bp.get("/meetings/<int:meeting_id>/agenda.docx")
@allow(Permission.MEETING_READ)
def agenda_docx(meeting_id):
    page = folder(meeting_id)
    found = words(page, minutes_too=False)
    file = in_words(page, TemplateKind.AGENDA, found, documents.agenda_paper)
    return sent(page, "agenda", file, WORD)


@bp.get("/meetings/<int:meeting_id>/minutes.docx")
@allow(Permission.MEETING_READ)
def minutes_docx(meeting_id):
    page = folder(meeting_id)
    require_minutes(page)
    file = in_words(page, TemplateKind.MINUTES, words(page), documents.minutes_paper)
    return sent(page, "minutes", file, WORD)


@bp.get("/meetings/<int:meeting_id>/folder.pdf")
@allow(Permission.MEETING_READ)
def folder_pdf(meeting_id):
    page = folder(meeting_id)
    return sent(page, "folder", papers.to_pdf(folder_of(page)), PDF)


@bp.get("/meetings/<int:meeting_id>/folder.docx")
@allow(Permission.MEETING_READ)
def folder_docx(meeting_id):
    page = folder(meeting_id)
    if request.args.getlist("part"):  # some of them: a town's file is for all
        return sent(page, "folder", papers.to_docx(folder_of(page)), WORD)
    whole = partial(folder_paper, wanted=set(Part))
    return sent(page, "folder", in_words(page, TemplateKind.FOLDER, words(page), whole), WORD)


def in_words(page, kind, found, ours):
    """The Word file: the town's own with its fields filled, or ours."""
    own = town_files.file_in_use(page.meeting.municipality_id, kind)
    return papers.to_docx(ours(found)) if own is None else filled(own, values(found))


def folder_of(page):
    """The papers asked for as one; all of them when none is named."""
    asked = asked_parts()
    if asked == {Part.MINUTES}:
        require_minutes(page)
    return folder_paper(words(page), asked)


def asked_parts():
    """What the address asks for; everything when it names no paper we know."""
    known = {part.value: part for part in Part}
    return {known[name] for name in request.args.getlist("part") if name in known} or set(Part)


def folder(meeting_id):
    """The meeting as the viewer's own page shows it, when its folder is open to them.

    :raises NotFoundError: when there is none, or it is not the viewer's to know
    :raises NotAllowedError: before the pledge
    """
    page = meetings.meeting_page(viewer(), meeting_id, today=clock.today())
    if not page.folder_open:
        raise NotAllowedError(_("The papers open once you have signed the pledge of secrecy."))
    return page


def words(page, *, minutes_too=True, of_items=None, final_only=False):
    """What stands in the folder: sheets as frozen, or as they would be where nothing is yet.

    :param minutes_too: no: nothing of them is told although the viewer could read them
    :param of_items: other sheets instead, by item
    :param final_only: minutes are told only once they are approved, to the host too
    """
    if of_items is None:
        loose = [view.item for view in page.items if view.item.evidence is None]
        of_items = evidence.live_sheets(viewer(), loose, at=clock.now(), today=clock.today())
        of_items |= {view.item.id: view.item.evidence for view in page.items if view.item.evidence}
    status = page.meeting.status
    told = minutes_too and status not in content.NOT_HELD
    if final_only:
        told = told and status in policy.APPROVED
    told = told and policy.can_read_minutes(viewer(), page.meeting)
    written = minute_texts.minutes_page(page.meeting) if told else None
    return content.content_of(
        page,
        content.Read(
            of_items=of_items,
            codes=taxonomy.codes(*sheets.COUNTED.values()),
            actions=queries.decided([view.item.id for view in page.items]),
            last=earlier.last_time(page.meeting, today=clock.today()),
            has_minutes=told,
            text=written.text.text if written and written.text else "",
            addenda=[(one.made_at, one.text) for one in written.addenda] if written else (),
            names=town_values.words_of(
                page.meeting.municipality_id, today=max(clock.today(), page.meeting.held_on)
            ),
        ),
    )


def agenda(page):
    """The agenda with its sheets."""
    return documents.agenda_paper(words(page, minutes_too=False))


def minutes(page):
    """The minutes with what was decided to be done."""
    require_minutes(page)
    return documents.minutes_paper(words(page))


def require_minutes(page):
    """There are minutes, and the viewer may read them.

    :raises ConflictError: while there is nothing to write down yet
    :raises NotAllowedError: before they are approved, but for the host
    """
    if page.meeting.status in content.NOT_HELD:
        raise ConflictError(_("There are no minutes before the meeting has been held."))
    if not policy.can_read_minutes(viewer(), page.meeting):
        raise NotAllowedError(_("The minutes open once they are approved."))


def sent(page, what, file, kind):
    """The file under a name for the reader, with a plain one beside it; the export is noted."""
    traces.opened(viewer().person_id, "meetings", page.meeting.id, at=clock.now())
    names = {
        "agenda": _("Order of proceedings"),
        "minutes": _("Minutes of the meeting"),
        "folder": _("Papers of the meeting"),
        "members": _("Papers for members"),
        "public": _("Papers for the public"),
    }
    day = page.meeting.held_on
    return attached(file, kind, f"{what}-{day.isoformat()}", f"{names[what]}_{date_long(day)}")


def attached(file, kind, plain, name):
    """The file to be kept, under a name for the reader, with a plain one beside it."""
    suffix, mimetype = kind
    response = Response(file, mimetype=mimetype)
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
        reading.facts(
            page, area=town_values.area_word(town_values.words_of(page.case.municipality_id))
        ),
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
        paper = letter_paper(letter.sheet, erased_at=letter.erased_at)
        file = written(paper)
    return attached(file, kind, f"letter-{letter.number}", f"{paper.title}_{letter.number}")


def on_screen(endpoint, **values):
    """The whole address of a page, as people outside this machine type it."""
    return current_app.config["BASE_URL"].rstrip("/") + url_for(endpoint, **values)
