"""Saved views: the list, saving one, giving it another name, deleting it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from tracker.accounts.access import allow, take_once, viewer
from tracker.accounts.roles import Permission
from tracker.core import clock
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, NotFoundError, require
from tracker.saved import policy, queries, service
from tracker.saved.forms import ChangeForm, SaveForm
from tracker.saved.models import SavedPage

bp = Blueprint("saved", __name__, url_prefix="/saved")


@bp.get("/")
@allow(Permission.ACCOUNT_OWN)
def index():
    return render_template(
        "saved/index.html", views=queries.views(viewer()), address=address, policy=policy
    )


def address(view):
    """Where the view is opened, with the reader's own rights."""
    return f"{url_for(view.page.endpoint)}?{view.query}"


def asked_page(name):
    """The page of this name.

    :raises NotFoundError: when there is none
    """
    if name not in set(SavedPage):
        raise NotFoundError
    return SavedPage(name)


def who(form):
    """Who says it, when, and what they vouched for."""
    return {"by": viewer(), "at": clock.now(), "confirmed_details": form.confirmed_details()}


@bp.route("/new", methods=["GET", "POST"])
@allow(Permission.ACCOUNT_OWN)
def new():
    page = asked_page(request.values.get("page", SavedPage.MATRIX))
    require(policy.can_save(viewer(), page))
    if request.method == "GET":
        form = SaveForm(formdata=None, data={"page": page, "query": request.args.get("query", "")})
        return render_template("saved/new.html", form=form, page=page)
    form = SaveForm()
    if form.validate() and take_once(
        form,
        lambda: service.save_view(page, form.query.data, form.draft(), **who(form)),
        _("Saved."),
    ):
        return redirect(f"{url_for(page.endpoint)}?{service.clean_query(form.query.data)}", 303)
    return render_template("saved/new.html", form=form, page=page), 422


@bp.route("/<int:view_id>/edit", methods=["GET", "POST"])
@allow(Permission.ACCOUNT_OWN)
def edit(view_id):
    view = queries.get_view(viewer(), view_id)
    require(policy.can_edit(viewer(), view))
    if request.method == "GET":
        return render_template("saved/edit.html", form=ChangeForm(obj=view), view=view)
    form, status = ChangeForm(), 422
    if form.validate():
        try:
            if form.opened_version() != view.version:
                raise ConflictError(
                    _("This was changed while you were reading. Please look again.")
                )
            service.change_view(view, form.draft(), **who(form))
            db.session.commit()
        except InvalidInputError as error:
            db.session.rollback()
            form.reject(error)
        else:
            flash(_("Saved."), "success")
            return redirect(url_for(".index"), code=303)
    return render_template("saved/edit.html", form=form, view=view), status


@bp.post("/<int:view_id>/delete")
@allow(Permission.ACCOUNT_OWN)
def delete(view_id):
    view = queries.get_view(viewer(), view_id)
    service.delete_view(view, by=viewer(), at=clock.now())
    db.session.commit()
    flash(_("The view is deleted."), "success")
    return redirect(url_for(".index"), code=303)
