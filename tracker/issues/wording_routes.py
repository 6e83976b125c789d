# Like routes and forms it stands on untyped Flask-WTF.
# mypy: ignore-errors
"""Writing what an issue says, with a draft on the server, and comparing any two versions."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from tracker.accounts.access import allow, keeps_draft, viewer
from tracker.accounts.roles import Permission
from tracker.core import clock, drafts
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, NotFoundError, require
from tracker.issues import differences, policy, queries, service, versions
from tracker.issues.forms import RewriteForm, VersionsForm
from tracker.issues.matrix_routes import bp, offer
from tracker.issues.models import OPEN
from tracker.issues.statement import CODES, LABELS, ORDER, TEXTS
from tracker.taxonomy import queries as taxonomy
from tracker.taxonomy.models import CodeList

NOT_DRAFTED = {"csrf_token", "details_confirmed"}
LONGEST_DRAFTED = 2000
COMPARED = (*ORDER, "area_id", "act_type")


def draft_name(issue_id):
    """The name of a person's draft of what this issue says."""
    return f"issue-{issue_id}"


def typed_fields():
    """What was sent for the fields of the form, with the version the change is of."""
    names = {field.name for field in RewriteForm(formdata=None)} - NOT_DRAFTED
    sent = list(request.form.items())[:100]
    return {name: text[:LONGEST_DRAFTED] for name, text in sent if name in names}


def writable(issue_id):
    """The issue, while what it says can be changed.

    :raises ConflictError: when it is over
    """
    issue = queries.get_issue(viewer(), issue_id)
    require(policy.can_edit(viewer(), issue))
    if issue.status not in OPEN:
        raise ConflictError(_("This issue is over: what it says can no longer be changed."))
    return issue


@bp.get("/issues/<int:issue_id>/edit")
@allow(Permission.ISSUE_EDIT)
def edit(issue_id):
    issue = writable(issue_id)
    draft = drafts.find(viewer().person_id, draft_name(issue_id))
    typed = MultiDict(draft.fields) if draft else None
    form = RewriteForm(typed, data=texts_of(issue))  # a draft has the version it was begun with
    offer(form, {issue.municipality_id})
    return edit_page(form, issue, 200, draft=draft)


def edit_page(form, issue, status, **more):
    """The form, and what is beside it."""
    return render_template("issues/edit.html", form=form, issue=issue, **more), status


@bp.post("/issues/<int:issue_id>/edit")
@allow(Permission.ISSUE_EDIT)
@keeps_draft(draft_name, typed_fields, {})
def rewrite(issue_id):
    issue = writable(issue_id)
    form = RewriteForm()
    offer(form, {issue.municipality_id})
    if form.validate():
        if form.opened_version() != issue.version:
            return edit_conflict(form, issue)
        try:
            service.rewrite(issue, form.draft(), by=viewer(), at=clock.now(), today=clock.today())
        except InvalidInputError as error:
            db.session.rollback()
            form.reject(error)
            issue = queries.get_issue(viewer(), issue_id)
        else:
            drafts.discard(viewer().person_id, draft_name(issue_id))
            db.session.commit()
            flash(_("Saved."), "success")
            return redirect(url_for("issues.show", issue_id=issue_id), code=303)
    return edit_page(form, issue, 422)


@bp.post("/issues/<int:issue_id>/draft")
@allow(Permission.ISSUE_EDIT)
def save_draft(issue_id):
    queries.get_issue(viewer(), issue_id)
    drafts.save(viewer().person_id, draft_name(issue_id), typed_fields(), at=clock.now())
    db.session.commit()
    return render_template("intake/_draft_state.html", saved_at=clock.now())


@bp.post("/issues/<int:issue_id>/draft/discard")
@allow(Permission.ISSUE_EDIT)
def discard_draft(issue_id):
    queries.get_issue(viewer(), issue_id)
    drafts.discard(viewer().person_id, draft_name(issue_id))
    db.session.commit()
    flash(_("The draft is gone."), "success")
    return redirect(url_for("issues.edit", issue_id=issue_id), code=303)


def texts_of(issue):
    """What the form of an issue shows at first."""
    said = {name: getattr(issue, name) for name in TEXTS}
    coded = {name: getattr(issue, name) or "" for name in CODES}
    return {
        **said,
        **coded,
        "area_id": issue.area_id,
        "act_type": issue.act_type_code,
        "version": issue.version,
    }


def edit_conflict(form, issue):
    """Both texts side by side; sending again overwrites knowingly."""
    now = RewriteForm(formdata=None, data=texts_of(issue))
    offer(now, {issue.municipality_id})
    rows = [(form[name].label.text, shown(form[name]), shown(now[name])) for name in COMPARED]
    form.version.process(None, issue.version)
    conflict = [(label, mine, theirs, mine != theirs) for label, mine, theirs in rows]
    return edit_page(form, issue, 409, conflict=conflict)


def shown(field):
    """What a field holds, in words."""
    if not hasattr(field, "choices"):
        return field.data or ""
    return next((str(choice.label) for choice in field.iter_choices() if choice.selected), "")


@bp.get("/issues/<int:issue_id>/versions", endpoint="versions")
@allow(Permission.ISSUE_READ)
def versions_page(issue_id):
    issue = queries.get_issue(viewer(), issue_id)
    known = versions.versions(viewer(), issue_id)
    form = VersionsForm(request.args)
    form.offer(known)
    before, after = form.picked(known)
    if before is None or after is None:
        raise NotFoundError
    return render_template(
        "issues/versions.html",
        issue=issue,
        form=form,
        known=known,
        before=before,
        after=after,
        rows=differences_of(before, after),
    )


def differences_of(before, after):
    """(label, pieces) of every part that either version says, in the order of the statement."""
    gaps = taxonomy.codes(CodeList.GAP)[CodeList.GAP]
    rows = [
        (LABELS[name], versions.words(before, name, gaps), versions.words(after, name, gaps))
        for name in ORDER
    ]
    places = [(_("Area"), before.area_words, after.area_words)]
    places.append((_("Type"), before.type_words, after.type_words))
    return [
        (label, differences.compare(old, new), old != new)
        for label, old, new in [*rows, *places]
        if old or new
    ]
