"""Writing to the prefecture about an issue, one letter, and what came back."""

from functools import partial

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _

from tracker.accounts.access import allow, make_once, take_once, viewer
from tracker.accounts.roles import Permission
from tracker.core import clock
from tracker.core.errors import ConflictError, require
from tracker.issues import history
from tracker.issues import queries as issues
from tracker.issues.letters import policy, queries, service
from tracker.issues.letters.forms import LetterAnswerForm, LetterForm

bp = Blueprint("letters", __name__)


@bp.route("/issues/<int:issue_id>/letters/new", methods=["GET", "POST"])
@allow(Permission.ISSUE_EDIT)
def new(issue_id):
    issue = issues.get_issue(viewer(), issue_id)
    require(policy.can_write(viewer(), issue))
    if issue.status not in policy.WRITTEN_ABOUT:
        raise ConflictError(history.not_now(issue))
    form = LetterForm(data=said_of(issue))
    if form.validate_on_submit():
        if letter_id := made(issue, form):
            return redirect(url_for(".show", letter_id=letter_id), code=303)
        issue = issues.get_issue(viewer(), issue_id)
    status = 422 if form.is_submitted() else 200
    return render_template("issues/letter_new.html", form=form, issue=issue), status


def said_of(issue):
    """What the form begins with: the issue's own words, and its question as the request."""
    words = {name: getattr(issue, name) for name in ("title", *service.SAID)}
    return {**words, "request": issue.question}


def made(issue, form):
    """The key of the letter; None when it was refused."""
    who = {"by": viewer(), "at": clock.now(), "today": clock.today()}
    return make_once(
        form,
        lambda: service.make(issue, form.draft(), **who),
        lambda letter: _("The letter %(number)s is made.", number=letter.number),
    )


@bp.get("/issues/letters/<int:letter_id>")
@allow(Permission.ISSUE_READ)
def show(letter_id):
    letter = queries.get_letter(viewer(), letter_id)
    form = LetterAnswerForm(formdata=None, data=answered(letter))
    return letter_page(letter, form, 200)


def answered(letter):
    """What the form of the answer begins with."""
    return {
        "answered_on": letter.answered_on,
        "paper_number": letter.paper_number,
        "letter_answer": letter.answer,
    }


def letter_page(letter, form, status):
    """The letter as it was made, and what came back."""
    issue = issues.get_issue(viewer(), letter.issue_id)
    page = render_template(
        "issues/letter.html",
        letter=letter,
        issue=issue,
        form=form,
        may_write=policy.can_write(viewer(), issue),
    )
    return page, status


@bp.post("/issues/letters/<int:letter_id>/answer")
@allow(Permission.ISSUE_EDIT)
def answer(letter_id):
    letter = queries.get_letter(viewer(), letter_id)
    require(policy.can_write(viewer(), issues.get_issue(viewer(), letter.issue_id)))
    form = LetterAnswerForm()
    if not form.validate():
        return letter_page(letter, form, 422)
    verb = partial(service.record_answer, letter, by=viewer(), at=clock.now(), today=clock.today())
    if not take_once(form, lambda: verb(form.draft()), _("The answer is kept.")):
        return letter_page(queries.get_letter(viewer(), letter_id), form, 422)
    return redirect(url_for("issues.show", issue_id=letter.issue_id), code=303)
