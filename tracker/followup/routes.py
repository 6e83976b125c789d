"""Questions to one's office, one question with its buttons, and the same by a mailed link."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from tracker.accounts.access import allow, public, viewer
from tracker.accounts.roles import Permission
from tracker.core import clock
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, NotAllowedError
from tracker.core.paging import newest_of, page_of
from tracker.followup import queries, service
from tracker.followup.forms import AnswerForm
from tracker.followup.models import Question

bp = Blueprint("followup", __name__)


@bp.app_template_global("answer_counts")
def answer_counts(**of):
    """How filers answered about a resource or an issue, for those who read figures."""
    if not current_user.is_authenticated:
        return []
    return queries.counts(viewer(), **of)


@bp.get("/answers/")
@allow(Permission.CASE_FILE)
def index():
    return render_template(
        "followup/index.html",
        page=page_of(queries.questions(viewer(), waiting=True), Question.id),
        answered=newest_of(queries.questions(viewer(), waiting=False), Question.id),
    )


@bp.route("/answers/<int:question_id>", methods=["GET", "POST"])
@allow(Permission.CASE_FILE)
def show(question_id):
    question = queries.get_question(viewer(), question_id, to_answer=False)
    form = form_for(question)
    if form.validate_on_submit():
        question = queries.get_question(viewer(), question_id, to_answer=True)
        try:
            service.answer(question, form.draft(), by=viewer(), at=clock.now())
        except InvalidInputError as error:
            form.reject(error)
        else:
            db.session.commit()
            flash(_("Thank you. Your answer is stored."), "success")
            return redirect(url_for(".show", question_id=question_id), code=303)
    status = 422 if form.is_submitted() else 200
    return render_template("followup/show.html", question=question, form=form), status


def form_for(question):
    """The form of this question."""
    form = AnswerForm()
    form.offer(question.kind)
    return form


@bp.route("/a/<answer_key>", methods=["GET", "POST"])
@public("the mailed link is the key to this one question, for sixty days and one press")
def by_link(answer_key):
    link = queries.get_link(answer_key)
    if current_user.is_authenticated and viewer().person_id != link.person_id:
        raise NotAllowedError(
            _("This link was mailed to somebody else. Please use your own, or your notices.")
        )
    question = queries.question_of(link)
    form = form_for(question)
    try:
        service.require_usable(link, question, at=clock.now())
        if form.validate_on_submit():
            question = queries.question_of(link, to_answer=True)
            service.answer_by_link(link, question, form.draft(), at=clock.now())
            db.session.commit()
            return redirect(url_for(".thanks", answer_key=answer_key), code=303)
    except InvalidInputError as error:
        form.reject(error)
    except ConflictError as error:
        return link_page(question, None, error.message), 409 if form.is_submitted() else 200
    return link_page(question, form, ""), 422 if form.is_submitted() else 200


@bp.get("/a/<answer_key>/thanks")
@public("says that the press on a mailed page was stored")
def thanks(answer_key):
    link = queries.get_link(answer_key)
    question = queries.question_of(link)
    service.require_at_work(link, question, today=clock.today())
    return link_page(question, None, _("Thank you. Your answer is stored."))


def link_page(question, form, said):
    """The page of a mailed link: the question with its buttons, or what there is to say instead."""
    return render_template("followup/link.html", question=question, form=form, said=said)
