"""What repeats, as a list and one by one; deciding on it; the rules a town has learnt."""

from functools import partial

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.accounts.access import allow, sent_before, take_once, viewer
from tracker.accounts.roles import Permission
from tracker.cases.models import Case
from tracker.core import clock, traces
from tracker.core.db import db, reading
from tracker.core.errors import ConflictError, InvalidInputError, NotFoundError, require
from tracker.core.forms import CreateForm
from tracker.core.paging import Page, page_of, ranked_page_of
from tracker.issues import matrix_routes as raising
from tracker.issues import queries as issue_queries
from tracker.issues.candidates import learning, looking, policy, queries, service, words
from tracker.issues.candidates.forms import FilterForm, LookForm, ParkForm, RejectForm, RuleForm
from tracker.issues.candidates.models import Candidate, CandidateState
from tracker.issues.forms import RaiseForm
from tracker.taxonomy import queries as taxonomy
from tracker.taxonomy.models import CodeList

bp = Blueprint("candidates", __name__, url_prefix="/candidates")


@bp.get("/")
@allow(Permission.ISSUE_READ)
def index():
    form = FilterForm(request.args)
    form.offer(queries.areas_read(viewer()))
    page = listed(form.wanted()) if form.validate() else Page.empty()
    body = render_template(
        "issues/candidates.html",
        form=form,
        page=page,
        trends=queries.trends(page.rows, today=clock.today()),
        reasons=words.reasons,
        look_form=look_form(LookForm(formdata=None)),
    )
    return body, form.http_status


def listed(wanted):
    """The page of the candidates that fit, the weightiest first."""
    return ranked_page_of(
        queries.candidates(viewer(), wanted),
        Candidate.id,
        Candidate.weight,
        partial(queries.weight_of, viewer()),
        per_page=queries.PER_PAGE,
    )


def look_form(form):
    """The form of looking now, with the towns of this person; None where there is none."""
    if not viewer().may(Permission.ISSUE_EDIT):
        return None
    towns = queries.towns_looked_at(viewer())
    form.offer(towns)
    return form if towns else None


@bp.post("/look")
@allow(Permission.ISSUE_EDIT)
def look():
    form = look_form(LookForm())
    if form is None or not form.validate():
        raise NotFoundError
    if not sent_before(form):
        looked = looking.look_now(form.town.data, by=viewer(), at=clock.now())
        db.session.commit()
        flash(what_was_found(looked), "success" if looked.proposed else "info")
    return redirect(url_for(".index"), code=303)


def what_was_found(looked):
    """What a look did, for the person who asked for it."""
    if looked.proposed:
        return ngettext(
            "Looked: %(num)s candidate was proposed.",
            "Looked: %(num)s candidates were proposed.",
            looked.proposed,
        )
    return _("Looked: nothing new repeats.")


@bp.get("/<int:candidate_id>")
@allow(Permission.ISSUE_READ)
def show(candidate_id):
    return candidate_page(candidate_id)


def candidate_page(candidate_id, status=200, **refused):
    """The candidate with every step this viewer may take now; opening it is noted."""
    person, now = viewer(), clock.now()
    page = queries.candidate_page(person, candidate_id, today=clock.today())
    candidate = page.candidate
    traces.opened(person.person_id, "candidates", candidate_id, at=now)
    decides = policy.can_decide(person, candidate)
    forms = {
        "park_form": ParkForm(formdata=None),
        "reject_form": RejectForm(formdata=None),
        "plain_form": CreateForm(formdata=None),
    }
    body = render_template(
        "issues/candidate.html",
        page=page,
        candidate=candidate,
        cases=page_of(queries.cases_of(person, candidate_id), Case.id),
        reasons=words.reasons(candidate),
        source_ja=words.SOURCE_JA,
        source_en=words.SOURCE_EN,
        may_decide=decides and candidate.state is CandidateState.OPEN,
        may_undo=decides and page.last is not None and policy.can_undo(person, page.last, now),
        **{**forms, **refused},
    )
    return body, status


@bp.route("/<int:candidate_id>/accept", methods=["GET", "POST"])
@allow(Permission.ISSUE_EDIT)
def accept(candidate_id):
    candidate = queries.get_candidate(viewer(), candidate_id)
    require(policy.can_decide(viewer(), candidate))
    rows = issue_queries.chosen_cases(viewer(), queries.case_ids(candidate_id))
    if request.method == "GET":
        service.require_open(candidate)
        form = RaiseForm(formdata=None)
        raising.offer(form, {candidate.municipality_id})
        raising.suggest(form, rows)
        return accept_page(candidate, form, rows, 200)
    form = RaiseForm()
    raising.offer(form, {candidate.municipality_id})
    if form.validate():
        issue_id = raising.raise_once(form, partial(service.accept, candidate))
        if issue_id:
            return redirect(url_for("issues.show", issue_id=issue_id), code=303)
    return accept_page(queries.get_candidate(viewer(), candidate_id), form, rows, 422)


def accept_page(candidate, form, rows, status):
    """The form of an issue, filled in from the candidate."""
    page = render_template(
        "issues/new.html",
        form=form,
        rows=rows,
        raise_url=url_for(".accept", candidate_id=candidate.id),
        back_url=url_for(".show", candidate_id=candidate.id),
    )
    return page, status


