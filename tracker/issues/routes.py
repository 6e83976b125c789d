"""The list of issues, one issue, its evidence, and every step people take with it."""

from functools import partial

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from tracker.accounts.access import allow, take_once, viewer
from tracker.accounts.roles import Permission
from tracker.cases.models import Case
from tracker.core import clock, traces
from tracker.core.disclosure import FEWEST_OFFICES
from tracker.core.errors import ConflictError, NotFoundError, require
from tracker.core.forms import CreateForm
from tracker.core.i18n import named
from tracker.core.paging import Page, page_of, ranked_page_of
from tracker.issues import counting, figures, history, listing, policy, queries, referrals, service
from tracker.issues import evidence as weighing
from tracker.issues.candidates import queries as candidates
from tracker.issues.forms import (
    AnswerForm,
    CloseForm,
    ConfirmForm,
    DeclineForm,
    FilterForm,
    ParkForm,
    RefuseForm,
    WakeForm,
)
from tracker.issues.letters import policy as letter_policy
from tracker.issues.letters import queries as letters
from tracker.issues.models import EDGES, OPEN, IssueStatus, RegionalIssue
from tracker.issues.priority import queries as priority
from tracker.issues.priority.forms import BandForm, WeighForm
from tracker.issues.proof import queries as proof
from tracker.issues.proof import watching
from tracker.issues.relating import queries as relating
from tracker.issues.statement import LABELS
from tracker.issues.wording_routes import bp
from tracker.resources import queries as resources
from tracker.taxonomy import queries as taxonomy
from tracker.taxonomy.models import CodeList


@bp.get("/issues/")
@allow(Permission.ISSUE_READ)
def index():
    form = FilterForm(request.args)
    form.offer(counting.counted_areas(viewer()), taxonomy.act_types(clock.today()))
    page = listed(form) if form.validate() else Page.empty()
    return render_template("issues/index.html", form=form, page=page), form.http_status


def listed(form):
    """The page of the issues that fit, in the order asked for."""
    rows = listing.issues(viewer(), form.wanted())
    if form.by_age():
        return page_of(rows, RegionalIssue.id)
    here = partial(listing.place_of, viewer())
    return ranked_page_of(rows, RegionalIssue.id, listing.place(), here)


@bp.get("/issues/<int:issue_id>")
@allow(Permission.ISSUE_READ)
def show(issue_id):
    try:
        return issue_page(issue_id)
    except NotFoundError:
        return lead_on(issue_id)


def lead_on(issue_id, endpoint="issues.show"):
    """To this page of the issue into which this one was joined; nothing is here when it was not."""
    sign = relating.signpost(viewer(), issue_id)
    flash(_("Issue %(number)s was joined into this one.", number=sign.number), "info")
    return redirect(url_for(endpoint, issue_id=sign.kept_id), code=303)


def issue_page(issue_id, status=200, **refused):
    """The issue with every step this viewer may take now; opening it is noted."""
    person, today, now = viewer(), clock.today(), clock.now()
    page = queries.issue_page(person, issue_id)
    issue = page.issue
    traces.opened(person.person_id, "issues", issue_id, at=now)
    forms = {
        "confirm_form": ConfirmForm(formdata=None),
        "weigh_form": WeighForm(formdata=None),
        "band_form": BandForm(formdata=None),
        "park_form": ParkForm(formdata=None),
        "decline_form": DeclineForm(formdata=None),
        "wake_form": WakeForm(formdata=None),
        "answer_form": AnswerForm(formdata=None),
        "close_form": CloseForm(formdata=None),
        "refuse_form": RefuseForm(formdata=None),
        "plain_form": CreateForm(formdata=None),
    }
    gaps = taxonomy.codes(CodeList.GAP)[CodeList.GAP]
    weight = priority.priority_of(issue, {code: named(gap) for code, gap in gaps.items()})
    body = render_template(
        "issues/show.html",
        page=page,
        issue=issue,
        evidence=queries.evidence(issue, today=today, ticks=False),
        reading=proof.reading(issue, today=today) if issue.effective_on else None,
        due=watching.next_due(issue, today),
        cases=page_of(queries.supporting_cases(person, issue_id), Case.id),
        gaps=gaps,
        priority=weight,
        elsewhere=elsewhere(weight.towns_alike),
        statement_labels=LABELS,
        sent_up=referrals.referrals(page.counting),
        letters=letters.letters_of(person, issue_id) if page.has_letters else [],
        serving=resources.serving(person, issue.act_type_code, issue.area_id, today=today),
        relations=relating.relations(person, issue),
        repeating=candidates.beside_issue(person, issue),
        may=steps_open(page, now),
        actions_known="actions.index" in current_app.view_functions,
        **{**forms, **refused},
    )
    return body, status


