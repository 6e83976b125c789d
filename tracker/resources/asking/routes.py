"""Asking by mail whether entries are true, and the page on which an office answers."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.accounts.access import allow, public, take_once, viewer
from tracker.accounts.roles import Permission
from tracker.core import clock
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, require
from tracker.core.forms import CreateForm
from tracker.resources import policy
from tracker.resources import queries as directory
from tracker.resources.asking import queries, service
from tracker.resources.asking.forms import AnswerForm, AskAllForm
from tracker.resources.asking.models import LinkAnswer, LinkState
from tracker.resources.details import Slot
from tracker.resources.keeping.routes import bp
from tracker.resources.routes import CODE_LISTS
from tracker.taxonomy import queries as taxonomy

GONE = {LinkState.WITHDRAWN: 410, LinkState.EXPIRED: 410}


@bp.get("/to-ask")
@allow(Permission.RESOURCE_EDIT)
def to_ask():
    found = queries.to_ask(viewer(), today=clock.today(), at=clock.now())
    form = AskAllForm(formdata=None, data={"ids": " ".join(map(str, found.by_mail))})
    return render_template("resources/to_ask.html", found=found, form=form)


@bp.post("/to-ask")
@allow(Permission.RESOURCE_EDIT)
def ask_all():
    form = AskAllForm()
    take_once(
        form,
        lambda: service.ask_all(form.chosen(), by=viewer(), at=clock.now(), today=clock.today()),
        lambda count: ngettext(
            "%(num)s office is asked by mail.", "%(num)s offices are asked by mail.", count
        ),
    )
    return redirect(url_for(".to_ask"), code=303)


@bp.post("/<int:resource_id>/ask")
@allow(Permission.RESOURCE_EDIT)
def ask(resource_id):
    resource = directory.get_resource(viewer(), resource_id)
    require(policy.can_edit(viewer(), resource))
    form = CreateForm()
    done = _("The office is asked by mail. The link works once, for 30 days.")
    if not take_once(form, lambda: service.ask(resource, by=viewer(), at=clock.now()), done):
        flash(" ".join(map(str, form.form_errors)), "error")
    return redirect(url_for(".show", resource_id=resource_id), code=303)


@bp.post("/<int:resource_id>/ask/withdraw")
@allow(Permission.RESOURCE_EDIT)
def withdraw_asking(resource_id):
    resource = directory.get_resource(viewer(), resource_id)
    require(policy.can_edit(viewer(), resource))
    done = _("The link no longer works.")
    take_once(CreateForm(), lambda: service.withdraw(resource, by=viewer(), at=clock.now()), done)
    return redirect(url_for(".show", resource_id=resource_id), code=303)


@bp.post("/answers/<int:answer_id>/handled")
@allow(Permission.RESOURCE_EDIT)
def handle_answer(answer_id):
    found, resource = queries.get_answer(viewer(), answer_id)
    done = _("Noted: the office’s answer is in the entry.")
    take_once(
        CreateForm(),
        lambda: service.handle(found, resource, by=viewer(), at=clock.now()),
        done,
    )
    return redirect(url_for(".show", resource_id=found.resource_id), code=303)


@bp.get("/confirm/<link_key>")
@public("an office answers by the link it was sent; the link is the key")
def confirm_by_link(link_key):
    link, resource = queries.link_of(link_key)
    return answer_page(link, resource, AnswerForm(formdata=None))


@bp.post("/confirm/<link_key>")
@public("an office answers by the link it was sent; the link is the key")
def answer_by_link(link_key):
    link, resource = queries.link_of(link_key)
    form = AnswerForm()
    if form.validate_on_submit() and form.chosen is not None:
        try:
            service.answer(link_key, form.said(), at=clock.now(), today=clock.today())
        except InvalidInputError as error:
            db.session.rollback()
            form.reject(error)
        except ConflictError:
            db.session.rollback()
            link, resource = queries.link_of(link_key)
            return answer_page(link, resource, form, 409)
        else:
            db.session.commit()
            return redirect(url_for(".confirm_by_link", link_key=link_key), code=303)
    link, resource = queries.link_of(link_key)
    return answer_page(link, resource, form, 422)


def answer_page(link, resource, form, status=None):
    """The entry with its three buttons, or what became of the link."""
    state = link.state(clock.now())
    page = render_template(
        "resources/confirm.html",
        link=link,
        state=state,
        resource=resource,
        form=form,
        slots=[Slot.of(row) for row in resource.slots],
        codes=taxonomy.codes(*CODE_LISTS),
        Answer=LinkAnswer,
    )
    return page, status or GONE.get(state, 200)
