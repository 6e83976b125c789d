"""The page on which word to those who reported the needs is written, looked at and planned."""

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.accounts.access import allow, take_once, viewer
from tracker.accounts.roles import Permission
from tracker.cases import tellings
from tracker.core import clock
from tracker.core.forms import CreateForm
from tracker.meetings import history, policy, queries
from tracker.meetings.routes import bp, hosted, new_key
from tracker.meetings.telling import queries as telling
from tracker.meetings.telling import service
from tracker.meetings.telling.forms import ItemSentences, TellForm


class Page:
    """The meeting, its items to tell of, and their sentences as typed."""

    def __init__(self, meeting, typed=None):
        self.meeting = meeting
        self.items = telling.to_tell(queries.items_of(meeting.id))
        self.forms = {
            one.item.id: ItemSentences(typed, prefix=f"i{one.item.id}-") for one in self.items
        }

    def open(self):
        """The decision as it was noted, as a beginning."""
        for one in self.items:
            self.forms[one.item.id].what.data = one.item.outcome_reason[:200]

    def in_shape(self):
        """May the sentences go out? Every one is looked at."""
        answers = [form.validate() for form in self.forms.values()]
        return all(answers)

    def said(self):
        """The sentences by item, for the service."""
        return {item_id: form.draft() for item_id, form in self.forms.items()}


@bp.get("/<int:meeting_id>/tell")
@allow(Permission.MEETING_EDIT)
def tell(meeting_id):
    page = Page(hosted(meeting_id))
    page.open()
    return tell_page(page, TellForm(formdata=None))


def tell_page(page, form, status=200):
    """What is to be told, to how many, and what is planned."""
    case_ids = sorted({case_id for one in page.items for case_id in one.case_ids})
    planned = telling.standing(page.meeting.id)
    body = render_template(
        "meetings/tell.html",
        meeting=page.meeting,
        page=page,
        form=form,
        approved=page.meeting.status in policy.APPROVED,
        planned=planned,
        said=telling.said(planned, page.items) if planned else {},
        now=clock.now(),
        cases=len(case_ids),
        people=tellings.readers(case_ids, at=clock.now()),
        new_key=new_key,
    )
    return body, status


@bp.post("/<int:meeting_id>/tell")
@allow(Permission.MEETING_EDIT)
def plan_telling(meeting_id):
    meeting = hosted(meeting_id)
    history.require_status(meeting, policy.APPROVED)
    page, form = Page(meeting, request.form), TellForm()
    sentences = page.in_shape()
    if not (form.validate() and sentences):
        return tell_page(page, form, 422)
    who = {"by": viewer(), "at": clock.now()}
    done = take_once(
        form,
        lambda: service.plan(meeting, page.said(), form.on.data, today=clock.today(), **who),
        lambda made: ngettext(
            "%(num)s person will be told.", "%(num)s people will be told.", made.people
        ),
    )
    if not done:
        return tell_page(page, form, 422)
    return redirect(url_for(".tell", meeting_id=meeting_id), code=303)


@bp.post("/<int:meeting_id>/tell/withdraw")
@allow(Permission.MEETING_EDIT)
def withdraw_telling(meeting_id):
    meeting, form = hosted(meeting_id), CreateForm()
    who = {"by": viewer(), "at": clock.now()}
    if form.validate() and take_once(
        form, lambda: service.withdraw(meeting, **who), _("Withdrawn. Nobody is told.")
    ):
        return redirect(url_for(".tell", meeting_id=meeting_id), code=303)
    page = Page(meeting)
    page.open()
    return tell_page(page, TellForm(formdata=None), 422)