def elsewhere(towns):
    """What may be said of the same need in other towns: in how many, and nothing else."""
    if not towns:
        return ""
    if towns < FEWEST_OFFICES:
        return _("The same type is an issue in a few other municipalities as well.")
    return _("The same type is an issue in %(towns)s other municipalities.", towns=towns)


def steps_open(page, now):
    """Names of the steps this viewer may take now."""
    issue, person = page.issue, viewer()
    edits, closes = policy.can_edit(person, issue), policy.can_close(person, issue)
    proposed = issue.close_proposed_as is not None and issue.status is not IssueStatus.CLOSED
    closable = (issue.status, IssueStatus.CLOSED) in EDGES
    own = issue.close_proposed_by_id in {None, person.person_id}
    found = {
        "edit": edits and issue.status in OPEN,
        "confirm": edits and issue.status is IssueStatus.CANDIDATE,
        "weigh": edits and issue.status in OPEN - {IssueStatus.CANDIDATE},
        "band": edits and issue.status in OPEN,
        "letter": closes and issue.status in letter_policy.WRITTEN_ABOUT,
        "wake": edits and issue.status is IssueStatus.PARKED,
        "answer": closes and issue.status is IssueStatus.FORWARDED,
        "close": closes and closable and own,
        "second": proposed and closable and seconds(issue, person),
        "undo": edits and page.last is not None and policy.can_undo(person, page.last, now),
    }
    return {name for name, is_open in found.items() if is_open}


NEEDS = {  # form → the step of `steps_open` it belongs to
    "confirm_form": "confirm",
    "park_form": "confirm",
    "decline_form": "confirm",
    "weigh_form": "weigh",
    "band_form": "band",
    "wake_form": "wake",
    "answer_form": "answer",
    "close_form": "close",
    "refuse_form": "second",
}


def require_open(issue, name):
    """Return only when this form stands on the page: else its step is refused, or does not follow.

    :raises NotAllowedError: this person may not take the step
    :raises ConflictError: it does not follow from where the issue stands
    """
    need = NEEDS.get(name)
    if need is None or need in steps_open(queries.issue_page(viewer(), issue.id), clock.now()):
        return
    edits = need in {"confirm", "wake", "weigh", "band"}
    require((policy.can_edit if edits else policy.can_close)(viewer(), issue))
    raise ConflictError(history.not_now(issue))


def seconds(issue, person):
    """May this person look a second time?"""
    look = queries.second_look(issue, issue.close_proposed_by_id, today=clock.today())
    return policy.can_second(person, issue, look)


@bp.get("/issues/<int:issue_id>/evidence")
@allow(Permission.ISSUE_READ)
def evidence(issue_id):
    try:
        issue = queries.get_issue(viewer(), issue_id)
    except NotFoundError:
        return lead_on(issue_id, "issues.evidence")
    found = queries.evidence(issue, today=clock.today())
    traces.opened(viewer().person_id, "issues", issue_id, at=clock.now())
    return render_template(
        "issues/evidence.html",
        issue=issue,
        evidence=found,
        reading=proof.reading(issue, today=clock.today()) if issue.effective_on else None,
        chart=figures.trend(found.months),
        codes=taxonomy.codes(*weighing.LISTS.values()),
    )