def step(candidate_id, verb, *, form, done, name="plain_form"):
    """Take one step, once; a refusal shows the page again with what was typed."""
    candidate = queries.get_candidate(viewer(), candidate_id)
    require(policy.can_decide(viewer(), candidate))
    if not form.validate():
        if name != "plain_form":
            service.require_open(candidate)
        return candidate_page(candidate_id, 422, **{name: form})
    if not take_once(form, partial(verb, candidate, by=viewer(), at=clock.now()), done):
        return candidate_page(candidate_id, 422, **{name: form})
    return redirect(url_for(".show", candidate_id=candidate_id), code=303)


@bp.post("/<int:candidate_id>/park")
@allow(Permission.ISSUE_EDIT)
def park(candidate_id):
    form = ParkForm()
    return step(
        candidate_id,
        lambda candidate, **who: service.park(
            candidate,
            until=form.until.data,
            more_cases=form.more_cases.data,
            reason=form.reason.data,
            **who,
        ),
        form=form,
        done=_("Parked. It wakes by itself."),
        name="park_form",
    )


@bp.post("/<int:candidate_id>/reject")
@allow(Permission.ISSUE_EDIT)
def reject(candidate_id):
    form = RejectForm()
    return step(
        candidate_id,
        lambda candidate, **who: service.reject(candidate, form.reason_rejected.data, **who),
        form=form,
        done=_("Rejected. It stays silent until twice as many cases speak for it."),
        name="reject_form",
    )


@bp.post("/<int:candidate_id>/undo")
@allow(Permission.ISSUE_EDIT)
def undo(candidate_id):
    return step(
        candidate_id,
        service.undo_last,
        form=CreateForm(),
        done=_("The last step is taken back."),
    )


@bp.get("/rules/")
@allow(Permission.ISSUE_READ)
def rules():
    found = learning.learnt_rules(viewer())
    may_end = viewer().may(Permission.ISSUE_EDIT)
    return render_template(
        "issues/learnt_rules.html",
        rules=found,
        origins=learning.origins_read(viewer(), found),
        gaps=taxonomy.codes(CodeList.GAP)[CodeList.GAP],
        endable={
            rule.id
            for rule in found
            if may_end
            and rule.ended_at is None
            and policy.can_teach(viewer(), rule.municipality_id, rule.area_id)
        },
        plain_form=CreateForm(formdata=None),
    )


@bp.route("/rules/from/<int:issue_id>", methods=["GET", "POST"])
@allow(Permission.ISSUE_EDIT)
def learn(issue_id):
    issue = issue_queries.get_issue(viewer(), issue_id)
    require(policy.can_teach(viewer(), issue.municipality_id, issue.area_id))
    if request.method == "GET":
        held = issue_queries.evidence(issue, today=clock.today())
        form = RuleForm(formdata=None, data=learning.begin_with(issue, held))
        return rule_page(issue, form, 200)
    form = RuleForm()
    offer_rule(form, issue)
    if form.validate():
        try:
            if "try" in request.form:
                return rule_page(issue, form, 200, lines=tried(issue, form))
            if not sent_before(form):
                learning.learn(issue, form.draft(), by=viewer(), at=clock.now())
                db.session.commit()
                flash(_("The rule is kept. It proposes from the next look on."), "success")
            return redirect(url_for(".rules"), code=303)
        except (InvalidInputError, ConflictError) as error:
            db.session.rollback()
            form.reject(as_refusal(error))
            issue = issue_queries.get_issue(viewer(), issue_id)
    return rule_page(issue, form, 422)


def as_refusal(error):
    """A conflict stands on top of the form like a refusal without a field."""
    known = isinstance(error, InvalidInputError)
    return error if known else InvalidInputError(None, error.message)


def offer_rule(form, issue):
    """What may be chosen for the rule of this issue."""
    form.offer(
        issue,
        taxonomy.codes(CodeList.GAP)[CodeList.GAP],
        every_area=policy.can_teach(viewer(), issue.municipality_id, None),
    )


def tried(issue, form):
    """What the rule would have proposed; read without holding up whoever writes."""
    person, draft, issue_id = viewer(), form.draft(), issue.id
    with reading():
        known = issue_queries.get_issue(person, issue_id)
        return learning.try_rule(known, draft, by=person, today=clock.today())


def rule_page(issue, form, status, **more):
    """The form of a rule, with what was tried."""
    offer_rule(form, issue)
    page = render_template("issues/learn.html", issue=issue, form=form, **more)
    return page, status


@bp.post("/rules/<int:rule_id>/end")
@allow(Permission.ISSUE_EDIT)
def end_rule(rule_id):
    form = CreateForm()
    rule = learning.get_rule(viewer(), rule_id)
    require(policy.can_teach(viewer(), rule.municipality_id, rule.area_id))
    if not sent_before(form):
        learning.end(rule, by=viewer(), at=clock.now())
        db.session.commit()
        flash(_("The rule is ended. What it proposed stays."), "success")
    return redirect(url_for(".rules"), code=303)
