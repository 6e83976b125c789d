"""The yearly sheet of an office, as page and PDF; having those of all offices made."""

import io
import zipfile

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _

from tracker.accounts.access import allow, viewer
from tracker.accounts.roles import Permission
from tracker.core import clock
from tracker.core.db import db, row_id
from tracker.core.errors import InvalidInputError, NotFoundError, require
from tracker.formats import papers
from tracker.insights.sheets import paper, policy, queries, service
from tracker.taxonomy.shelf import shelf

bp = Blueprint("sheets", __name__, url_prefix="/insights/office-sheet")


@bp.get("/")
@allow(Permission.CASE_READ)
def index():
    return sheet_page(None)


def sheet_page(refused, status=200):
    """The sheet of the office asked for, or of the first; and the runs of those who make them."""
    offices = queries.own_offices(viewer(), today=clock.today())
    year, office = asked(offices)
    sheet = None
    if office is not None:
        sheet = queries.office_sheet(viewer(), office, year, today=clock.today())
    return render_template(
        "insights/office_sheet.html",
        sheet=sheet,
        offices=offices,
        office=office,
        year=year,
        years=queries.years_offered(clock.today()),
        paper=paper,
        act_types=act_types(),
        towns=sorted(viewer().municipality_ids(*policy.MAKERS)),
        runs=queries.runs(viewer()),
        policy=policy,
        refused=refused,
    ), status


def asked(offices):
    """Year and office of the address; the present year and the first office where it says none."""
    years = queries.years_offered(clock.today())
    year = request.values.get("year", type=int)
    office = request.args.get("office", type=row_id)
    if office is not None and office not in {one.id for one in offices}:
        raise NotFoundError
    return year if year in years else years[0], office or (offices[0].id if offices else None)


def act_types():
    """Every type by its code, retired ones too."""
    return {act.code: act for act in shelf().act_types}


@bp.get("/sheet.pdf")
@allow(Permission.CASE_READ)
def pdf():
    year, office = asked(queries.own_offices(viewer(), today=clock.today()))
    if office is None:
        raise NotFoundError
    sheet = queries.office_sheet(viewer(), office, year, today=clock.today())
    content = papers.to_pdf(paper.sheet_paper(sheet, act_types()))
    name = _("What became of our cases") + f"_{paper.year_name(year)}.pdf"
    return kept_by_nobody(io.BytesIO(content), "application/pdf", name)


def kept_by_nobody(file, mimetype, name):
    """The file to be saved; no machine between keeps a copy."""
    answer = send_file(file, mimetype=mimetype, as_attachment=True, download_name=name)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.post("/runs")
@allow(Permission.CASE_COUNT)
def make_all():
    town = request.form.get("town", type=row_id)
    towns = sorted(viewer().municipality_ids(*policy.MAKERS))
    require(bool(towns))
    year = request.form.get("year", type=int) or 0
    try:
        service.ask_for_all(
            town or towns[0], year, by=viewer(), at=clock.now(), today=clock.today()
        )
    except InvalidInputError as error:
        db.session.rollback()
        return sheet_page(error.message, 422)
    db.session.commit()
    flash(_("The sheets are being made; each office is told when they are ready."), "success")
    return redirect(url_for(".index", year=year) + "#all-head", code=303)


@bp.post("/runs/<int:run_id>/sheets.zip")
@allow(Permission.CASE_COUNT)
def take_along(run_id):
    run = queries.get_run(viewer(), run_id)
    service.note_taken_along(run, by=viewer(), at=clock.now())
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as bundle:
        for name, content in queries.papers_of(run):
            bundle.writestr(name, content)
    db.session.commit()
    written.seek(0)
    name = f"office-sheets-{run.fiscal_year}.zip"
    return kept_by_nobody(written, "application/zip", name)