def step(issue_id, verb, *, form, done, name="plain_form"):
    """Take one step, once; a refusal shows the page again with what was typed."""
    issue = queries.get_issue(viewer(), issue_id)
    if not form.validate():
        require_open(issue, name)
        return issue_page(issue_id, 422, **{name: form})
    if not take_once(form, partial(verb, issue, by=viewer(), at=clock.now()), done):
        return issue_page(issue_id, 422, **{name: form})
    return redirect(url_for("issues.show", issue_id=issue_id), code=303)


@bp.post("/issues/<int:issue_id>/cases/<int:case_id>/detach")
@allow(Permission.ISSUE_EDIT)
def detach(issue_id, case_id):
    return step(
        issue_id,
        lambda issue, **who: service.detach(issue, case_id, **who),
        form=CreateForm(),
        done=_("The case is taken out. It stays whole."),
    )


@bp.post("/issues/<int:issue_id>/confirm")
@allow(Permission.ISSUE_EDIT)
def confirm(issue_id):
    form = ConfirmForm()
    return step(
        issue_id,
        lambda issue, **who: service.confirm(issue, form.at_stake(), form.way(), **who),
        form=form,
        done=_("Confirmed."),
        name="confirm_form",
    )


@bp.post("/issues/<int:issue_id>/park")
@allow(Permission.ISSUE_EDIT)
def park(issue_id):
    form = ParkForm()
    return step(
        issue_id,
        lambda issue, **who: service.park(
            issue,
            until=form.until.data,
            wakes_at_cases=form.wakes_at_cases.data,
            reason=form.reason.data,
            **who,
        ),
        form=form,
        done=_("Parked. It wakes by itself."),
        name="park_form",
    )


@bp.post("/issues/<int:issue_id>/decline")
@allow(Permission.ISSUE_EDIT)
def decline(issue_id):
    form = DeclineForm()
    return step(
        issue_id,
        lambda issue, **who: service.decline(issue, form.reason_declined.data, **who),
        form=form,
        done=_("Not taken up. The offices have your reason."),
        name="decline_form",
    )


@bp.post("/issues/<int:issue_id>/wake")
@allow(Permission.ISSUE_EDIT)
def wake(issue_id):
    form = WakeForm()
    return step(
        issue_id,
        lambda issue, **who: service.wake(issue, form.reason_woken.data, **who),
        form=form,
        done=_("Taken up again."),
        name="wake_form",
    )


@bp.post("/issues/<int:issue_id>/answer-from-above")
@allow(Permission.ISSUE_EDIT)
def answer_from_above(issue_id):
    form = AnswerForm()
    return step(
        issue_id,
        lambda issue, **who: service.answer_from_above(issue, form.answer.data, **who),
        form=form,
        done=_("The answer is kept. A meeting may take the issue up again."),
        name="answer_form",
    )


@bp.post("/issues/<int:issue_id>/close")
@allow(Permission.ISSUE_EDIT)
def close(issue_id):
    form = CloseForm()
    return step(
        issue_id,
        lambda issue, **who: service.propose_close(
            issue, form.how(), form.sentence.data, today=clock.today(), **who
        ),
        form=form,
        done=_("Saved. An issue is closed when a second person agrees, or there is none."),
        name="close_form",
    )


@bp.post("/issues/<int:issue_id>/close/second")
@allow(Permission.ISSUE_EDIT)
def second_close(issue_id):
    return step(
        issue_id,
        lambda issue, **who: service.second_close(issue, today=clock.today(), **who),
        form=CreateForm(),
        done=_("Closed. Everyone who reported is told."),
    )


@bp.post("/issues/<int:issue_id>/close/refuse")
@allow(Permission.ISSUE_EDIT)
def refuse_close(issue_id):
    form = RefuseForm()
    return step(
        issue_id,
        lambda issue, **who: service.refuse_close(
            issue, form.reason_refused.data, today=clock.today(), **who
        ),
        form=form,
        done=_("It stays open."),
        name="refuse_form",
    )


@bp.post("/issues/<int:issue_id>/undo")
@allow(Permission.ISSUE_EDIT)
def undo(issue_id):
    return step(
        issue_id, service.undo_last, form=CreateForm(), done=_("The last step is taken back.")
    )
