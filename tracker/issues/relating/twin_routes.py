# Like routes and forms it stands on untyped Flask-WTF.
# mypy: ignore-errors
"""A case that was filed twice: looked at beside the other one, marked, and taken apart again."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from tracker.accounts.access import allow, sent_before, viewer
from tracker.accounts.roles import Permission
from tracker.cases import duplicates
from tracker.cases import policy as case_policy
from tracker.cases import queries as case_queries
from tracker.core import clock, request_keys, traces
from tracker.core.db import db
from tracker.core.errors import InvalidInputError, require
from tracker.core.forms import CreateForm
from tracker.issues.relating import queries, twins
from tracker.issues.relating.counts import compare
from tracker.issues.relating.forms import TwinForm
from tracker.issues.routes import bp


@bp.route("/cases/<int:case_id>/duplicate", methods=["GET", "POST"])
@allow(Permission.CASE_SORT)
def duplicate(case_id):
    case = case_queries.get_case(viewer(), case_id)
    require(case_policy.can_sort(viewer(), case))
    offered = duplicates.offered(viewer(), case)
    form = TwinForm(data={"version": case.version})
    form.offer(offered)
    if not form.is_submitted() or not form.validate():
        return twin_page(form, case, offered, 422 if form.is_submitted() else 200)
    try:
        if is_sure(form, case):
            if not sent_before(form):
                twins.mark_duplicate(
                    case, form.kept_id.data, form.reason.data, by=viewer(), at=clock.now()
                )
                db.session.commit()
                flash(_("The two numbers are one event now, counted once."), "success")
            return redirect(url_for("cases.show", case_id=case_id, own=1), code=303)
        plan = twins.plan_twin(case, form.kept_id.data, by=viewer())
    except InvalidInputError as error:
        db.session.rollback()
        form.reject(error)
        case = case_queries.get_case(viewer(), case_id)
        return twin_page(form, case, offered, 422)
    return look_page(form, case, plan)


def is_sure(form, case):
    """Was it looked at as it is now? Of what was done already the answer is given again."""
    if not form.confirmed.data:
        return False
    done = request_keys.is_used(viewer().person_id, form.request_key.data)
    return done or form.opened_version() == case.version


def twin_page(form, case, offered, status=200):
    """Cases of the same office, of which one may be the same event."""
    traces.listed(viewer().person_id, "cases", [twin.id for twin in offered], at=clock.now())
    body = render_template(
        "issues/duplicate.html",
        form=form,
        case=case,
        offered={twin.id: twin for twin in offered},
        kept=duplicates.number_of_kept(viewer(), case),
    )
    return body, status


def look_page(form, case, plan):
    """The town's counts before and after, and everything that was typed, to be sent once more."""
    outdated = bool(form.confirmed.data)
    form.version.process(None, case.version)
    lines = compare(plan.before, plan.after)
    body = render_template(
        "issues/duplicate_look.html",
        form=form,
        case=case,
        kept=plan.kept,
        lines=lines,
        names=queries.names([(line.act_type, line.area_id) for line in lines]),
        outdated=outdated,
    )
    return body, 409 if outdated else 200


@bp.post("/cases/<int:case_id>/duplicate/release")
@allow(Permission.CASE_SORT)
def release_duplicate(case_id):
    case = case_queries.get_case(viewer(), case_id)
    require(case_policy.can_sort(viewer(), case))
    if not sent_before(CreateForm()):
        twins.release_duplicate(case, by=viewer(), at=clock.now())
        db.session.commit()
        flash(_("The case goes on under its own number again."), "success")
    return redirect(url_for("cases.show", case_id=case_id), code=303)
