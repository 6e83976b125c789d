"""The papers of a meeting on one page: as files, for a calendar, for members, for the public."""

from flask import redirect, render_template, url_for
from flask_babel import gettext as _

from tracker.accounts.access import allow, take_once, viewer
from tracker.accounts.roles import Permission
from tracker.core import clock
from tracker.core.errors import require
from tracker.exchange.folder import Part, folder_paper, numbered, parts_of
from tracker.exchange.public import findings, for_public, typed
from tracker.exchange.routes import PDF, WORD, folder, sent, words
from tracker.exchange.versions import erasing, policy, queries, service
from tracker.exchange.versions.forms import VersionForm
from tracker.exchange.versions.models import Audience
from tracker.exchange.word_templates import queries as town_files
from tracker.exchange.word_templates.models import TemplateKind
from tracker.exchange.word_templates.routes import bp
from tracker.formats import papers
from tracker.issues.letters.queries import office_names
from tracker.meetings.public import public
from tracker.settings.values import small_cells


@bp.get("/meetings/<int:meeting_id>/papers")
@allow(Permission.MEETING_READ)
def papers_page(meeting_id):
    page = folder(meeting_id)
    form = VersionForm(formdata=None)
    form.offer(policy.audiences(page.meeting))
    return shown(page, form, 200)


def shown(page, form, status, found=()):
    """Every paper there is, and what was made for whom."""
    content = words(page)
    body = render_template(
        "exchange/papers.html",
        page=page,
        meeting=page.meeting,
        parts=parts_of(content),
        numbers=numbered(content),
        own_file=town_files.has_file(page.meeting.municipality_id, TemplateKind.FOLDER),
        form=form,
        found=found,
        audiences=policy.audiences(page.meeting),
        may_make=policy.can_make(viewer(), page.meeting),
        versions=queries.versions(viewer(), page.meeting.id),
    )
    return body, status


@bp.post("/meetings/<int:meeting_id>/papers")
@allow(Permission.MEETING_EDIT)
def make_version(meeting_id):
    page = folder(meeting_id)
    require(policy.can_make(viewer(), page.meeting))
    form = VersionForm()
    form.offer(policy.audiences(page.meeting))
    if not form.validate():
        return shown(page, form, 422)
    draft = form.draft()
    paper, found = made(page, draft.audience)
    done = _("Made. Nothing is published by it: get the file below.")

    def verb():
        service.make(page.meeting, paper, draft, found, by=viewer(), at=clock.now())

    if not take_once(form, verb, done):
        return shown(folder(meeting_id), form, 422, found)
    return redirect(url_for(".papers_page", meeting_id=meeting_id), code=303)


def made(page, audience):
    """The paper for the audience, and what in it may not leave the room."""
    if audience is Audience.MEMBERS:
        return folder_paper(words(page, final_only=True), set(Part)), []
    rule = small_cells.rule_of(page.meeting.municipality_id)
    shut = [view.item for view in page.items if view.item.evidence]
    sheets = {item.id: public(item.evidence, rule) for item in shut}
    content = for_public(words(page, of_items=sheets, final_only=True))
    found = findings(
        typed(content, sheets.values()),
        office_names(page.meeting.municipality_id),
        rule,
    )
    return folder_paper(content, set(Part)), found


@bp.get("/meetings/versions/<int:version_id>/paper.pdf")
@allow(Permission.MEETING_READ)
def version_pdf(version_id):
    return version_file(version_id, papers.to_pdf, PDF)


@bp.get("/meetings/versions/<int:version_id>/paper.docx")
@allow(Permission.MEETING_READ)
def version_docx(version_id):
    return version_file(version_id, papers.to_docx, WORD)


def version_file(version_id, written, kind):
    """The paper as it was made; open to whoever may open the meeting's folder."""
    version = queries.get_version(viewer(), version_id)
    page = folder(version.meeting_id)
    return sent(page, version.audience.value, written(erasing.shown(version)), kind)
