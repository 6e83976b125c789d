# Like routes and forms it stands on untyped Flask-WTF.
# mypy: ignore-errors
"""What repeats in a cell of the matrix: clusters to raise an issue from, or to keep apart."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from tracker.accounts.access import allow, sent_before, viewer
from tracker.accounts.roles import Permission
from tracker.core import clock, traces
from tracker.core.db import db
from tracker.core.errors import InvalidInputError
from tracker.issues import counting
from tracker.issues.matrix_forms import period_name
from tracker.issues.matrix_routes import asked_cell
from tracker.issues.relating import policy, queries, service
from tracker.issues.relating.alike import alike
from tracker.issues.relating.forms import ApartForm
from tracker.issues.routes import bp
from tracker.taxonomy import queries as taxonomy
from tracker.taxonomy.models import CodeList

LISTS = {  # questions by which cases are compared
    "gap": CodeList.GAP,
    "requester": CodeList.REQUESTER,
    "household": CodeList.HOUSEHOLD,
}


@bp.get("/matrix/alike")
@allow(Permission.CASE_COUNT)
def matrix_alike():
    return alike_page()


def alike_page(status=200, form=None):
    """Clusters among the newest cases of the cell that the address asks for."""
    asked, wanted, names = asked_cell()
    found = alike(counting.cases_of_cell(viewer(), wanted))
    traces.listed(viewer().person_id, "cases", found.rows, at=clock.now())
    body = render_template(
        "issues/alike.html",
        found=found,
        form=form or ApartForm(formdata=None),
        codes=taxonomy.codes(*LISTS.values()),
        lists={name: listed.value for name, listed in LISTS.items()},
        in_force=[*names, period_name(asked.period)],
        here=here(),
        apart=queries.apart_acts(viewer(), found.looked_at),
        may_undo=lambda act: policy.can_undo(viewer(), act, clock.now()),
    )
    return body, status


@bp.post("/matrix/alike/apart")
@allow(Permission.ISSUE_EDIT)
def keep_apart():
    form = ApartForm()
    if not form.validate():
        return alike_page(422, form)
    try:
        if not sent_before(form):
            service.keep_apart(form.sides(), by=viewer(), at=clock.now())
            db.session.commit()
            flash(_("They will not be proposed together again."), "success")
    except InvalidInputError as error:
        db.session.rollback()
        form.form_errors.append(error.message)  # the boxes stand in a cluster, if in any
        return alike_page(422, form)
    return redirect(f"{url_for('.matrix_alike')}?{here()}", code=303)


def here():
    """The query of this address, without what cannot stand in a header."""
    return request.query_string.decode("ascii", "replace")
