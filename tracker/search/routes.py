"""The search page, and finding a case by the office's own reference."""

from flask import Blueprint, redirect, render_template, request, url_for

from tracker.accounts.access import allow, reads_only, viewer
from tracker.accounts.roles import Permission, Role
from tracker.core import clock, traces
from tracker.resources import queries as resources
from tracker.search import queries
from tracker.search.forms import ReferenceForm, SearchForm
from tracker.search.queries import Kind, Wanted
from tracker.search.showing import hits

bp = Blueprint("search", __name__)


@bp.get("/search")
@allow(Permission.RESOURCE_READ)
def index():
    form = SearchForm(request.args)
    if form.was_hidden:  # details leave the address as well
        kept = {name: request.args.get(name) for name in ("kind", "area", "year")}
        return redirect(url_for(".index", q=form.q.data, **kept), code=303)
    areas = resources.areas_seen(viewer())
    form.offer(queries.kinds_of(viewer()), areas, clock.today())
    wanted = form.wanted()
    found = queries.find(viewer(), wanted, today=clock.today())
    return page(form, wanted=wanted, found=found), 422 if form.errors else 200


@bp.post("/search/own-reference")
@allow(Permission.CASE_FILE)
@reads_only
def own_reference():
    form = SearchForm(None)
    form.offer(queries.kinds_of(viewer()), resources.areas_seen(viewer()), clock.today())
    asked = ReferenceForm()
    if not asked.validate():
        return page(form, asked=asked), 422
    mine = queries.find_client(viewer(), asked.reference.data)
    return page(form, found={Kind.CASE: mine}, by_reference=True)


def page(form, *, asked=None, wanted=None, found=None, by_reference=False):
    """The page with what was found; `found` is None or empty when nothing was asked."""
    wanted, found = wanted or Wanted(), found or {}
    words = wanted.question.marked
    if Kind.CASE in found:
        shown = [row.id for row in found[Kind.CASE].rows]
        traces.listed(viewer().person_id, "cases", shown, at=clock.now())
    return render_template(
        "search/index.html",
        form=form,
        wanted=wanted,
        reference_form=asked or ReferenceForm(formdata=None),
        by_reference=by_reference,
        has_references=viewer().is_role(Role.AGENCY),
        pages=found,
        hits={kind: hits(kind, one.rows, words) for kind, one in found.items()},
        total=sum(one.total for one in found.values()),
        kept={name: request.args[name] for name in ("q", "area", "year") if request.args.get(name)},
    )
