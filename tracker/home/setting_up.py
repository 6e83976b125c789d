# Like routes it stands on untyped Flask-WTF.
# mypy: ignore-errors
"""The guided set-up: choose the town, see what is done and what is missing."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from tracker.accounts.access import allow, viewer
from tracker.accounts.roles import Permission
from tracker.accounts.towns import policy, queries, service
from tracker.accounts.towns.forms import SearchForm
from tracker.core import clock
from tracker.core.db import db
from tracker.core.errors import require
from tracker.home.routes import bp
from tracker.home.steps import road


@bp.get("/settings/setup/")
@allow(Permission.TOWN_SETUP)
def set_up():
    require(policy.sets_up_any(viewer()))
    form = SearchForm(request.args)
    words = form.q.data or "" if form.validate() else ""
    begun = queries.towns_begun(viewer())
    return render_template(
        "home/set_up.html",
        form=form,
        words=words,
        begun=begun,
        found=queries.towns_called(viewer(), words),
    ), form.http_status


@bp.get("/settings/setup/<int:town_id>")
@allow(Permission.TOWN_SETUP)
def town_set_up(town_id):
    town = queries.town_to_set_up(viewer(), town_id)
    return render_template("home/town_set_up.html", town=town, road=road(viewer(), town_id))


@bp.post("/settings/setup/<int:town_id>/begin")
@allow(Permission.TOWN_SETUP)
def begin_set_up(town_id):
    town = queries.town_to_set_up(viewer(), town_id)
    service.begin(town, by=viewer(), at=clock.now())
    db.session.commit()
    return redirect(url_for(".town_set_up", town_id=town_id), code=303)


@bp.post("/settings/setup/<int:town_id>/finish")
@allow(Permission.TOWN_SETUP)
def finish_set_up(town_id):
    town = queries.town_to_set_up(viewer(), town_id)
    service.finish(town, by=viewer(), at=clock.now())
    db.session.commit()
    flash(
        _("The steps no longer stand on the first page. They are opened from Organisations."),
        "success",
    )
    return redirect(url_for(".town_set_up", town_id=town_id), code=303)
