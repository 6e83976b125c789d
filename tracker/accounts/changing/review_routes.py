# Like routes it stands on untyped Flask-WTF.
# mypy: ignore-errors
"""The quarterly list of rights: who has what, since when, and whether somebody looked at it."""

from datetime import date

from flask import Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.accounts.access import allow, sure, take_once, viewer
from tracker.accounts.changing import policy, queries, service
from tracker.accounts.changing.routes import bp
from tracker.accounts.models import Membership
from tracker.accounts.roles import ROLE_LABELS, Permission
from tracker.core import clock
from tracker.core.db import db, row_id
from tracker.core.errors import require
from tracker.core.forms import CreateForm
from tracker.core.i18n import named
from tracker.core.paging import page_of
from tracker.formats import tables_out


class ReviewForm(CreateForm):
    """What was looked at is ticked in the list itself."""

    def sent_fields(self):
        """Which rows."""
        return {"rows": request.form.getlist("row")}


def quarter_began(today):
    """The instant the quarter of this day began, in Japan."""
    return clock.midnight(date(today.year, (today.month - 1) // 3 * 3 + 1, 1))


@bp.route("/people/review/", methods=["GET", "POST"])
@allow(Permission.PERSON_INVITE)
def review():
    require(bool(policy.looking_after(viewer()).standings))
    today, form = clock.today(), ReviewForm()
    everybody = request.args.get("show") == "all"
    if form.validate_on_submit():
        done = take_once(
            form,
            lambda: service.look_at(rows_ticked(), by=viewer(), at=clock.now(), today=today),
            lambda count: ngettext(
                "%(num)d entry is noted as looked at.",
                "%(num)d entries are noted as looked at.",
                count,
            ),
        )
        if done:
            return redirect(url_for(".review"), code=303)
    since = None if everybody else quarter_began(today)
    rows = queries.rights(viewer(), today=today, stale_since=since)
    return render_template(
        "accounts/changing/review.html",
        form=form,
        page=page_of(rows, Membership.id, descending=False),
        everybody=everybody,
        since=quarter_began(today),
        role_labels=ROLE_LABELS,
    ), 422 if form.is_submitted() else 200


def rows_ticked():
    """Keys of what was ticked; what is none is left out."""
    found = []
    for value in request.form.getlist("row"):
        try:
            found.append(row_id(value))
        except ValueError:
            continue
    return found


@bp.get("/people/review.csv")
@allow(Permission.PERSON_INVITE)
@sure
def review_csv():
    require(bool(policy.looking_after(viewer()).standings))
    head = [_("Name"), _("Sign-in name"), _("State"), _("Organisation"), _("Role")]
    head += [_("From"), _("Last day"), _("May invite"), _("Head")]
    head += [_("Last sign-in"), _("Looked at")]
    found = queries.rights(viewer(), today=clock.today()).order_by(Membership.id)
    rows = [line(row) for row in db.session.execute(found)]
    answer = Response(tables_out.write_csv(head, rows), mimetype="text/csv")
    answer.headers["Content-Disposition"] = "attachment; filename=rights.csv"
    return answer


def line(row):
    """One membership as text."""
    mark = {True: "○", False: ""}
    return [
        row.name,
        row.login,
        _("closed") if row.disabled_at else _("open"),
        named(row),
        str(ROLE_LABELS[row.role]),
        row.from_on.isoformat(),
        row.until_on.isoformat() if row.until_on else "",
        mark[row.may_invite],
        mark[row.is_head],
        day_of(row.last_sign_in),
        day_of(row.reviewed_at),
    ]


def day_of(instant):
    """The day in Japan; empty for never."""
    return clock.local(instant).date().isoformat() if instant else ""
