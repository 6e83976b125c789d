# Like routes and forms it stands on untyped Flask-WTF.
# mypy: ignore-errors
"""The cases of the matrix's cells, and raising an issue from ticked ones or adding them."""

from collections import Counter
from functools import partial

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.accounts.access import allow, make_once, take_once, viewer
from tracker.accounts.roles import Permission
from tracker.cases.models import Case
from tracker.core import clock
from tracker.core.db import row_id
from tracker.core.errors import InvalidInputError, NotFoundError
from tracker.core.i18n import labelled, named
from tracker.core.paging import page_of
from tracker.issues import counting, grouping, policy, queries, service
from tracker.issues.counting import CellFilter
from tracker.issues.forms import AddForm, RaiseForm
from tracker.issues.matrix_forms import Rows, period_name
from tracker.issues.matrix_pages import asked_form, bp
from tracker.taxonomy import queries as taxonomy
from tracker.taxonomy.models import CodeList


@bp.get("/matrix/cases/")
@allow(Permission.CASE_COUNT)
def matrix_cases():
    return cases_page(AddForm(formdata=None))


def cases_page(form, status=200):
    """The cases of the cell that the address asks for with its figures, and boxes to tick."""
    issues = queries.open_to_cases(viewer()) if viewer().may(Permission.ISSUE_EDIT) else []
    form.offer(issues)
    asked, wanted, names = asked_cell()
    page = page_of(counting.cases_of_cell(viewer(), wanted), Case.id)
    body = render_template(
        "issues/cases.html",
        page=page,
        form=form,
        issues=issues,
        cell=counting.figures_of_cell(viewer(), wanted),
        back=asked.query(),
        in_force=[*names, period_name(asked.period)],
        here=request.query_string.decode("ascii", "replace"),
    )
    return body, status


def asked_cell():
    """What the address narrows to: as a matrix, as a filter of cases, and in words.

    :raises NotFoundError: when there is no such cell, or the viewer counts no case of it
    """
    _families, form = asked_form()
    place, act_type = asked_place(), asked_type(request.args.get("type"))
    if not form.validate():
        raise NotFoundError
    asked = form.asked()
    wanted = CellFilter(
        asked.period,
        place.area_ids if place else None,
        asked.family,
        act_type.code if act_type else None,
        asked.narrowing,
        clock.today(),
    )
    named_so = [named(row) for row in (place, act_type) if row is not None]
    return asked, wanted, [*named_so, *form.in_words()]


def asked_place():
    """The area, centre or town of the address; None when it asks for none.

    :raises NotFoundError: when it is none whose cases the viewer counts
    """
    for rows in Rows:
        if rows.value in request.args:
            key = request.args.get(rows.value, type=row_id)
            for place in counting.places(viewer(), rows.value):
                if place.id == key:
                    return place
            raise NotFoundError
    return None


def asked_type(code):
    """The type of act with this code; None without one.

    :raises NotFoundError: when there is none
    """
    return taxonomy.get_act_type(code) if code else None


@bp.route("/issues/new", methods=["GET", "POST"])
@allow(Permission.ISSUE_EDIT)
def new():
    begins = request.method == "GET" or "begin" in request.form
    ids = set(request.values.getlist("case_ids", type=row_id))
    if len(ids) > grouping.MOST_AT_ONCE:
        raise InvalidInputError("case_ids", grouping.too_many())
    rows = queries.chosen_cases(viewer(), sorted(ids)) if ids else []
    begins = begins or not rows  # without cases the page says so and shows no form
    form = RaiseForm(formdata=None) if begins else RaiseForm()
    offer(form, {row.municipality_id for row in rows})
    if begins:
        suggest(form, rows)
        status = 422 if request.method == "POST" and not rows else 200
        return render_template("issues/new.html", form=form, rows=rows), status
    if form.validate() and (issue_id := raise_once(form)):
        return redirect(url_for(".show", issue_id=issue_id), code=303)
    return render_template("issues/new.html", form=form, rows=rows), 422


def offer(form, towns):
    """Areas of these towns for which the viewer may speak, and the types of today."""
    areas = [
        area
        for area in counting.counted_areas(viewer())
        if area.municipality_id in towns
        and policy.can_raise(viewer(), area.municipality_id, area.id)
    ]
    gaps = taxonomy.codes(CodeList.GAP)[CodeList.GAP].values()
    form.offer(areas, taxonomy.act_types(clock.today()), gaps)


def suggest(form, rows):
    """What the cases have in common is filled in already; a person rewrites it."""
    if not rows:
        return
    act, area = commonest(rows, "act_type_code"), commonest(rows, "area_id")
    of_one_area = len({row.area_id for row in rows}) == 1
    form.act_type.data, form.gap.data = act.act_type_code, commonest(rows, "gap").gap
    form.area_id.data = area.area_id if of_one_area else None
    place = named(area, "area") if of_one_area else _("The whole town")
    form.title.data = labelled(place, named(act, "act"))
    form.statement.data = _(
        "Cases: %(cases)s, offices: %(offices)s, minutes in all: %(minutes)s.",
        cases=len(rows),
        offices=len({row.organisation_id for row in rows}),
        minutes=sum(row.times_handled * row.minutes_each for row in rows),
    )
    form.case_ids.data = [row.id for row in rows]


def commonest(rows, field):
    """A row with the value most of them have."""
    counts = Counter(getattr(row, field) for row in rows)
    return max(rows, key=lambda row: counts[getattr(row, field)])


def raise_once(form, verb=service.raise_issue):
    """The key of the issue, confirmed when that is wanted; None when it was refused."""
    who = {"by": viewer(), "at": clock.now()}

    def raised():
        issue = verb(form.draft(), form.case_ids.data, today=clock.today(), **who)
        if form.confirm_now.data:
            service.confirm(issue, **who)
        return issue

    return make_once(
        form, raised, lambda issue: _("Raised. The number is %(number)s.", number=issue.number)
    )


@bp.post("/issues/add-cases")
@allow(Permission.ISSUE_EDIT)
def add_cases():
    form = AddForm()
    form.offer(queries.open_to_cases(viewer()))
    if not form.validate():
        return cases_page(form, 422)
    issue = queries.get_issue(viewer(), form.issue_id.data)
    verb = partial(service.attach, issue, form.case_ids.data, by=viewer(), at=clock.now())
    if not take_once(form, verb, cases_added):
        return cases_page(form, 422)
    return redirect(url_for(".show", issue_id=form.issue_id.data), code=303)


def cases_added(count):
    """What is said when so many cases support the issue now."""
    return ngettext("%(num)s case was added.", "%(num)s cases were added.", count)
